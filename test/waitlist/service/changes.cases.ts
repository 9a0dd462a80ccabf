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
      (await join({ wish: { times: [start] } }, fixture.clientKey)).waitlistEntry.id,
      await waiting({ wish: { times: [start] } }),
    ];
    const { appointment } = await invite([one, other], start);
    const leave = (id: string, key?: string) =>
      change(gateway, 'leaveWaitlist', { entry: { id } }, 'waitlistEntry { status }', key);
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
      await waiting({ wish: { times: [start] } }),
      await waiting({ wish: { times: [start] } }),
      await waiting({ wish: { times: [later] } }),
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
      (
        await join({
          reasonId: closed,
          clientId: fixture.clinic.clientId,
          wish: { times: [start] },
        })
      ).userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED', path: ['input', 'reasonId'] }]);
    const reasonId = await service({ maxWaitlist: 3 });
    const clientId = await person();
    expect(
      (await join({ reasonId, clientId, wish: { times: [start, other] } })).userErrors,
    ).toEqual([]);
    expect((await join({ reasonId, clientId, wish: { times: [other] } })).userErrors).toMatchObject(
      [{ code: 'CONFLICT' }],
    );
    expect((await join({ reasonId, clientId, wish: { times: [free()] } })).userErrors).toEqual([]);
    const rivals = await Promise.all(
      Array.from({ length: 6 }, async () =>
        join({ reasonId, clientId: await person(), wish: { times: [start] } }),
      ),
    );
    expect(rivals.filter(({ waitlistEntry }) => waitlistEntry)).toHaveLength(1);
    expect(rivals.flatMap(({ userErrors }) => userErrors).map(({ code }) => code)).toEqual(
      Array(5).fill('RULE_VIOLATED'),
    );
    const twins = await person();
    const pair = await Promise.all(
      [1, 2].map(() =>
        join({ clientId: twins, wish: { days: { from: '2033-04-01', to: '2033-04-30' } } }),
      ),
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
          wish: { times },
          claimSecret: SECRET,
          client: { firstName: 'Sansa', lastName: 'Stark', emailAddress },
          ...input,
        },
        fixture.publicKey,
      );
    expect((await described('sansa@example.org', [start])).userErrors).toEqual([]);
    expect((await described('sansa@example.org', [start, other])).userErrors).toMatchObject([
      { code: 'CONFLICT', path: ['input', 'wish', 'times'] },
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
      expect((await join({ reasonId, clientId, wish: { times: [start] } })).userErrors).toEqual([]);
    expect(
      (
        await join({
          reasonId,
          clientId: nameless[0],
          wish: { days: { from: start.slice(0, 10), to: other.slice(0, 10) } },
        })
      ).userErrors,
    ).toEqual([]);
    expect(
      (
        await join({
          reasonId,
          clientId: nameless[0],
          wish: { days: { from: other.slice(0, 10), to: '2033-07-01' } },
        })
      ).userErrors,
    ).toMatchObject([{ code: 'CONFLICT', path: ['input', 'wish', 'days'] }]);
    const joined = `mutation ($input: JoinWaitlistInput!) {
      joinWaitlist(input: $input) { waitlistEntry { id } userErrors { code } }
    }`;
    const { data, statements } = await gateway.counted(joined, {
      input: {
        reasonId,
        locationId: fixture.clinic.locationId,
        clientId: await person(),
        wish: { times: [start] },
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
    ['a past time', { wish: { times: ['2032-12-31T15:00:00Z'] } }, 'times', 'TIME_UNAVAILABLE'],
    [
      'past days',
      { wish: { days: { from: '2032-11-01', to: '2032-11-02' } } },
      'to',
      'TIME_UNAVAILABLE',
    ],
    ['an end before the start', { wish: { days: { from: '2033-05-02', to: '2033-05-01' } } }, 'to'],
    ['years', { wish: { days: { from: '2033-05-02', to: '2034-05-01' } } }, 'to'],
    ['no times at all', { wish: { times: [] } }, 'times'],
    [
      'a short secret',
      { wish: { times: ['2033-05-01T15:00:00Z'] }, claimSecret: 'short' },
      'claimSecret',
    ],
    ['a malformed id', { wish: { times: ['2033-05-01T15:00:00Z'] }, staffIds: ['Staff'] }, '0'],
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
