import { Role } from '../../src/context';
import { expireHolds } from '../../src/features/appointments/holds/expire-holds';
import { claimFindings } from '../../src/features/appointments/integrity';
import { breaches } from '../../src/features/occupancy/integrity';
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

const MINUTE = 60_000;

onEachDatabase('seats in a class', (gateway) => {
  let clinic: Clinic;
  let [yoga, other, clientKey, publicKey] = ['', '', '', ''];
  let day = 0;
  const NOW = Date.UTC(2033, 0, 1);

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    yoga = await addReason(gateway, {
      reasonDesc: 'Yoga',
      reasonType: 'CLASS',
      visitMinutes: 60,
      price: '12.50',
      apptHrMin: 24,
      apptDayMax: 400,
      staffIds: [clinic.staffId],
    });
    other = await addReason(gateway, {
      reasonDesc: 'Pilates',
      reasonType: 'CLASS',
      visitMinutes: 60,
    });
    clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    publicKey = await gateway.key(Role.PUBLIC);
  });
  beforeEach(() => (gateway.time = NOW));
  afterAll(() => (gateway.time = null));

  const free = () => new Date(Date.UTC(2033, 1, 1, 15) + (day += 1) * 86_400_000).toISOString();
  const session = async (input: object = {}): Promise<string> => {
    const { classSchedules, userErrors } = await change(
      gateway,
      'createClassSchedule',
      {
        reasonId: yoga,
        staffId: clinic.staffId,
        locationId: clinic.locationId,
        capacity: 3,
        start: free(),
        ...input,
      },
      'classSchedules { id }',
    );
    if (!classSchedules) throw new Error(JSON.stringify(userErrors));
    return classSchedules[0].id;
  };
  const FIELDS =
    'appointment { id version status seats price start end override classSchedule { id } staff { id } location { id } } ';
  const ERRORS =
    'userErrors { __typename code path ... on SeatsUnavailableError { seatsLeft classScheduleIds } }';
  const run = async (mutation: string, input: object, selection = FIELDS, key?: string) => {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    return (
      await gateway.data(
        `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} ${ERRORS} } }`,
        { input },
        key ? { key } : {},
      )
    )[mutation];
  };
  const take = (classScheduleId: string, input: object = {}, key?: string) =>
    run(
      'createAppointment',
      { reasonId: yoga, classScheduleId, clientId: clinic.clientId, ...input },
      FIELDS,
      key,
    );
  const seatsLeft = async (id: string) =>
    (await gateway.data('query ($id: ID!) { classSchedule(id: $id) { seatsLeft } }', { id }))
      .classSchedule.seatsLeft;

  it('books appointments with time, leader and location of the session that occupy no staff', async () => {
    const start = free();
    const id = await session({ start, meetingUrl: 'https://meet.example.org/y' }); // Values equal to those of the session are accepted.
    const { appointment, userErrors } = await take(id, {
      seats: 2,
      start,
      staffId: clinic.staffId,
      locationId: clinic.locationId,
      additionalStaffIds: [],
    });
    expect(userErrors).toEqual([]);
    expect(appointment).toMatchObject({
      status: 'OPEN',
      seats: 2,
      price: '25.00',
      start,
      classSchedule: { id },
      staff: { id: clinic.staffId },
      location: { id: clinic.locationId },
      override: false,
    });
    expect(await seatsLeft(id)).toBe(1);
    const { classSchedule, appointments, node } = await gateway.data(
      `query ($id: ID!, $ids: [ID!], $appointment: ID!) {
      classSchedule(id: $id) { appointments { totalCount nodes { id } } } appointments(filter: { classScheduleIds: $ids }) { nodes { id seats classSchedule { seatsLeft } } }
      node(id: $appointment) { ... on Appointment { meetingUrl history { type } } } }`,
      { id, ids: [id], appointment: appointment.id },
    );
    expect(classSchedule.appointments).toEqual({ totalCount: 1, nodes: [{ id: appointment.id }] });
    expect(appointments.nodes).toEqual([
      { id: appointment.id, seats: 2, classSchedule: { seatsLeft: 1 } },
    ]);
    expect(node).toEqual({
      meetingUrl: 'https://meet.example.org/y',
      history: [{ type: 'CREATED' }],
    });
    const claims = await gateway.gateway.db.all<{ kind: string; units: number }>(sql`
      SELECT s.kind, c.units FROM claim AS c JOIN subject AS s ON s.business_id = c.business_id AND s.id = c.subject_id WHERE c.appointment_id = ${numberOf(appointment.id)}`);
    expect(claims).toEqual([{ kind: 'CLASS_SESSION', units: 2 }]);
    await expectIntegrity(gateway);
  });

  it('rejects more seats than are free and states the number; an override books them', async () => {
    const id = await session();
    await take(id, { seats: 2 });
    expect((await take(id, { seats: 2 })).userErrors).toEqual([
      {
        __typename: 'SeatsUnavailableError',
        code: 'SEATS_UNAVAILABLE',
        path: ['input', 'seats'],
        seatsLeft: 1,
        classScheduleIds: [id],
      },
    ]);
    expect((await take(id)).userErrors).toEqual([]);
    expect((await take(id)).userErrors).toMatchObject([{ seatsLeft: 0 }]);
    expect((await take(id, { override: true })).appointment).toMatchObject({ override: true });
    expect(await seatsLeft(id)).toBe(0);
    await expectIntegrity(gateway);
  });

  it('lets staff change the number of seats up to the free ones', async () => {
    const id = await session({ capacity: 4 });
    const [
      {
        appointment: { id: mine },
      },
    ] = [await take(id, { seats: 2 }), await take(id)];
    const set = (seats: number, of = mine) => run('updateAppointment', { id: of, seats });
    expect((await set(3)).appointment).toMatchObject({ seats: 3, price: '25.00', version: 2 });
    expect((await set(4)).userErrors).toMatchObject([{ code: 'SEATS_UNAVAILABLE', seatsLeft: 3 }]);
    expect((await set(1)).appointment).toMatchObject({ seats: 1 });
    expect(await seatsLeft(id)).toBe(2);
    expect(await refusal(gateway, 'updateAppointment', { id: mine, seats: 2 }, clientKey)).toEqual([
      'FORBIDDEN',
      'seats',
    ]);
    expect(await refusal(gateway, 'updateAppointment', { id: mine, seats: 0 })).toEqual([
      'BAD_USER_INPUT',
      'seats',
    ]);
    const service = (
      await run('createAppointment', {
        reasonId: clinic.reasonId,
        staffId: clinic.otherStaffId,
        clientId: clinic.clientId,
        start: free(),
      })
    ).appointment.id;
    expect(await refusal(gateway, 'updateAppointment', { id: service, seats: 2 })).toEqual([
      'RULE_VIOLATED',
      'seats',
    ]);
    await expectIntegrity(gateway);
  });

  it('frees seats by a cancellation, which is reversible only while they are free', async () => {
    const id = await session({ capacity: 2 });
    const {
      appointment: { id: first },
    } = await take(id, { seats: 2 });
    await change(gateway, 'cancelAppointment', { id: first });
    expect(await seatsLeft(id)).toBe(2);
    const {
      appointment: { id: second },
    } = await take(id);
    const reopen = () => run('setAppointmentStatus', { id: first, status: 'OPEN' });
    expect((await reopen()).userErrors).toMatchObject([
      { code: 'SEATS_UNAVAILABLE', seatsLeft: 1 },
    ]);
    await change(gateway, 'cancelAppointment', { id: second });
    expect((await reopen()).appointment).toMatchObject({ status: 'OPEN', seats: 2 });
    expect(await seatsLeft(id)).toBe(0);
    gateway.time = Date.parse('2090-01-01T00:00:00Z');
    await change(gateway, 'noShowAppointment', { id: first });
    gateway.time = null;
    expect(await seatsLeft(id)).toBe(2);
    await expectIntegrity(gateway);
  });

  it('moves seats to another session of the same class only', async () => {
    const [from, to, full, pilates] = [
      await session(),
      await session(),
      await session({ capacity: 1 }),
      await session({ reasonId: other }),
    ];
    await take(full);
    const {
      appointment: { id },
    } = await take(from, { seats: 2 });
    const move = (input: object, key?: string) =>
      run(
        'rescheduleAppointment',
        { id, ...input },
        `${FIELDS.replace('override', 'override staffRescheduleCount clientRescheduleCount')}`,
        key,
      );
    expect((await move({ classScheduleId: full })).userErrors).toMatchObject([
      { code: 'SEATS_UNAVAILABLE', seatsLeft: 0 },
    ]);
    for (const [input, code, field] of [
      [{ classScheduleId: pilates }, 'RULE_VIOLATED', 'classScheduleId'],
      [{}, 'RULE_VIOLATED', 'classScheduleId'],
    ] as const) {
      expect((await move(input)).userErrors).toMatchObject([{ code, path: ['input', field] }]);
    }
    expect(await refusal(gateway, 'rescheduleAppointment', { id, start: free() })).toEqual([
      'RULE_VIOLATED',
      'classScheduleId',
    ]);
    expect(
      await refusal(gateway, 'rescheduleAppointment', { id, classScheduleId: to, start: free() }),
    ).toEqual(['BAD_USER_INPUT', 'start']);
    const { appointment } = await move({ classScheduleId: to }, clientKey);
    expect(appointment).toMatchObject({
      classSchedule: { id: to },
      seats: 2,
      clientRescheduleCount: 1,
      staffRescheduleCount: 0,
    });
    expect([await seatsLeft(from), await seatsLeft(to)]).toEqual([3, 1]);
    const service = (
      await run('createAppointment', {
        reasonId: clinic.reasonId,
        staffId: clinic.otherStaffId,
        clientId: clinic.clientId,
        start: free(),
      })
    ).appointment.id;
    expect(
      (await run('rescheduleAppointment', { id: service, classScheduleId: to })).userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED', path: ['input', 'classScheduleId'] }]);
    expect(
      await refusal(gateway, 'updateAppointment', {
        id,
        additionalStaffIds: [clinic.otherStaffId],
      }),
    ).toEqual(['RULE_VIOLATED', 'additionalStaffIds']);
    await expectIntegrity(gateway);
  });

  it('holds seats until an instant, then books or frees them', async () => {
    const id = await session({ capacity: 2 });
    const secret = 'only the holder knows this';
    const held = await run(
      'holdAppointment',
      { reasonId: yoga, classScheduleId: id, seats: 2, holdSecret: secret },
      FIELDS,
      publicKey,
    );
    expect(held.appointment).toMatchObject({ status: 'PENDING', seats: 2, classSchedule: { id } });
    expect((await take(id)).userErrors).toMatchObject([{ seatsLeft: 0 }]);
    gateway.time = NOW + 10 * MINUTE - 1;
    const client = {
      firstName: 'Arya',
      lastName: 'Stark',
      emailAddress: 'arya@winterfell.example',
    };
    expect(
      (
        await run(
          'bookAppointment',
          { id: held.appointment.id, holdSecret: secret, client },
          FIELDS,
          publicKey,
        )
      ).appointment,
    ).toMatchObject({ status: 'OPEN', seats: 2 });
    const second = await session({ capacity: 1 });
    await run('holdAppointment', { reasonId: yoga, classScheduleId: second });
    gateway.time += 10 * MINUTE;
    expect(await seatsLeft(second)).toBe(1);
    expect((await take(second)).userErrors).toEqual([]);
    await expireHolds(gateway.gateway.db, gateway.time);
    expect([await seatsLeft(id), await seatsLeft(second)]).toEqual([0, 0]);
    await expectIntegrity(gateway);
  });

  it('lets clients and the public book seats within the rules of the reason', async () => {
    const [soon, late, hidden] = [
      new Date(NOW + 5 * 60 * MINUTE).toISOString(),
      new Date(NOW + 500 * 24 * 60 * MINUTE).toISOString(),
      await addReason(gateway, {
        reasonDesc: 'Staff',
        reasonType: 'CLASS',
        visitMinutes: 60,
        allowOnline: false,
      }),
    ];
    const [id, tooSoon, tooLate, offline] = [
      await session(),
      await session({ start: soon }),
      await session({ start: late }),
      await session({ reasonId: hidden }),
    ];
    const client = {
      firstName: 'Sansa',
      lastName: 'Stark',
      emailAddress: 'sansa@winterfell.example',
    };
    const publicly = (classScheduleId: string, input: object = {}) =>
      take(classScheduleId, { clientId: undefined, client, ...input }, publicKey);
    expect((await publicly(id)).appointment).toMatchObject({
      status: 'OPEN',
      seats: 1,
      price: '12.50',
    });
    expect((await take(id, { clientId: undefined }, clientKey)).appointment).toMatchObject({
      status: 'OPEN',
    });
    for (const [sessionId, code] of [
      [tooSoon, 'TIME_UNAVAILABLE'],
      [tooLate, 'TIME_UNAVAILABLE'],
    ] as const) {
      expect((await publicly(sessionId)).userErrors).toMatchObject([
        { code, path: ['input', 'start'] },
      ]);
      expect((await take(sessionId)).userErrors).toEqual([]);
    }
    expect((await publicly(offline)).userErrors).toMatchObject([
      { code: 'NOT_FOUND', path: ['input', 'classScheduleId'] },
    ]);
    expect((await publicly(id, { client: undefined })).userErrors).toMatchObject([
      { code: 'RULE_VIOLATED', path: ['input', 'client'] },
    ]);
    expect(
      await refusal(
        gateway,
        'createAppointment',
        { reasonId: yoga, classScheduleId: id, client, price: '0' },
        publicKey,
      ),
    ).toEqual(['FORBIDDEN', 'price']);
    const banned = await addClient(gateway, { firstName: 'Joffrey', lastName: 'B' });
    await change(gateway, 'updateClient', { id: banned, status: 'BLACKLISTED' });
    expect((await take(id, { clientId: banned })).userErrors).toMatchObject([
      { code: 'RULE_VIOLATED', path: ['input', 'clientId'] },
    ]);
    const approved = await addReason(gateway, {
      reasonDesc: 'Advanced',
      reasonType: 'CLASS',
      visitMinutes: 60,
      requiresStaffConfirmation: true,
    });
    const waits = await session({ reasonId: approved, capacity: 1 });
    const { appointment } = await take(
      waits,
      { reasonId: approved, clientId: undefined },
      clientKey,
    );
    expect([appointment.status, await seatsLeft(waits)]).toEqual(['PENDING', 0]);
    expect((await run('confirmAppointment', { id: appointment.id })).appointment).toMatchObject({
      status: 'OPEN',
    });
    await expectIntegrity(gateway);
  });

  it('rejects seats without a session or with a foreign session, and writes nothing', async () => {
    const id = await session();
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    const theirs = await addClinic(gateway, `b${day}`, secretKey);
    const spin = await addReason(
      gateway,
      { reasonDesc: 'Spin', reasonType: 'CLASS', visitMinutes: 60 },
      secretKey,
    );
    const foreign = (
      await change(
        gateway,
        'createClassSchedule',
        { reasonId: spin, staffId: theirs.staffId, capacity: 5, start: free() },
        'classSchedules { id }',
        secretKey,
      )
    ).classSchedules[0].id;
    const count = async () =>
      (await gateway.data('{ appointments { totalCount } }')).appointments.totalCount;
    const before = await count();
    const of = (input: object, key?: string) =>
      refusal(
        gateway,
        'createAppointment',
        { reasonId: yoga, clientId: clinic.clientId, ...input },
        key,
      );
    for (const [input, expected] of [
      [{ staffId: clinic.staffId, start: free() }, ['RULE_VIOLATED', 'classScheduleId']],
      [{ start: free() }, ['RULE_VIOLATED', 'classScheduleId']],
      [{ classScheduleId: id, reasonId: clinic.reasonId }, ['RULE_VIOLATED', 'classScheduleId']],
      [{ classScheduleId: id, reasonId: other }, ['RULE_VIOLATED', 'classScheduleId']],
      [{ classScheduleId: id, seats: 0 }, ['BAD_USER_INPUT', 'seats']],
      [{ classScheduleId: id, seats: -1 }, ['BAD_USER_INPUT', 'seats']],
      [{ seats: 2, staffId: clinic.staffId, start: free() }, ['BAD_USER_INPUT', 'seats']],
      [{ classScheduleId: id, courseSetId: 'CourseSet:1' }, ['BAD_USER_INPUT', 'courseSetId']],
      [{ classScheduleId: id, start: free() }, ['BAD_USER_INPUT', 'start']],
      [{ classScheduleId: id, staffId: clinic.otherStaffId }, ['BAD_USER_INPUT', 'staffId']],
      [{ classScheduleId: id, locationId: theirs.locationId }, ['BAD_USER_INPUT', 'locationId']],
      [
        { classScheduleId: id, additionalStaffIds: [clinic.otherStaffId] },
        ['BAD_USER_INPUT', 'additionalStaffIds'],
      ],
      [{ classScheduleId: 'ClassSchedule:99999' }, ['NOT_FOUND', 'classScheduleId']],
      [{ classScheduleId: clinic.reasonId }, ['BAD_USER_INPUT', 'classScheduleId']],
      [{ classScheduleId: foreign }, ['NOT_FOUND', 'classScheduleId']],
      [{ courseSetId: 'CourseSet:99999' }, ['NOT_FOUND', 'courseSetId']],
    ] as const)
      expect([input, await of(input)]).toEqual([input, expected]);
    expect(
      await refusal(gateway, 'createRecurringAppointment', {
        reasonId: yoga,
        classScheduleId: id,
        clientId: clinic.clientId,
        start: free(),
        rrule: 'FREQ=DAILY;COUNT=2',
      }),
    ).toEqual(['BAD_USER_INPUT', 'classScheduleId']);
    const elsewhere = await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [999] });
    expect(await of({ classScheduleId: id }, elsewhere)).toEqual(['NOT_FOUND', 'classScheduleId']);
    expect(
      await of(
        { classScheduleId: id },
        await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.otherStaffId) }),
      ),
    ).toEqual(['NOT_FOUND', 'classScheduleId']);
    expect(await count()).toBe(before);
    expect(
      (
        await gateway.data(
          'query ($ids: [ID!]) { appointments(filter: { classScheduleIds: $ids }) { totalCount } }',
          { ids: [id] },
          { key: secretKey },
        )
      ).appointments.totalCount,
    ).toBe(0);
  });

  it('shows seats to their client and the leader only', async () => {
    const id = await session();
    const another = await addClient(gateway, { firstName: 'Bran', lastName: 'Stark' });
    const [own, theirs] = [
      (await take(id)).appointment.id,
      (await take(id, { clientId: another })).appointment.id,
    ];
    const seen = async (key: string) =>
      (
        await gateway.data(
          'query ($id: ID!) { classSchedule(id: $id) { seatsLeft appointments { nodes { id } } } }',
          { id },
          { key },
        )
      ).classSchedule;
    expect(await seen(clientKey)).toEqual({ seatsLeft: 1, appointments: { nodes: [{ id: own }] } });
    expect(await seen(publicKey)).toEqual({ seatsLeft: 1, appointments: { nodes: [] } });
    expect(
      (await seen(await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) })))
        .appointments.nodes,
    ).toEqual([{ id: own }, { id: theirs }]);
    expect(await refusal(gateway, 'cancelAppointment', { id: theirs }, clientKey)).toEqual([
      'NOT_FOUND',
      'id',
    ]);
    expect(
      await refusal(
        gateway,
        'rescheduleAppointment',
        { id: theirs, classScheduleId: await session() },
        clientKey,
      ),
    ).toEqual(['NOT_FOUND', 'id']);
  });

  it('books seats in few statements, independent of the bookings of the session', async () => {
    const id = await session({ capacity: 50 });
    const count = async () =>
      (
        await gateway.counted(
          'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { appointment { id } userErrors { code } } }',
          { input: { reasonId: yoga, classScheduleId: id, clientId: clinic.clientId } },
        )
      ).statements;
    const first = await count();
    if (gateway.dialect === 'postgres') expect(first.length).toBeLessThanOrEqual(8);
    for (let index = 0; index < 20; index += 1) await take(id);
    expect(await count()).toHaveLength(first.length);
  });

  it('books seats once for an idempotency key', async () => {
    const id = await session();
    const [first, second] = [
      await take(id, { idempotencyKey: 'seat' }),
      await take(id, { idempotencyKey: 'seat' }),
    ];
    expect(second).toEqual(first);
    expect(await seatsLeft(id)).toBe(2);
  });

  it('verifies seats, and finds changes made outside of the gateway', async () => {
    const id = await session();
    const { appointment } = await take(id, { seats: 2 });
    const { db } = gateway.gateway;
    const alter = (text: ReturnType<typeof sql>) => db.transaction((tx) => tx.run(text));
    const problems = async () =>
      (await claimFindings(db, NOW)).map(({ appointmentId, problem }) => [
        `Appointment:${appointmentId}`,
        problem,
      ]);
    await expectIntegrity(gateway);
    await alter(sql`UPDATE appointment SET seats = 1 WHERE id = ${numberOf(appointment.id)}`);
    expect(await problems()).toEqual([
      [appointment.id, 'it has no seats in its session, or not so many'],
    ]);
    await alter(
      sql`UPDATE appointment SET seats = 2, status = 'CANCELLED' WHERE id = ${numberOf(appointment.id)}`,
    );
    expect(await problems()).toEqual([
      [appointment.id, 'it has seats in a session and should not'],
    ]);
    await alter(sql`UPDATE appointment SET status = 'OPEN' WHERE id = ${numberOf(appointment.id)}`);
    await expectIntegrity(gateway);
    await alter(
      sql`UPDATE subject SET capacity = 1 WHERE kind = 'CLASS_SESSION' AND id = (SELECT subject_id FROM class_schedule WHERE id = ${numberOf(id)})`,
    );
    expect((await breaches(db)).breaches).toMatchObject([
      { units: 2, capacity: 1, appointmentIds: [numberOf(appointment.id)] },
    ]);
    await alter(
      sql`UPDATE subject SET capacity = 3 WHERE kind = 'CLASS_SESSION' AND id = (SELECT subject_id FROM class_schedule WHERE id = ${numberOf(id)})`,
    );
  });
});

onEachDatabase('booking a course', (gateway) => {
  let clinic: Clinic;
  let course = '';
  let week = 0;
  beforeAll(async () => {
    clinic = await addClinic(gateway);
    course = await addReason(gateway, {
      reasonDesc: 'Beginners',
      reasonType: 'COURSE',
      visitMinutes: 90,
      price: '100.00',
      staffIds: [clinic.staffId],
    });
  });
  const make = async (capacity: number) =>
    (
      await change(
        gateway,
        'createCourseSet',
        {
          reasonId: course,
          staffId: clinic.staffId,
          locationId: clinic.locationId,
          capacity,
          start: new Date(Date.UTC(2033, 0, 3, 15) + (week += 5) * 7 * 86_400_000).toISOString(),
          rrule: 'FREQ=WEEKLY;COUNT=4',
        },
        'courseSet { id sessions { nodes { id start } } }',
      )
    ).courseSet;
  const take = (courseSetId: string, input: object = {}, key?: string) =>
    change(
      gateway,
      'createAppointment',
      { reasonId: course, courseSetId, clientId: clinic.clientId, ...input },
      'appointment { id } appointments { id start seats price classSchedule { id } }',
      key,
    );

  it('books all sessions of a course, and charges its price once', async () => {
    const {
      id,
      sessions: { nodes },
    } = await make(5);
    const { appointment, appointments, userErrors } = await take(id, { seats: 2 });
    expect(userErrors).toEqual([]);
    expect(appointment.id).toBe(appointments[0].id);
    expect(
      appointments.map(({ start, seats, price, classSchedule }: any) => ({
        start,
        seats,
        price,
        classSchedule,
      })),
    ).toEqual(
      nodes.map((node: any, index: number) => ({
        start: node.start,
        seats: 2,
        price: index ? null : '200.00',
        classSchedule: { id: node.id },
      })),
    );
    expect(
      (await gateway.data('query ($id: ID!) { courseSet(id: $id) { seatsLeft } }', { id }))
        .courseSet.seatsLeft,
    ).toBe(3);
    expect(
      await refusal(gateway, 'createAppointment', {
        reasonId: course,
        classScheduleId: nodes[1].id,
        clientId: clinic.clientId,
      }),
    ).toEqual(['RULE_VIOLATED', 'classScheduleId']);
    expect(
      await refusal(gateway, 'createAppointment', {
        reasonId: course,
        staffId: clinic.staffId,
        start: nodes[0].start,
        clientId: clinic.clientId,
      }),
    ).toEqual(['RULE_VIOLATED', 'courseSetId']);
    expect(
      await refusal(gateway, 'rescheduleAppointment', {
        id: appointments[1].id,
        classScheduleId: nodes[0].id,
      }),
    ).toEqual(['RULE_VIOLATED', 'classScheduleId']);
    await expectIntegrity(gateway);
  });

  it('books all sessions or none for 60 concurrent buyers while seats of single sessions change', async () => {
    const {
      id,
      sessions: { nodes },
    } = await make(7);
    const early = await Promise.all([take(id), take(id)]);
    await change(gateway, 'cancelAppointment', { id: early[0].appointments[2].id });
    const made = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        take(id, { seats: 1 + (index % 2), idempotencyKey: `c${index}` }),
      ),
    );
    const full = made.filter(({ appointments }) => appointments.length);
    expect(new Set(full.map(({ appointments }) => appointments.length))).toEqual(new Set([4]));
    expect(full.reduce((sum, { appointments }) => sum + appointments[0].seats, 0)).toBe(5);
    expect(
      made
        .filter(({ appointments }) => !appointments.length)
        .every(({ userErrors }) => userErrors[0].code === 'SEATS_UNAVAILABLE'),
    ).toBe(true);
    const { classSchedules } = await gateway.data(
      'query ($ids: [ID!]) { classSchedules(filter: { ids: $ids }) { nodes { seatsLeft appointments(filter: { statuses: [OPEN] }, first: 100) { nodes { seats } } } } }',
      { ids: nodes.map((node: any) => node.id) },
    );
    expect(classSchedules.nodes.map(({ seatsLeft }: any) => seatsLeft)).toEqual([0, 0, 1, 0]);
    await expectIntegrity(gateway);
  });

  it('books a course once for an idempotency key, and rejects callers of another business', async () => {
    const { id } = await make(5);
    const key = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    const [first, second] = [
      await take(id, { idempotencyKey: 'course', clientId: undefined }, key),
      await take(id, { idempotencyKey: 'course', clientId: undefined }, key),
    ];
    expect(first.appointments).toHaveLength(4);
    expect(second).toEqual(first);
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    expect(
      await refusal(gateway, 'createAppointment', { reasonId: course, courseSetId: id }, secretKey),
    ).toEqual(['NOT_FOUND', 'courseSetId']);
  });
});
