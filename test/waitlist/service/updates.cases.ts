import { addLocation, change, refusal } from '../../support/fixtures/clinic';
import { entryBy } from '../../support/fixtures/waitlist';
import type { TestGateway } from '../../support/harness/gateway';
import { SECRET, type ServiceFixture } from './service.fixture';

interface EntryInput {
  readonly id: string;
  readonly claimSecret?: string;
  readonly [field: string]: unknown;
}

export function updatesCases(gateway: TestGateway, fixture: ServiceFixture): void {
  const { free, join, waiting, entry, invite } = fixture;

  const about = ({ id, claimSecret, ...input }: EntryInput) => ({
    ...entryBy({ id, claimSecret }),
    ...input,
  });
  const update = (input: EntryInput, key?: string) =>
    change(
      gateway,
      'updateWaitlistEntry',
      about(input),
      `waitlistEntry {
        kind version times fromDate toDate timesOfDay { start end } note seats staff { id }
      }`,
      key,
    );
  const refused = (input: EntryInput, key?: string) =>
    refusal(gateway, 'updateWaitlistEntry', about(input), key);

  it('changes the wish of a waiting client, with one event, and no event without a change', async () => {
    const id = await waiting({ wish: { times: [free()] }, note: 'first' });
    const days = { from: '2033-06-01', to: '2033-06-10' };
    const narrow = { ...days, to: '2033-06-05', timesOfDay: [{ start: '09:00', end: '12:00' }] };

    const changed = await update({ id, wish: { days }, staffIds: [fixture.clinic.staffId] });
    const narrowed = await update({ id, wish: { days: narrow } });
    const again = await update({ id, wish: { days: narrow } });
    const times = [free()];
    const back = await update({ id, wish: { times }, note: null, staffIds: [] });

    expect(changed.waitlistEntry).toMatchObject({
      kind: 'FIRST_AVAILABLE',
      version: 2,
      times: [],
      fromDate: days.from,
      toDate: days.to,
      note: 'first',
      staff: [{ id: fixture.clinic.staffId }],
    });
    expect(narrowed.waitlistEntry).toMatchObject({
      version: 3,
      fromDate: '2033-06-01',
      toDate: '2033-06-05',
      timesOfDay: [{ start: '09:00', end: '12:00' }],
    });
    expect(again.waitlistEntry).toEqual(narrowed.waitlistEntry);
    expect(back.waitlistEntry).toEqual({
      kind: 'TIMES',
      version: 4,
      times,
      fromDate: null,
      toDate: null,
      timesOfDay: [],
      note: null,
      seats: 1,
      staff: [],
    });
    expect((await entry(id)).history.nodes.map(({ type }: any) => type)).toEqual([
      'WAITLIST_JOINED',
      ...Array<string>(3).fill('WAITLIST_UPDATED'),
    ]);
  });

  it('refuses contradictory, past and overlapping wishes, and other versions', async () => {
    const clientId = await fixture.person();
    const [one, other] = [free(), free()];
    const id = await waiting({ wish: { times: [one] }, clientId });
    await waiting({ wish: { times: [other] }, clientId });
    const virtual = await addLocation(gateway, {
      locationName: 'At home',
      locationType: 'VARIABLE',
      timeZone: 'UTC',
    });
    const visited = await waiting({
      wish: { times: [free()] },
      locationId: virtual,
      address: 'Main St 1',
    });

    expect(await refused({ id, wish: { times: [other] } })).toEqual(['CONFLICT', 'times']);
    expect(await refused({ id, wish: { times: ['2020-01-01T15:00:00Z'] } })).toEqual([
      'TIME_UNAVAILABLE',
      'times',
    ]);
    expect(await refused({ id, wish: { days: { from: '2033-06-02', to: '2033-06-01' } } })).toEqual(
      ['INVALID_INPUT', 'to'],
    );
    expect(await refused({ id, wish: { seats: 2 } })).toEqual(['INVALID_INPUT', 'seats']);
    expect(await refused({ id, note: 'x', expectedVersion: 9 })).toEqual([
      'VERSION_CONFLICT',
      'expectedVersion',
    ]);
    expect(await refused({ id: visited, address: null })).toEqual(['RULE_VIOLATED', 'address']);
    expect(await entry(id)).toMatchObject({ version: 1 });
  });

  it('refuses entries that do not wait', async () => {
    const start = free();
    const [invited, removed] = [
      await waiting({ wish: { times: [start] } }),
      await waiting({ wish: { times: [start] } }),
    ];
    await invite([invited], start);
    await change(gateway, 'removeWaitlistEntry', { id: removed });

    for (const id of [invited, removed])
      expect(await refused({ id, note: 'x' })).toEqual(['RULE_VIOLATED', 'entry']);
  });

  it('lets a client change its own entry, and the public one by its secret', async () => {
    const own = (await join({ wish: { times: [free()] } }, fixture.clientKey)).waitlistEntry.id;
    const foreign = await waiting({ wish: { times: [free()] } });
    const { waitlistEntry: anonymous } = await join(
      {
        wish: { times: [free()] },
        claimSecret: SECRET,
        client: { firstName: 'A', lastName: 'B', emailAddress: 'ab@example.org' },
      },
      fixture.publicKey,
    );

    expect((await update({ id: own, note: 'mine' }, fixture.clientKey)).userErrors).toEqual([]);
    expect((await refused({ id: foreign, note: 'x' }, fixture.clientKey))[0]).toBe('NOT_FOUND');
    const byPublic = { id: anonymous.id, note: 'by secret' };
    expect((await refused(byPublic, fixture.publicKey))[0]).toBe('NOT_FOUND');
    expect(
      (await update({ ...byPublic, claimSecret: SECRET }, fixture.publicKey)).userErrors,
    ).toEqual([]);
    expect([(await entry(own)).note, (await entry(anonymous.id)).note]).toEqual([
      'mine',
      'by secret',
    ]);
  });
}
