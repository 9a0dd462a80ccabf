import { Role } from '../../../src/context';
import { book, change, refusal } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';
import type { TimeOffFixture } from './time-off.fixture';

export function changesCases(gateway: TestGateway, fixture: TimeOffFixture): void {
  const { take } = fixture;
  let days = 0;

  const hour = (date: string, from: number) => ({
    start: `${date}T${from}:00:00.000Z`,
    end: `${date}T${from + 1}:00:00.000Z`,
  });
  const from = (date: string, start: number) => ({ period: { instants: hour(date, start) } });
  const day = () =>
    new Date(Date.UTC(2036, 0, 1) + (days += 1) * 86_400_000).toISOString().slice(0, 10);
  const away = async (date: string): Promise<string> =>
    (await take(from(date, 15))).appointments[0].id;
  const update = (input: object, key?: string) =>
    change(
      gateway,
      'updateTimeOff',
      input,
      'appointment { start end note version originalStart history { nodes { type } } }',
      key,
    );
  const codeOf = async (mutation: string, input: object, key?: string) =>
    (await refusal(gateway, mutation, input, key))[0];

  afterEach(() => expectIntegrity(gateway));

  it('moves time off, changes its note, and records a change only', async () => {
    const date = day();
    const id = await away(date);

    const moved = await update({ id, ...from(date, 18) });
    const noted = await update({ id, note: 'Dentist' });
    const again = await update({ id, note: 'Dentist', ...from(date, 18) });

    expect(moved).toEqual({
      appointment: {
        ...hour(date, 18),
        note: null,
        version: 2,
        originalStart: hour(date, 15).start,
        history: { nodes: [{ type: 'CREATED' }, { type: 'RESCHEDULED' }] },
      },
      userErrors: [],
    });
    expect(noted.appointment).toMatchObject({ note: 'Dentist', version: 3 });
    expect(again).toEqual(noted);
    const booked = (time: string) => book(gateway, fixture.clinic, time);
    expect((await booked(hour(date, 18).start)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    expect((await booked(hour(date, 15).start)).userErrors).toEqual([]);
  });

  it('moves to whole days in the zone of the staff member', async () => {
    const date = day();
    const id = await away(date);

    const { appointment } = await update({
      id,
      period: { days: { from: '2036-07-04', to: '2036-07-05' } },
    });

    expect(appointment).toMatchObject({
      start: '2036-07-04T04:00:00.000Z',
      end: '2036-07-06T04:00:00.000Z',
    });
  });

  it('refuses occupied times unless overridden, and contradictory input', async () => {
    const date = day();
    const id = await away(date);
    await book(gateway, fixture.clinic, hour(date, 20).start);
    const input = { id, ...from(date, 20) };

    expect(await codeOf('updateTimeOff', input)).toBe('TIME_UNAVAILABLE');
    const backwards = { ...hour(date, 20), end: hour(date, 19).start };
    expect(await codeOf('updateTimeOff', { id, period: { instants: backwards } })).toBe(
      'INVALID_INPUT',
    );
    expect(await codeOf('updateTimeOff', { id, note: 'x', expectedVersion: 7 })).toBe(
      'VERSION_CONFLICT',
    );
    expect(await codeOf('updateTimeOff', { id, ...from('2020-01-01', 15) })).toBe(
      'TIME_UNAVAILABLE',
    );
    const overridden = await update({ ...input, override: true });
    expect(overridden).toMatchObject({
      appointment: { start: hour(date, 20).start },
      userErrors: [],
    });
  });

  it('cancels time off once, and frees its time', async () => {
    const date = day();
    const id = await away(date);
    const remove = () =>
      change(
        gateway,
        'deleteTimeOff',
        { id, note: 'Works after all' },
        'appointment { status version history { nodes { type note } } }',
      );

    const first = await remove();
    const again = await remove();

    expect(first).toEqual({
      appointment: {
        status: 'CANCELLED',
        version: 2,
        history: {
          nodes: [
            { type: 'CREATED', note: null },
            { type: 'CANCELLED', note: 'Works after all' },
          ],
        },
      },
      userErrors: [],
    });
    expect(again).toEqual(first);
    expect(await codeOf('updateTimeOff', { id, note: 'x' })).toBe('RULE_VIOLATED');
    expect((await book(gateway, fixture.clinic, hour(date, 15).start)).userErrors).toEqual([]);
  });

  it('refuses appointments of clients, other roles, staff, locations and tenants', async () => {
    const date = day();
    const { clinic } = fixture;
    const id = await away(date);
    const visit = (await book(gateway, clinic, hour(date, 20).start)).appointment.id;
    const stranger = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
    const keyOf = (role: Role, grant: object) => gateway.key(role, grant);
    const refusing = [
      stranger.secretKey,
      await keyOf(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(fixture.annex)] }),
      await keyOf(Role.STAFF_USER, { staffId: numberOf(clinic.otherStaffId) }),
      await keyOf(Role.CLIENT, { clientId: numberOf(clinic.clientId) }),
      gateway.business.publishableKey,
    ];

    for (const mutation of ['updateTimeOff', 'deleteTimeOff']) {
      expect(await codeOf(mutation, { id: visit, note: 'x' })).toBe('RULE_VIOLATED');
      for (const key of refusing)
        expect(['NOT_FOUND', 'FORBIDDEN', 'INSUFFICIENT_PERMISSION']).toContain(
          await codeOf(mutation, { id, note: 'x' }, key),
        );
    }

    const own = await keyOf(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) });
    expect((await update({ id, note: 'mine' }, own)).appointment).toMatchObject({
      note: 'mine',
      version: 2,
    });
    const manager = await keyOf(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(clinic.locationId)],
    });
    expect((await change(gateway, 'deleteTimeOff', { id }, '', manager)).userErrors).toEqual([]);
  });
}
