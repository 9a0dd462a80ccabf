import { Role } from '../../src/context';
import { autoInvite } from '../../src/features/waitlist/invitations/auto-invite';
import { rangesOf } from '../../src/features/waitlist/model/preferences';
import { WaitlistKind } from '../../src/features/waitlist/model/status';
import type { Database } from '../../src/db/database';
import { withRequestBatching } from '../../src/db/request-batching';
import { sql } from '../../src/db/sql';
import {
  addClient,
  addClinic,
  addHours,
  addReason,
  addStaff,
  book,
  change,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';
import { expectIntegrity } from '../support/harness/integrity';
import { contextOf, tend, waitlistSettings } from '../support/fixtures/waitlist';

const HOUR = 3_600_000;

onEachDatabase('automatic waitlist invitations', (gateway) => {
  let clinic: Clinic;
  let people = 0;
  let month = 0;
  const T0 = Date.UTC(2033, 0, 1);

  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });
  beforeEach(() => (gateway.time = T0));
  afterEach(async () => {
    await change(gateway, 'updateWaitlistSettings', { mode: 'OFF' });
    await expectIntegrity(gateway);
  });
  afterAll(() => (gateway.time = null));

  /**
   * A day with a single bookable time, 10:00 in New York, with its own staff member and reason: no
   * other time can be freed.
   */
  const single = async (input: object = {}) => {
    month += 1;
    const date = `2033-${String(2 + Math.floor(month / 25)).padStart(2, '0')}-${String(1 + (month % 25)).padStart(2, '0')}`;
    const staffId = await addStaff(gateway, `one-${month}`, 'America/New_York', [
      clinic.locationId,
    ]);
    await addHours(gateway, staffId, {
      validFrom: date,
      validTo: date,
      ranges: [{ start: '10:00', end: '10:45' }],
    });
    const reasonId = await addReason(gateway, {
      reasonDesc: `Popular ${month}`,
      visitMinutes: 45,
      allowWaitList: true,
      staffIds: [staffId],
      ...input,
    });
    return { date, staffId, reasonId, start: `${date}T15:00:00.000Z` };
  };
  type Single = Awaited<ReturnType<typeof single>>;
  const taken = async ({ reasonId, staffId, start }: Single) => {
    const { appointment, userErrors } = await book(
      gateway,
      { ...clinic, reasonId, staffId },
      start,
    );
    expect(userErrors).toEqual([]);
    return appointment.id as string;
  };
  const waiting = async (
    { reasonId, start }: Single,
    input: object = { times: [start] },
  ): Promise<string> => {
    const clientId = await addClient(gateway, {
      firstName: 'Person',
      lastName: `No ${(people += 1)}`,
      emailAddress: `person${people}@example.org`,
    });
    const { waitlistEntry, userErrors } = await change(
      gateway,
      'joinWaitlist',
      { reasonId, locationId: clinic.locationId, clientId, ...input },
      'waitlistEntry { id }',
    );
    expect(userErrors).toEqual([]);
    return waitlistEntry.id;
  };
  const cancel = async (id: string) =>
    expect((await change(gateway, 'cancelAppointment', { id })).userErrors).toEqual([]);
  const statusOf = async (...ids: string[]) => {
    const { nodes } = await gateway.data(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on WaitlistEntry { status appointment { start staff { id } } } } }',
      { ids },
    );
    return nodes.map(({ status }: { status: string }) => status);
  };
  const startOf = async (id: string) =>
    (
      await gateway.data(
        'query ($id: ID!) { waitlistEntry(id: $id) { appointment { start staff { id } } } }',
        { id },
      )
    ).waitlistEntry.appointment;
  const claim = (id: string) =>
    change(gateway, 'claimWaitlistInvitation', { id }, 'waitlistEntry { status }');

  const invitationsTo = async (ids: readonly string[]) => {
    const rows = await gateway.gateway.db.all<{ count: number }>(sql`
      SELECT count(*) AS count FROM event WHERE type = 'WAITLIST_INVITED' AND waitlist_entry_id BETWEEN ${Math.min(...ids.map(numberOf))} AND ${Math.max(...ids.map(numberOf))}`);
    return rows[0]?.count;
  };

  it('invite only in businesses that enabled them', async () => {
    const { secretKey, business } = await gateway.addBusiness({
      name: 'Other',
      timeZone: 'America/New_York',
    });
    const theirs = await addClinic(gateway, 'other', secretKey);
    const staffId = await addStaff(
      gateway,
      'one-other',
      'America/New_York',
      [theirs.locationId],
      secretKey,
    );
    await addHours(
      gateway,
      staffId,
      {
        validFrom: '2033-06-01',
        validTo: '2033-06-01',
        ranges: [{ start: '10:00', end: '10:45' }],
      },
      secretKey,
    );
    const reasonId = await addReason(
      gateway,
      { reasonDesc: 'Popular there', visitMinutes: 45, allowWaitList: true, staffIds: [staffId] },
      secretKey,
    );
    const {
      appointment: { id: other },
    } = await book(
      gateway,
      { ...theirs, reasonId, staffId },
      '2033-06-01T14:00:00.000Z',
      {},
      secretKey,
    );
    const clientId = await addClient(
      gateway,
      { firstName: 'Other', lastName: 'Person', emailAddress: 'other@example.org' },
      secretKey,
    );
    const wish = {
      reasonId,
      locationId: theirs.locationId,
      clientId,
      times: ['2033-06-01T14:00:00.000Z'],
    };
    const theirEntry = (
      await change(gateway, 'joinWaitlist', wish, 'waitlistEntry { id }', secretKey)
    ).waitlistEntry.id as string;
    const only = await single();
    const booked = await taken(only);
    await waitlistSettings(gateway, { mode: 'NEXT', holdHours: 4 });
    const entry = await waiting(only);
    await tend(gateway);
    // The other log is longer: a position in it would exceed the end of this one.
    for (let index = 0; index < 60; index += 1)
      await change(
        gateway,
        'updateClient',
        { id: clientId, firstName: `Other ${index}` },
        '',
        secretKey,
      );
    await change(gateway, 'cancelAppointment', { id: other }, '', secretKey);
    await tend(gateway);
    const invited = async () =>
      (
        await gateway.gateway.db.all<{ count: number }>(sql`
      SELECT count(*) AS count FROM event WHERE type = 'WAITLIST_INVITED' AND business_id = ${business.rowId}`)
      )[0]?.count;
    const theirStatus = async () =>
      (
        await gateway.data(
          'query ($id: ID!) { waitlistEntry(id: $id) { status } }',
          { id: theirEntry },
          { key: secretKey },
        )
      ).waitlistEntry.status;
    expect([await statusOf(entry), await theirStatus(), await invited()]).toEqual([
      ['WAITING'],
      'WAITING',
      0,
    ]);

    await cancel(booked);
    await tend(gateway);

    expect([await statusOf(entry), await theirStatus(), await invited()]).toEqual([
      ['INVITED'],
      'WAITING',
      0,
    ]);
  });

  it('invite the oldest entry, then the next after the invitation expires', async () => {
    const only = await single();
    const booked = await taken(only);
    await waitlistSettings(gateway, { mode: 'NEXT', holdHours: 4 });
    const [first, second, other] = [
      await waiting(only),
      await waiting(only, { fromDate: only.date, toDate: only.date }),
      await waiting(only, {
        fromDate: only.date,
        toDate: only.date,
        timesOfDay: [{ start: '12:00', end: '18:00' }],
      }),
    ];
    await tend(gateway);
    expect(await statusOf(first, second, other)).toEqual(['WAITING', 'WAITING', 'WAITING']);
    await cancel(booked);
    await tend(gateway);
    expect(await statusOf(first, second, other)).toEqual(['INVITED', 'WAITING', 'WAITING']);
    expect(await startOf(first)).toEqual({ start: only.start, staff: { id: only.staffId } });
    gateway.time = T0 + 4 * HOUR - 1;
    await tend(gateway);
    expect(await statusOf(first, second)).toEqual(['INVITED', 'WAITING']);
    gateway.time += 1;
    expect((await claim(first)).userErrors).toMatchObject([{ code: 'HOLD_EXPIRED' }]);
    await tend(gateway);
    expect(await statusOf(first, second, other)).toEqual(['EXPIRED', 'INVITED', 'WAITING']);
    expect(await claim(second)).toMatchObject({
      waitlistEntry: { status: 'BOOKED' },
      userErrors: [],
    });
    gateway.time += 100 * HOUR;
    await tend(gateway);
    expect(await statusOf(first, second, other)).toEqual(['EXPIRED', 'BOOKED', 'WAITING']);
  });

  it('examine more times than one availability query returns', async () => {
    const staffId = await addStaff(gateway, 'always', 'America/New_York', [clinic.locationId]);
    await addHours(gateway, staffId);
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Any minute',
      visitMinutes: 1,
      slotStepMinutes: 1,
      allowWaitList: true,
      staffIds: [staffId],
    });
    await waitlistSettings(gateway, { mode: 'NEXT', holdHours: 24 * 14 });
    const late = { date: '', staffId, reasonId, start: '2033-01-13T15:07:00.000Z' };
    const [days, minute] = [
      await waiting(late, {
        fromDate: '2033-01-02',
        toDate: '2033-01-20',
        timesOfDay: [{ start: '23:58', end: '23:59' }],
      }),
      await waiting(late),
    ];
    await tend(gateway);
    expect(await statusOf(days, minute)).toEqual(['INVITED', 'INVITED']);
    expect([(await startOf(days)).start, (await startOf(minute)).start]).toEqual([
      '2033-01-03T04:58:00.000Z',
      late.start,
    ]);
  });

  it('run in the background of the gateway', async () => {
    const only = await single();
    const booked = await taken(only);
    await waitlistSettings(gateway, { mode: 'NEXT' });
    const id = await waiting(only);
    await cancel(booked);
    const waits = () =>
      gateway.gateway.db.all(
        sql`SELECT id FROM waitlist_entry WHERE id = ${numberOf(id)} AND status = 'WAITING'`,
      );
    for (const end = Date.now() + 20_000; (await waits()).length && Date.now() < end;)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await statusOf(id)).toEqual(['INVITED']);
  }, 30_000);

  it('invite all suitable entries in mode ALL; one claims the place', async () => {
    const only = await single();
    const booked = await taken(only);
    await waitlistSettings(gateway, { mode: 'ALL', holdHours: 24 });
    const ids = [await waiting(only), await waiting(only), await waiting(only)];
    const elsewhere = await waiting(only, { times: [only.start], staffIds: [clinic.staffId] });
    await cancel(booked);
    await tend(gateway);
    expect(await statusOf(...ids, elsewhere)).toEqual(['INVITED', 'INVITED', 'INVITED', 'WAITING']);
    const claims = await Promise.all(ids.map(claim));
    expect(claims.flatMap(({ userErrors }) => userErrors).map(({ code }) => code)).toEqual([
      'NOT_INVITED',
      'NOT_INVITED',
    ]);
    await tend(gateway);
    expect((await statusOf(...ids)).sort()).toEqual(['BOOKED', 'WAITING', 'WAITING']);
  });

  it('invite once for one place with concurrent instances and interrupted passes', async () => {
    const only = await single();
    const booked = await taken(only);
    await waitlistSettings(gateway, { mode: 'NEXT' });
    const ids = [await waiting(only), await waiting(only), await waiting(only)];
    await tend(gateway);
    await cancel(booked);
    await gateway.logged();
    const [before] = await gateway.gateway.db.all<{ seq: number }>(
      sql`SELECT last_seq AS seq FROM waitlist_settings WHERE business_id = ${gateway.business.business.rowId}`,
    );
    await Promise.all(Array.from({ length: 6 }, () => tend(gateway)));
    expect(await statusOf(...ids)).toEqual(['INVITED', 'WAITING', 'WAITING']);
    // As if the process had been killed between the invitation and the record of its position in
    // the log.
    await gateway.gateway.db.transaction((tx) =>
      tx.run(sql`UPDATE waitlist_settings SET last_seq = ${before?.seq as number}, looked_at = 0`),
    );
    await Promise.all([tend(gateway), tend(gateway)]);
    expect(await statusOf(...ids)).toEqual(['INVITED', 'WAITING', 'WAITING']);
    expect(await invitationsTo(ids)).toBe(1);
  });

  // The hold with its invitation, and the position in the log.
  it.each([
    [1, 'before'],
    [1, 'after'],
    [2, 'before'],
    [2, 'after'],
  ] as const)(
    'are completed once by the next process after a crash at commit %i, right %s it',
    async (fatal, when) => {
      await waitlistSettings(gateway, { mode: 'NEXT' });
      const { db } = gateway.gateway;
      // If the gateway itself was faster, nothing is left to interrupt: try again.
      for (let commits = 0; commits < fatal;) {
        commits = 0;
        const only = await single();
        const booked = await taken(only);
        const ids = [await waiting(only), await waiting(only)];
        await tend(gateway);
        await cancel(booked);
        await gateway.logged();
        const dying: Database = {
          ...db,
          signals: db.signals,
          all: (query) => db.all(query),
          async transaction(work) {
            commits += 1;
            if (commits !== fatal) return db.transaction(work);
            await db.transaction(async (tx) => {
              await work(tx);
              if (when === 'before') throw new Error('killed');
            });
            throw new Error('killed');
          },
        };
        const outcome = await autoInvite(
          dying,
          (viewer) => ({ ...contextOf(gateway)(viewer), db: withRequestBatching(dying) }),
          gateway.time as number,
        ).then(
          () => 'lived',
          (error: Error) => error.message,
        );
        expect(outcome).toBe(commits < fatal ? 'lived' : 'killed');
        await Promise.all([tend(gateway), tend(gateway)]);
        expect([await statusOf(...ids), await invitationsTo(ids)]).toEqual([
          ['INVITED', 'WAITING'],
          1,
        ]);
        for (const id of ids) await change(gateway, 'removeWaitlistEntry', { id });
      }
    },
  );

  it('assign several places in the order of the list, one to each entry', async () => {
    const staffId = await addStaff(gateway, 'three', 'America/New_York', [clinic.locationId]);
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Three places',
      visitMinutes: 60,
      allowWaitList: true,
      staffIds: [staffId],
    });
    const list = { reasonId, staffId, start: '2033-06-01T13:00:00.000Z', date: '2033-06-01' };
    const day = { fromDate: '2033-06-01', toDate: '2033-06-01' };
    const ids = [
      await waiting(list, { times: ['2033-06-01T14:00:00.000Z'] }),
      await waiting(list, day),
      await waiting(list, day),
      await waiting(list, day),
    ];
    await waitlistSettings(gateway, { mode: 'NEXT' });
    await tend(gateway);
    expect(await statusOf(...ids)).toEqual(['WAITING', 'WAITING', 'WAITING', 'WAITING']);
    // Changes of hours are not in the log: a full pass finds them.
    await addHours(gateway, staffId, {
      validFrom: '2033-06-01',
      validTo: '2033-06-01',
      ranges: [{ start: '09:00', end: '12:00' }],
    });
    gateway.time = T0 + HOUR;
    await Promise.all([tend(gateway), tend(gateway), tend(gateway)]);
    expect(await statusOf(...ids)).toEqual(['INVITED', 'INVITED', 'INVITED', 'WAITING']);
    const starts = await Promise.all(ids.slice(0, 3).map(async (id) => (await startOf(id)).start));
    expect(starts[0]).toBe('2033-06-01T14:00:00.000Z');
    expect(starts.sort()).toEqual([
      '2033-06-01T13:00:00.000Z',
      '2033-06-01T14:00:00.000Z',
      '2033-06-01T15:00:00.000Z',
    ]);
  });

  it('use times freed by a move, cancelled time off and an expired hold', async () => {
    const [moved, off, held] = [await single(), await single(), await single()];
    await waitlistSettings(gateway, { mode: 'NEXT' });
    const booked = await taken(moved);
    const personal = await addReason(gateway, {
      reasonDesc: 'Away',
      reasonType: 'PERSONAL',
      visitMinutes: 600,
    });
    const away = (
      await book(
        gateway,
        { ...clinic, reasonId: personal, staffId: off.staffId, clientId: undefined as never },
        `${off.date}T12:00:00Z`,
      )
    ).appointment.id;
    const { appointment } = await change(
      gateway,
      'holdAppointment',
      {
        reasonId: held.reasonId,
        locationId: clinic.locationId,
        staffId: held.staffId,
        start: held.start,
      },
      'appointment { id }',
    );
    const ids = [await waiting(moved), await waiting(off), await waiting(held)];
    await tend(gateway);
    expect([appointment.id.length > 0, await statusOf(...ids)]).toEqual([
      true,
      ['WAITING', 'WAITING', 'WAITING'],
    ]);
    expect(
      (
        await change(gateway, 'rescheduleAppointment', {
          id: booked,
          start: `${moved.date}T20:00:00Z`,
          override: true,
        })
      ).userErrors,
    ).toEqual([]);
    await cancel(away);
    gateway.time = T0 + 11 * 60_000;
    await tend(gateway);
    await tend(gateway);
    expect(await statusOf(...ids)).toEqual(['INVITED', 'INVITED', 'INVITED']);
  });

  it('apply the rules for clients, and skip entries for which they are disabled', async () => {
    const short = await single({ apptHrMin: 8_760 });
    const hidden = await single({ allowOnline: false });
    const [bound, staffOnly] = [await waiting(short), await waiting(hidden)];
    await tend(gateway);
    expect(await statusOf(bound, staffOnly)).toEqual(['WAITING', 'WAITING']);
    await waitlistSettings(gateway, { mode: 'NEXT' });
    await tend(gateway);
    expect(await statusOf(bound, staffOnly)).toEqual(['WAITING', 'INVITED']);
    const other = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    expect(
      await gateway.data(
        '{ viewer { business { waitlistSettings { mode } } } waitlistEntries { totalCount } }',
        {},
        { key: other.secretKey },
      ),
    ).toEqual({
      viewer: { business: { waitlistSettings: { mode: 'OFF' } } },
      waitlistEntries: { totalCount: 0 },
    });
    const key = await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) });
    const { errors } = await gateway.run(
      'mutation { updateWaitlistSettings(input: { mode: ALL }) { userErrors { code } } }',
      {},
      { key },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('rangesOf', () => {
  const wish = (fromDate: string, toDate: string) => ({
    kind: WaitlistKind.FIRST_AVAILABLE,
    times: [],
    fromDate,
    toDate,
    timesOfDay: [],
    staffIds: [],
    classScheduleId: null,
  });
  const time = (...times: string[]) => ({
    kind: WaitlistKind.TIMES,
    times: times.map(Date.parse),
    fromDate: null,
    toDate: null,
    timesOfDay: [],
    staffIds: [],
    classScheduleId: null,
  });
  const now = Date.parse('2033-01-10T12:00:00Z');

  it.each([
    ['nothing', [], []],
    ['past days', [wish('2033-01-01', '2033-01-09')], []],
    [
      'from today on',
      [wish('2033-01-01', '2033-01-12')],
      [{ from: '2033-01-10', to: '2033-01-12' }],
    ],
    [
      'nearby days in one range',
      [wish('2033-02-01', '2033-02-03'), time('2033-01-20T10:00:00Z')],
      [{ from: '2033-01-20', to: '2033-02-03' }],
    ],
    [
      'separate ranges for distant days',
      [time('2033-01-20T10:00:00Z', '2033-06-01T10:00:00Z')],
      [
        { from: '2033-01-20', to: '2033-01-20' },
        { from: '2033-06-01', to: '2033-06-01' },
      ],
    ],
    [
      'a long range in parts',
      [wish('2033-01-11', '2033-04-01')],
      [
        { from: '2033-01-11', to: '2033-03-13' },
        { from: '2033-03-14', to: '2033-04-01' },
      ],
    ],
  ])('are %s', (_, wishes, expected) => {
    expect(rangesOf(wishes, 'UTC', now)).toEqual(expected);
  });
});
