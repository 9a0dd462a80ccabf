import {
  addClient,
  addLocation,
  addReason,
  book,
  change,
  refusal,
} from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import { SECRET, type ServiceFixture } from './service.fixture';

export function changesCases(gateway: TestGateway, fixture: ServiceFixture): void {
  const { free, person, service, join, waiting, entry, claim, invite, sweep } = fixture;

  it('lets clients leave, and releases their own holds', async () => {
    const start = free();
    const [one, other] = [
      (await join({ times: [start] }, fixture.clientKey)).waitlistEntry.id,
      await waiting({ times: [start] }),
    ];
    const { appointment } = await invite([one, other], start);
    const leave = (id: string, key?: string) =>
      change(gateway, 'leaveWaitlist', { id }, 'waitlistEntry { status }', key);
    expect((await leave(other, fixture.clientKey)).userErrors).toMatchObject([
      { code: 'NOT_FOUND' },
    ]);
    expect(await leave(one, fixture.clientKey)).toEqual({
      waitlistEntry: { status: 'REMOVED' },
      userErrors: [],
    });
    expect((await leave(one, fixture.clientKey)).waitlistEntry).toEqual({ status: 'REMOVED' });
    expect((await book(gateway, fixture.clinic, start)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    const removed = await change(
      gateway,
      'removeWaitlistEntry',
      { id: other, note: 'Moved away' },
      'waitlistEntry { status history { nodes { type note } } }',
    );
    expect(removed.waitlistEntry).toMatchObject({
      status: 'REMOVED',
      history: { nodes: [{}, {}, { type: 'WAITLIST_REMOVED', note: 'Moved away' }] },
    });
    expect((await book(gateway, fixture.clinic, start)).userErrors).toEqual([]);
    const { appointment: ended } = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { status } }',
      { id: appointment.id },
    );
    expect(ended.status).toBe('DELETED');
    expect((await claim(one, {}, fixture.clientKey)).userErrors).toMatchObject([
      { code: 'NOT_INVITED' },
    ]);
    expect((await invite([one], free())).userErrors).toMatchObject([
      { code: 'RULE_VIOLATED', path: ['input', 'entryIds'] },
    ]);
  });

  it('follows changes of a hold by staff: its client is booked, the others wait again', async () => {
    const [start, later] = [free(), free()];
    const [one, other, third] = [
      await waiting({ times: [start] }),
      await waiting({ times: [start] }),
      await waiting({ times: [later] }),
    ];
    const { appointment } = await invite([one, other], start);
    const clientId = (await entry(one)).client.id;
    expect(
      (await change(gateway, 'bookAppointment', { id: appointment.id, clientId })).userErrors,
    ).toEqual([]);
    const held = (await invite([third], later)).appointment;
    expect((await change(gateway, 'cancelAppointment', { id: held.id })).userErrors).toEqual([]);
    expect((await claim(other)).userErrors).toMatchObject([{ code: 'NOT_INVITED' }]);
    await sweep();
    expect([
      (await entry(one)).status,
      (await entry(other)).status,
      (await entry(third)).status,
    ]).toEqual(['BOOKED', 'WAITING', 'WAITING']);
    expect((await claim(one)).userErrors).toMatchObject([{ code: 'NOT_INVITED' }]);
  });

  it('applies the settings of the reason and rejects duplicate entries', async () => {
    const [start, other] = [free(), free()];
    const closed = await addReason(gateway, {
      reasonDesc: 'No list',
      visitMinutes: 30,
      staffIds: [fixture.clinic.staffId],
    });
    expect(
      (await join({ reasonId: closed, clientId: fixture.clinic.clientId, times: [start] }))
        .userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED', path: ['input', 'reasonId'] }]);
    const reasonId = await service({ maxWaitlist: 3 });
    const clientId = await person();
    expect((await join({ reasonId, clientId, times: [start, other] })).userErrors).toEqual([]);
    expect((await join({ reasonId, clientId, times: [other] })).userErrors).toMatchObject([
      { code: 'CONFLICT' },
    ]);
    expect((await join({ reasonId, clientId, times: [free()] })).userErrors).toEqual([]);
    const rivals = await Promise.all(
      Array.from({ length: 6 }, async () =>
        join({ reasonId, clientId: await person(), times: [start] }),
      ),
    );
    expect(rivals.filter(({ waitlistEntry }) => waitlistEntry)).toHaveLength(1);
    expect(rivals.flatMap(({ userErrors }) => userErrors).map(({ code }) => code)).toEqual(
      Array(5).fill('RULE_VIOLATED'),
    );
    const twins = await person();
    const pair = await Promise.all(
      [1, 2].map(() => join({ clientId: twins, fromDate: '2033-04-01', toDate: '2033-04-30' })),
    );
    expect(pair.filter(({ waitlistEntry }) => waitlistEntry)).toHaveLength(1);
  });

  it('identifies duplicates also by e-mail address at one location, without entries of other clients', async () => {
    const [start, other] = [free(), free()];
    const reasonId = await service({ maxWaitlist: 50 });
    const described = (emailAddress: string, times: string[], input: object = {}) =>
      join(
        {
          reasonId,
          times,
          claimSecret: SECRET,
          client: { firstName: 'Sansa', lastName: 'Stark', emailAddress },
          ...input,
        },
        fixture.publicKey,
      );
    expect((await described('sansa@example.org', [start])).userErrors).toEqual([]);
    expect((await described('sansa@example.org', [start, other])).userErrors).toMatchObject([
      { code: 'CONFLICT', path: ['input', 'times'] },
    ]);
    for (const same of [
      described('sansa@example.org', [other]),
      described('other@example.org', [start]),
    ])
      expect((await same).userErrors).toEqual([]);
    const elsewhere = await addLocation(gateway, {
      locationName: 'Elsewhere',
      timeZone: 'America/New_York',
    });
    expect(
      (await described('sansa@example.org', [start], { locationId: elsewhere })).userErrors,
    ).toEqual([]); // Clients without an e-mail address are never matched with each other.
    const nameless = await Promise.all(
      [1, 2].map((index) => addClient(gateway, { firstName: 'No', lastName: `Address ${index}` })),
    );
    for (const clientId of nameless)
      expect((await join({ reasonId, clientId, times: [start] })).userErrors).toEqual([]);
    expect(
      (
        await join({
          reasonId,
          clientId: nameless[0],
          fromDate: start.slice(0, 10),
          toDate: other.slice(0, 10),
        })
      ).userErrors,
    ).toEqual([]);
    expect(
      (
        await join({
          reasonId,
          clientId: nameless[0],
          fromDate: other.slice(0, 10),
          toDate: '2033-07-01',
        })
      ).userErrors,
    ).toMatchObject([{ code: 'CONFLICT', path: ['input', 'fromDate'] }]);
    const joined = `mutation ($input: JoinWaitlistInput!) {
      joinWaitlist(input: $input) { waitlistEntry { id } userErrors { code } }
    }`;
    const { data, statements } = await gateway.counted(joined, {
      input: {
        reasonId,
        locationId: fixture.clinic.locationId,
        clientId: await person(),
        times: [start],
      },
    });
    expect(data.joinWaitlist.userErrors).toEqual([]);
    const read = statements.filter(
      (text) => text.includes('waitlist_entry AS e') && text.includes("'INVITED'"),
    );
    expect([
      read.length,
      read.filter((text) => text.includes('e.client_id IN')).length,
      read.filter((text) => text.includes('count(*)')).length,
    ]).toEqual([2, 1, 1]);
  });

  it.each([
    [
      'times and days',
      { times: ['2033-05-01T15:00:00Z'], fromDate: '2033-05-01', toDate: '2033-05-02' },
      'times',
    ],
    ['neither', {}, 'times'],
    ['a past time', { times: ['2032-12-31T15:00:00Z'] }, 'times', 'TIME_UNAVAILABLE'],
    ['past days', { fromDate: '2032-11-01', toDate: '2032-11-02' }, 'toDate', 'TIME_UNAVAILABLE'],
    ['an end before the start', { fromDate: '2033-05-02', toDate: '2033-05-01' }, 'toDate'],
    ['years', { fromDate: '2033-05-02', toDate: '2034-05-01' }, 'toDate'],
    ['no times at all', { times: [] }, 'times'],
    ['a short secret', { times: ['2033-05-01T15:00:00Z'], claimSecret: 'short' }, 'claimSecret'],
    ['a malformed id', { times: ['2033-05-01T15:00:00Z'], staffIds: ['Staff'] }, '0'],
  ])('refuses %s', async (_, input, field, code = 'INVALID_INPUT') => {
    expect(
      await refusal(gateway, 'joinWaitlist', {
        reasonId: fixture.clinic.reasonId,
        clientId: fixture.clinic.clientId,
        ...input,
      }),
    ).toEqual([code, field]);
  });
}
