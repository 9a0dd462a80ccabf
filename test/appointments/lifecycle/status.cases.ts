import { book } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import { CANCEL, COMPLETE, NO_SHOW, SET, type LifecycleFixture } from './lifecycle.fixture';

export function statusCases(gateway: TestGateway, fixture: LifecycleFixture): void {
  const { run, booked } = fixture;

  it('is cancelled once, with actor and reason, and its time is free again', async () => {
    const { id, start } = await booked();
    const { appointment } = await run(CANCEL, { id, reason: 'CLIENT_ILLNESS', note: 'A cold' });
    expect(appointment).toMatchObject({
      status: 'CANCELLED',
      subStatus: { code: 'CANCELLED' },
      cancelReason: 'CLIENT_ILLNESS',
      cancelNote: 'A cold',
      cancelledByName: 'First key',
      version: 2,
    });
    expect((await book(gateway, fixture.clinic, start)).userErrors).toEqual([]);
    const again = await run(CANCEL, { id });
    expect(again).toEqual({ appointment, userErrors: [] });
    const completed = await run(COMPLETE, { id });
    expect(completed).toMatchObject({
      appointment: null,
      userErrors: [
        {
          __typename: 'IllegalTransitionError',
          from: 'CANCELLED',
          to: 'COMPLETED',
          legal: ['OPEN', 'DELETED'],
          legalSubStatuses: ['OPEN', 'CONFIRMED', 'CHECKEDIN', 'INPROGRESS', 'DELETED'],
        },
      ],
    });
  });

  it('returns to OPEN from CANCELLED only while its time is free', async () => {
    const { id, start } = await booked();
    await run(CANCEL, { id });
    const { appointment: rival } = await book(gateway, fixture.clinic, start);
    expect(await run(SET, { id, status: 'OPEN' })).toMatchObject({
      appointment: null,
      userErrors: [{ code: 'TIME_UNAVAILABLE' }],
    });
    await run(CANCEL, { id: rival.id });
    expect((await run(SET, { id, status: 'OPEN' })).appointment).toMatchObject({
      status: 'OPEN',
      cancelReason: null,
      cancelNote: null,
      cancelledByName: null,
    });
    expect((await book(gateway, fixture.clinic, start)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
  });

  it('is completed, or becomes a no-show that frees its time', async () => {
    const [served, missed] = [await booked(), await booked()];
    gateway.time = Date.parse(missed.start);
    expect(
      (await run(COMPLETE, { id: served.id, reason: 'SERVED', note: 'Went well' })).appointment,
    ).toMatchObject({ status: 'COMPLETED', completedReason: 'SERVED', completedNote: 'Went well' });
    expect((await book(gateway, fixture.clinic, served.start)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    expect(
      (await run(NO_SHOW, { id: missed.id, reason: 'NO_CONTACT', note: 'Waited' })).appointment,
    ).toMatchObject({
      status: 'NO_SHOW',
      noShowReason: 'NO_CONTACT',
      noShowNote: 'Waited',
    });
    expect((await book(gateway, fixture.clinic, missed.start)).userErrors).toEqual([]);
    gateway.time = null;
  });
}
