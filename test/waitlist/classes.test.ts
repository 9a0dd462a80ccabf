import { Role } from '../../src/context';
import { sql } from '../../src/db/sql';
import {
  addClient,
  addClinic,
  addReason,
  change,
  refusal,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';
import { expectIntegrity } from '../support/harness/integrity';
import { tend, waitlistSettings } from '../support/fixtures/waitlist';

const HOUR = 3_600_000;

onEachDatabase('the waitlist of a class', (gateway) => {
  let clinic: Clinic;
  let yoga = '';
  let people = 0;
  let day = 0;
  const T0 = Date.UTC(2033, 0, 1);

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    yoga = await addReason(gateway, {
      reasonDesc: 'Yoga',
      reasonType: 'CLASS',
      visitMinutes: 60,
      price: '12.50',
      allowWaitList: true,
      maxWaitListPerClass: 5,
      staffIds: [clinic.staffId],
    });
  });
  beforeEach(() => (gateway.time = T0));
  afterEach(async () => {
    await change(gateway, 'updateWaitlistSettings', { mode: 'OFF' });
    await expectIntegrity(gateway);
  });
  afterAll(() => (gateway.time = null));

  const session = async (capacity: number, input: object = {}): Promise<string> => {
    const start = new Date(Date.UTC(2033, 1, 1, 15) + (day += 1) * 86_400_000).toISOString();
    const { classSchedules, userErrors } = await change(
      gateway,
      'createClassSchedule',
      {
        reasonId: yoga,
        staffId: clinic.staffId,
        locationId: clinic.locationId,
        capacity,
        start,
        ...input,
      },
      'classSchedules { id }',
    );
    expect(userErrors).toEqual([]);
    return classSchedules[0].id;
  };
  const person = () =>
    addClient(gateway, {
      firstName: 'Person',
      lastName: `No ${(people += 1)}`,
      emailAddress: `person${people}@example.org`,
    });
  const take = async (classScheduleId: string, seats = 1) =>
    (
      await change(
        gateway,
        'createAppointment',
        { reasonId: yoga, classScheduleId, seats, clientId: await person() },
        'appointment { id }',
      )
    ).appointment?.id;
  const join = (classScheduleId: string, input: object = {}, key?: string) =>
    change(
      gateway,
      'joinWaitlist',
      { reasonId: yoga, classScheduleId, ...input },
      'waitlistEntry { id status kind seats position classSchedule { id } location { id } }',
      key,
    );
  const waiting = async (classScheduleId: string, seats = 1): Promise<string> => {
    const { waitlistEntry, userErrors } = await join(classScheduleId, {
      seats,
      clientId: await person(),
    });
    expect(userErrors).toEqual([]);
    return waitlistEntry.id;
  };
  const statusOf = async (...ids: string[]) =>
    (
      await gateway.data(
        'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on WaitlistEntry { status } } }',
        { ids },
      )
    ).nodes.map(({ status }: { status: string }) => status);
  const claim = (id: string) =>
    change(
      gateway,
      'claimWaitlistInvitation',
      { id },
      'waitlistEntry { status appointment { id status seats price client { id } classSchedule { id } } }',
    );
  const seatsLeft = async (id: string) =>
    (await gateway.data('query ($id: ID!) { classSchedule(id: $id) { seatsLeft } }', { id }))
      .classSchedule.seatsLeft;

  it('is open for a full session, up to its limit, once for each client', async () => {
    const id = await session(2);
    const clientId = await person();
    await take(id);
    expect((await join(id, { clientId })).userErrors).toMatchObject([
      { code: 'RULE_VIOLATED', path: ['input', 'classScheduleId'] },
    ]);
    expect((await join(id, { clientId, seats: 3 })).userErrors).toMatchObject([
      { code: 'RULE_VIOLATED', path: ['input', 'seats'] },
    ]);
    expect((await join(id, { clientId, seats: 2 })).waitlistEntry).toMatchObject({
      status: 'WAITING',
      kind: 'SESSION',
      seats: 2,
      position: 1,
      classSchedule: { id },
      location: { id: clinic.locationId },
    });
    await take(id);
    expect((await join(id, { clientId })).userErrors).toMatchObject([
      { code: 'CONFLICT', path: ['input', 'classScheduleId'] },
    ]);
    const rivals = await Promise.all(
      Array.from({ length: 8 }, async () => join(id, { clientId: await person() })),
    );
    expect(rivals.filter(({ waitlistEntry }) => waitlistEntry)).toHaveLength(4);
    expect(rivals.flatMap(({ userErrors }) => userErrors).map(({ code }) => code)).toEqual([
      'RULE_VIOLATED',
      'RULE_VIOLATED',
      'RULE_VIOLATED',
      'RULE_VIOLATED',
    ]);
    const { classSchedule, waitlistEntries } = await gateway.data(
      'query ($id: ID!, $ids: [ID!]) { classSchedule(id: $id) { waitlistEntries { totalCount nodes { position } } } waitlistEntries(filter: { classScheduleIds: $ids }) { totalCount } }',
      { id, ids: [id] },
    );
    expect([
      classSchedule.waitlistEntries.totalCount,
      waitlistEntries.totalCount,
      classSchedule.waitlistEntries.nodes.map(({ position }: { position: number }) => position),
    ]).toEqual([5, 5, [1, 2, 3, 4, 5]]);
  });

  it('lets a staff user who serves the class book a client it cannot see', async () => {
    const key = await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) });
    const classScheduleId = await session(1);
    const taken = await take(classScheduleId);
    const clientId = await person();
    const { waitlistEntry } = await join(classScheduleId, { clientId });
    await change(gateway, 'cancelAppointment', { id: taken });

    const seen = await gateway.data(
      'query ($id: ID!) { clients(filter: { ids: [$id] }) { totalCount } }',
      { id: clientId },
      { key },
    );
    const booked = await change(
      gateway,
      'bookFromWaitlist',
      { id: waitlistEntry.id },
      'waitlistEntry { status appointment { seats client { id } } }',
      key,
    );

    expect(seen).toEqual({ clients: { totalCount: 0 } });
    expect(booked).toEqual({
      waitlistEntry: { status: 'BOOKED', appointment: { seats: 1, client: { id: clientId } } },
      userErrors: [],
    });
  });

  it('gives freed seats to the first claim, in the requested number and at its price', async () => {
    const id = await session(4);
    const booked = await take(id, 2);
    await take(id, 2);
    const [one, two, many] = [await waiting(id), await waiting(id, 2), await waiting(id, 4)];
    const { appointment } = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { waitlistCandidates { id } } }',
      { id: booked },
    );
    expect(appointment.waitlistCandidates).toEqual([{ id: one }, { id: two }]);
    expect(
      (
        await change(gateway, 'cancelAppointment', {
          id: booked,
          waitlistEntryIds: [one, two, many],
        })
      ).userErrors,
    ).toMatchObject([{ code: 'SEATS_UNAVAILABLE' }]);
    expect(await statusOf(one, two, many)).toEqual(['WAITING', 'WAITING', 'WAITING']);
    expect(
      (await change(gateway, 'cancelAppointment', { id: booked, waitlistEntryIds: [one, two] }))
        .userErrors,
    ).toEqual([]);
    expect([await statusOf(one, two, many), await seatsLeft(id)]).toEqual([
      ['INVITED', 'INVITED', 'WAITING'],
      0,
    ]);
    expect(await take(id)).toBeUndefined();
    const [first, second] = await Promise.all([claim(one), claim(two)]);
    const won = first.waitlistEntry ?? second.waitlistEntry;
    expect([first, second].filter(({ waitlistEntry }) => waitlistEntry)).toHaveLength(1);
    expect(won).toMatchObject({
      status: 'BOOKED',
      appointment: {
        status: 'OPEN',
        classSchedule: { id },
        ...(first.waitlistEntry ? { seats: 1, price: '12.50' } : { seats: 2, price: '25.00' }),
      },
    });
    expect(await seatsLeft(id)).toBe(2 - won.appointment.seats);
  });

  it('invites to free seats at the time of the session', async () => {
    const id = await session(1);
    const booked = await take(id);
    const entry = await waiting(id);
    const invite = (input: object = {}) =>
      change(
        gateway,
        'inviteFromWaitlist',
        { entryIds: [entry], ...input },
        'appointment { id status seats subStatus { code } classSchedule { id } holdExpiresAt }',
      );
    expect((await invite()).userErrors).toMatchObject([{ code: 'SEATS_UNAVAILABLE' }]);
    await change(gateway, 'cancelAppointment', { id: booked });
    expect(
      await refusal(gateway, 'inviteFromWaitlist', { entryIds: [entry], staffId: clinic.staffId }),
    ).toEqual(['BAD_USER_INPUT', 'staffId']);
    expect((await invite()).appointment).toMatchObject({
      status: 'PENDING',
      seats: 1,
      subStatus: { code: 'PENDING_WAITLIST' },
      classSchedule: { id },
      holdExpiresAt: new Date(T0 + 24 * HOUR).toISOString(),
    });
    expect(await seatsLeft(id)).toBe(0);
    gateway.time = T0 + 24 * HOUR;
    expect([await seatsLeft(id), (await claim(entry)).userErrors[0].code]).toEqual([
      1,
      'HOLD_EXPIRED',
    ]);
    await tend(gateway);
    expect(await statusOf(entry)).toEqual(['EXPIRED']);
  });

  it('invites automatically on several instances, never to more seats than are free', async () => {
    const id = await session(3);
    const [double, single] = [await take(id, 2), await take(id)];
    await waitlistSettings(gateway, { mode: 'NEXT', holdHours: 5 });
    const ids = [await waiting(id, 3), await waiting(id), await waiting(id), await waiting(id)];
    await tend(gateway);
    expect(await statusOf(...ids)).toEqual(['WAITING', 'WAITING', 'WAITING', 'WAITING']);
    await change(gateway, 'cancelAppointment', { id: double });
    await Promise.all(Array.from({ length: 5 }, () => tend(gateway)));
    expect([await statusOf(...ids), await seatsLeft(id)]).toEqual([
      ['WAITING', 'INVITED', 'INVITED', 'WAITING'],
      0,
    ]);
    expect((await claim(ids[1] as string)).userErrors).toEqual([]);
    gateway.time = T0 + 5 * HOUR;
    await tend(gateway);
    await tend(gateway);
    expect(await statusOf(...ids)).toEqual(['WAITING', 'BOOKED', 'EXPIRED', 'INVITED']);
    await change(gateway, 'cancelAppointment', { id: single });
    await tend(gateway);
    expect([await statusOf(...ids), await seatsLeft(id)]).toEqual([
      ['WAITING', 'BOOKED', 'EXPIRED', 'INVITED'],
      1,
    ]);
    const [row] = await gateway.gateway.db.all<{ count: number }>(
      sql`SELECT count(*) AS count FROM event WHERE type = 'WAITLIST_INVITED' AND waitlist_entry_id IN (${numberOf(ids[0] as string)}, ${numberOf(ids[1] as string)}, ${numberOf(ids[2] as string)}, ${numberOf(ids[3] as string)})`,
    );
    expect(row?.count).toBe(3);
  });

  it('invites all suitable entries in mode ALL, of which the first claims win', async () => {
    const id = await session(1);
    const booked = await take(id);
    await waitlistSettings(gateway, { mode: 'ALL' });
    const ids = [await waiting(id), await waiting(id), await waiting(id)];
    await change(gateway, 'cancelAppointment', { id: booked });
    await Promise.all([tend(gateway), tend(gateway)]);
    expect(await statusOf(...ids)).toEqual(['INVITED', 'INVITED', 'INVITED']);
    const claims = await Promise.all(ids.map(claim));
    expect(claims.flatMap(({ userErrors }) => userErrors).map(({ code }) => code)).toEqual([
      'NOT_INVITED',
      'NOT_INVITED',
    ]);
    expect((await statusOf(...ids)).sort()).toEqual(['BOOKED', 'WAITING', 'WAITING']);
  });

  it('rejects other sessions than full ones of the class, and sessions that are not visible', async () => {
    const id = await session(1);
    await take(id);
    const clientId = await person();
    const other = await addReason(gateway, {
      reasonDesc: 'Pilates',
      reasonType: 'CLASS',
      visitMinutes: 60,
      allowWaitList: true,
    });
    const closed = await addReason(gateway, {
      reasonDesc: 'No list',
      reasonType: 'CLASS',
      visitMinutes: 60,
    });
    const without = await session(1, { reasonId: closed });
    await change(gateway, 'createAppointment', {
      reasonId: closed,
      classScheduleId: without,
      clientId,
    });
    const of = (input: object, key?: string) =>
      refusal(gateway, 'joinWaitlist', { reasonId: yoga, clientId, ...input }, key);
    expect(await of({ classScheduleId: id, reasonId: other })).toEqual([
      'RULE_VIOLATED',
      'classScheduleId',
    ]);
    expect(await of({ classScheduleId: without, reasonId: closed })).toEqual([
      'RULE_VIOLATED',
      'reasonId',
    ]);
    expect(await of({ times: ['2033-05-01T15:00:00Z'] })).toEqual([
      'RULE_VIOLATED',
      'classScheduleId',
    ]);
    expect(await of({ classScheduleId: id, times: ['2033-05-01T15:00:00Z'] })).toEqual([
      'BAD_USER_INPUT',
      'times',
    ]);
    expect(await of({ classScheduleId: id, seats: -1 })).toEqual(['BAD_USER_INPUT', 'seats']);
    expect(await of({ classScheduleId: 'ClassSchedule:999999' })).toEqual([
      'NOT_FOUND',
      'classScheduleId',
    ]);
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    expect((await of({ classScheduleId: id }, secretKey))[0]).toBe('NOT_FOUND');
    const entry = await waiting(id);
    const clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    const seen = await gateway.data(
      'query ($id: ID!) { classSchedule(id: $id) { waitlistEntries { totalCount nodes { id } } } }',
      { id },
      { key: clientKey },
    );
    expect([entry.length > 0, seen.classSchedule.waitlistEntries]).toEqual([
      true,
      { totalCount: 0, nodes: [] },
    ]);
    gateway.time = T0 + 200 * 24 * HOUR;
    await tend(gateway);
    expect([await statusOf(entry), await of({ classScheduleId: id })]).toEqual([
      ['EXPIRED'],
      ['TIME_UNAVAILABLE', 'classScheduleId'],
    ]);
  });
});
