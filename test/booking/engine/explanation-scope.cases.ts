import { addReason, addStaff, book } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import { EXPLAIN } from './engine.fixture';
import type { ExplanationFixture } from './explanation.fixture';

export function explanationScopeCases(gateway: TestGateway, fixture: ExplanationFixture): void {
  const { ask } = fixture;

  it('offers a shorter duration if that is the smallest remedy, and an override if no time is near', async () => {
    await book(gateway, fixture.clinic, '2031-02-10T14:00:00Z', { durationMinutes: 30 });
    await book(gateway, fixture.clinic, '2031-02-10T15:00:00Z', { durationMinutes: 420 });
    const [candidate] = (
      await ask({ staffIds: [fixture.clinic.staffId], start: '2031-02-10T14:30:00Z' })
    ).candidates;
    expect(candidate.smallestChange).toEqual({
      kind: 'DURATION',
      start: '2031-02-10T14:30:00.000Z',
      durationMinutes: 30,
      minutes: 15,
    });
    const idle = await addStaff(gateway, 'idle', 'America/New_York', [fixture.clinic.locationId]);
    const of = async (key?: string) =>
      (
        await ask(
          {
            reasonId: await addReason(gateway, { reasonDesc: 'I', visitMinutes: 60 }),
            staffIds: [idle],
            start: '2031-02-10T14:30:00Z',
          },
          key,
        )
      ).candidates[0].smallestChange;
    expect(await of()).toMatchObject({ kind: 'OVERRIDE' });
    expect(await of(fixture.clientKey)).toBeNull();
  });

  it('contains nothing of another business', async () => {
    const foreign = (await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' }))
      .secretKey;
    const { errors } = await gateway.run(
      EXPLAIN,
      { input: { reasonId: fixture.clinic.reasonId, start: '2031-02-10T14:30:00Z' } },
      { key: foreign },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });

  it('takes a number of statements independent of the number of candidates', async () => {
    const of = async (staffIds: string[]) =>
      (
        await gateway.counted(EXPLAIN, {
          input: {
            reasonId: fixture.clinic.reasonId,
            locationId: fixture.clinic.locationId,
            start: '2031-02-12T02:00:00Z',
            staffIds,
          },
        })
      ).statements.length;
    const [one, two] = [
      await of([fixture.clinic.staffId]),
      await of([fixture.clinic.staffId, fixture.clinic.otherStaffId]),
    ];
    expect(two).toBe(one);
  });
}
