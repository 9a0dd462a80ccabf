import { Role } from '../../src/context';
import { sql } from '../../src/db/sql';
import {
  addClinic,
  addLocation,
  addReason,
  addStaff,
  book,
  change,
  refusal,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';

const ROWS = `appointments { id status start end note price override client { id } staff { id } location { id } reason { id personal } clientReminderHours history { type actor } }
  conflicts { start end staff { id } appointment { id } }`;

onEachDatabase('time off', (gateway) => {
  let clinic: Clinic;
  let annex: string;
  let tokyo: string;
  let holiday: string;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    annex = await addLocation(gateway, { locationName: 'Annex', timeZone: 'America/Chicago' });
    tokyo = await addStaff(gateway, 'haruka', 'Asia/Tokyo', [annex]);
    holiday = await addReason(gateway, {
      reasonDesc: 'Holiday',
      reasonType: 'PERSONAL',
      visitMinutes: 480,
    });
  });

  const take = (input: object, key?: string) =>
    change(gateway, 'createTimeOff', { staffIds: [clinic.staffId], ...input }, ROWS, key);
  const count = async () => ({
    ...(await gateway.data('{ appointments(filter: { onlyTimeOff: true }) { totalCount } }')),
    events: await gateway.gateway.db.all(sql`SELECT count(*) AS count FROM event`),
  });

  it('blocks whole days in the zone of each staff member, and appears in the history', async () => {
    const { appointments, conflicts, userErrors } = await take({
      staffIds: [clinic.staffId, tokyo],
      from: '2031-03-08',
      to: '2031-03-09',
      note: 'Family',
    });
    expect([conflicts, userErrors]).toEqual([[], []]);
    expect(appointments.map(({ id: _id, ...row }: any) => row)).toEqual(
      [
        // The UTC offset changes on the second of the days in New York.
        [clinic.staffId, clinic.locationId, '2031-03-08T05:00:00.000Z', '2031-03-10T04:00:00.000Z'],
        [tokyo, annex, '2031-03-07T15:00:00.000Z', '2031-03-09T15:00:00.000Z'],
      ].map(([staff, location, start, end]) => ({
        status: 'OPEN',
        start,
        end,
        note: 'Family',
        price: null,
        override: false,
        client: null,
        staff: { id: staff },
        location: { id: location },
        reason: { id: holiday, personal: true },
        clientReminderHours: 0,
        history: [{ type: 'CREATED', actor: 'First key' }],
      })),
    );
    expect((await book(gateway, clinic, '2031-03-10T03:30:00Z')).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    expect((await book(gateway, clinic, '2031-03-10T04:00:00Z')).userErrors).toEqual([]);
    expect(
      (
        await gateway.data(
          'mutation ($id: ID!) { cancelAppointment(input: { id: $id }) { userErrors { code } } }',
          { id: appointments[0].id },
        )
      ).cancelAppointment.userErrors,
    ).toEqual([]);
    expect((await book(gateway, clinic, '2031-03-10T03:00:00Z')).userErrors).toEqual([]);
  });

  it('is stored for all staff members or for none, and lists all conflicts', async () => {
    const first = (await book(gateway, clinic, '2031-04-07T14:00:00Z')).appointment.id;
    const second = (
      await book(gateway, { ...clinic, staffId: clinic.otherStaffId }, '2031-04-07T16:00:00Z')
    ).appointment.id;
    const third = (await book(gateway, clinic, '2031-04-07T17:00:00Z')).appointment.id;
    const before = await count();
    const asked = {
      staffIds: [clinic.staffId, tokyo, clinic.otherStaffId],
      start: '2031-04-07T12:00:00Z',
      end: '2031-04-07T20:00:00Z',
    };
    const refused = await take(asked);
    expect(refused.appointments).toBeNull();
    expect(refused.userErrors).toEqual([
      {
        __typename: 'TimeUnavailableError',
        code: 'TIME_UNAVAILABLE',
        path: ['input', 'staffIds'],
        message:
          'drjones-a Jones and 1 more: booked in this time. Move or cancel what is in conflicts first, or take another time.',
      },
    ]);
    expect(refused.conflicts).toEqual(
      [
        [clinic.staffId, first, '14:00', '14:45'],
        [clinic.staffId, third, '17:00', '17:45'],
        [clinic.otherStaffId, second, '16:00', '16:45'],
      ].map(([staff, appointment, start, end]) => ({
        staff: { id: staff },
        appointment: { id: appointment },
        start: `2031-04-07T${start}:00.000Z`,
        end: `2031-04-07T${end}:00.000Z`,
      })),
    );
    expect(await count()).toEqual(before);
    const overridden = await take({ ...asked, override: true });
    expect(overridden.appointments.map(({ override }: any) => override)).toEqual([
      true,
      true,
      true,
    ]);
    expect((await book(gateway, clinic, '2031-04-07T19:00:00Z')).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
  });

  it('is stored once for a key, and by one of many concurrent requests', async () => {
    const asked = {
      start: '2031-05-05T12:00:00Z',
      end: '2031-05-05T20:00:00Z',
      idempotencyKey: 'away-1',
    };
    const [one, other] = [await take(asked), await take(asked)];
    expect(other.appointments).toEqual(one.appointments);
    expect(
      (
        await gateway.run(
          'mutation ($input: CreateTimeOffInput!) { createTimeOff(input: $input) { userErrors { code } } }',
          { input: { staffIds: [clinic.staffId], ...asked, note: 'x' } },
        )
      ).errors,
    ).toMatchObject([{ extensions: { code: 'IDEMPOTENCY_KEY_REUSED' } }]);
    const staffIds = [clinic.staffId, tokyo, clinic.otherStaffId];
    const payloads = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        take({
          staffIds: index % 2 ? staffIds : [...staffIds].reverse(),
          start: '2031-05-06T12:00:00Z',
          end: '2031-05-06T13:00:00Z',
        }),
      ),
    );
    expect(payloads.filter(({ appointments }) => appointments)).toHaveLength(1);
    const { appointments } = await gateway.data(
      '{ appointments(filter: { onlyTimeOff: true, from: "2031-05-06", to: "2031-05-06" }) { totalCount } }',
    );
    expect(appointments.totalCount).toBe(3);
  });

  it.each([
    [
      'nobody',
      { staffIds: [], from: '2031-06-01', to: '2031-06-01' },
      'BAD_USER_INPUT',
      'staffIds',
    ],
    [
      'an unknown staff member',
      { staffIds: ['Staff:2147483647'], from: '2031-06-01', to: '2031-06-01' },
      'NOT_FOUND',
      '0',
    ],
    [
      'a client',
      { staffIds: ['Client:1'], from: '2031-06-01', to: '2031-06-01' },
      'BAD_USER_INPUT',
      '0',
    ],
    ['no time', {}, 'BAD_USER_INPUT', 'start'],
    ['half a time', { start: '2031-06-01T12:00:00Z' }, 'BAD_USER_INPUT', 'start'],
    [
      'two times',
      {
        start: '2031-06-01T12:00:00Z',
        end: '2031-06-01T13:00:00Z',
        from: '2031-06-01',
        to: '2031-06-01',
      },
      'BAD_USER_INPUT',
      'start',
    ],
    ['days in descending order', { from: '2031-06-02', to: '2031-06-01' }, 'BAD_USER_INPUT', 'to'],
    [
      'an end before the start',
      { start: '2031-06-01T12:00:00Z', end: '2031-06-01T11:00:00Z' },
      'BAD_USER_INPUT',
      'end',
    ],
    ['years', { from: '2031-06-01', to: '2033-06-01' }, 'BAD_USER_INPUT', 'end'],
    [
      'a long note',
      { from: '2031-06-01', to: '2031-06-01', note: 'x'.repeat(10_001) },
      'BAD_USER_INPUT',
      'note',
    ],
    [
      'an unknown location',
      { from: '2031-06-01', to: '2031-06-01', locationId: 'Location:2147483647' },
      'NOT_FOUND',
      'locationId',
    ],
  ])('refuses %s', async (_name, input, code, field) => {
    const before = await count();
    expect(
      await refusal(gateway, 'createTimeOff', { staffIds: [clinic.staffId], ...input }),
    ).toEqual([code, field]);
    expect(await count()).toEqual(before);
  });

  it('has a private reason, which staff of the business may see', async () => {
    const days = { from: '2031-06-01', to: '2031-06-01' };
    expect(
      await refusal(gateway, 'createTimeOff', {
        staffIds: [clinic.staffId],
        ...days,
        reasonId: clinic.reasonId,
      }),
    ).toEqual(['RULE_VIOLATED', 'reasonId']);
    const training = await addReason(gateway, {
      reasonDesc: 'Training',
      reasonType: 'PERSONAL',
      visitMinutes: 60,
      bufferBefore: 30,
      sortWeight: 5,
    });
    const { appointments } = await take({
      start: '2031-06-02T12:00:00Z',
      end: '2031-06-02T14:00:00Z',
      reasonId: training,
    });
    expect(appointments[0]).toMatchObject({
      reason: { id: training },
      end: '2031-06-02T14:00:00.000Z',
    });
    await change(gateway, 'updateReason', { id: training, status: 'DEACTIVE' });
    expect(
      await refusal(gateway, 'createTimeOff', {
        staffIds: [clinic.staffId],
        ...days,
        reasonId: training,
      }),
    ).toEqual(['RULE_VIOLATED', 'reasonId']);
    const left = await addStaff(gateway, 'left');
    await change(gateway, 'updateStaff', { id: left, active: false });
    expect(
      await refusal(gateway, 'createTimeOff', { staffIds: [clinic.staffId, left], ...days }),
    ).toEqual(['RULE_VIOLATED', 'staffIds']);
    const resting = await addStaff(gateway, 'resting');
    await change(gateway, 'updateStaff', { id: resting, acceptsAppointments: false });
    expect((await take({ staffIds: [resting], ...days })).userErrors).toEqual([]);
  });

  it('is written by staff for themselves, by location super users for staff at their locations, by clients never, and never across businesses', async () => {
    const user = await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) });
    const superUser = await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(annex)],
    });
    const client = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    const days = { from: '2031-07-01', to: '2031-07-01' };
    const refused = (staffIds: string[], key: string, input: object = {}) =>
      refusal(gateway, 'createTimeOff', { staffIds, ...days, ...input }, key);
    expect((await take(days, user)).appointments[0].history).toEqual([
      { type: 'CREATED', actor: 'drjones-a Jones' },
    ]);
    expect(await refused([clinic.staffId, clinic.otherStaffId], user)).toEqual([
      'FORBIDDEN',
      'staffIds',
    ]);
    expect(await refused([clinic.staffId], user, { override: true })).toEqual([
      'FORBIDDEN',
      'override',
    ]);
    const theirs = await take({ ...days, staffIds: [tokyo], override: true }, superUser);
    expect(theirs.appointments[0]).toMatchObject({ location: { id: annex }, override: true });
    expect(await refused([clinic.otherStaffId], superUser)).toEqual(['NOT_FOUND', '0']);
    const anywhere = await addStaff(gateway, 'anywhere');
    expect(await refused([anywhere], superUser)).toEqual(['FORBIDDEN', 'staffIds']);
    expect(await refused([tokyo], superUser, { locationId: clinic.locationId })).toEqual([
      'FORBIDDEN',
      'locationId',
    ]);
    // A conflict at another location is reported by its time only.
    await book(gateway, { ...clinic, staffId: tokyo }, '2031-07-03T14:00:00Z', { override: true });
    expect(
      (
        await take(
          { staffIds: [tokyo], start: '2031-07-03T13:00:00Z', end: '2031-07-03T15:00:00Z' },
          superUser,
        )
      ).conflicts,
    ).toEqual([
      {
        staff: { id: tokyo },
        appointment: null,
        start: '2031-07-03T14:00:00.000Z',
        end: '2031-07-03T14:45:00.000Z',
      },
    ]);
    for (const key of [client, gateway.business.publishableKey])
      expect(await refused([clinic.staffId], key)).toEqual(['FORBIDDEN', undefined]);
    const foreign = (
      await gateway.addBusiness({ name: 'Another business', timeZone: 'Europe/Berlin' })
    ).secretKey;
    const other = await addClinic(gateway, 'other', foreign);
    expect(await refused([other.staffId], foreign)).toEqual(['RULE_VIOLATED', 'reasonId']);
    expect(await refused([clinic.staffId], foreign)).toEqual(['NOT_FOUND', '0']);
    expect(await refused([other.staffId], foreign, { reasonId: holiday })).toEqual([
      'NOT_FOUND',
      'reasonId',
    ]);
    await addReason(
      gateway,
      { reasonDesc: 'Theirs', reasonType: 'PERSONAL', visitMinutes: 60 },
      foreign,
    );
    expect(await refused([other.staffId], foreign, { locationId: annex })).toEqual([
      'NOT_FOUND',
      'locationId',
    ]);
  });
});
