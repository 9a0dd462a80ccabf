import { Role } from '../../src/context';
import { claimFindings } from '../../src/features/appointments/integrity';
import { sql } from '../../src/db/sql';
import {
  addClinic,
  addReason,
  book,
  change,
  refusal,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';
import { expectIntegrity } from '../support/harness/integrity';

onEachDatabase('createClassSchedule', (gateway) => {
  let clinic: Clinic;
  let yoga: string;
  let room: string;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    yoga = await addReason(gateway, {
      reasonDesc: 'Yoga',
      reasonType: 'CLASS',
      visitMinutes: 60,
      bufferBefore: 10,
      bufferAfter: 15,
      price: '20.00',
      staffIds: [clinic.staffId],
    });
    room = (
      await change(
        gateway,
        'createResource',
        { name: 'Studio', locationId: clinic.locationId },
        'resource { id }',
      )
    ).resource.id;
  });

  const MADE =
    'classSchedules { id version start end capacity seatsLeft status } conflicts { start end staff { id } resource { id } }';
  const schedule = (input: object = {}, key?: string) =>
    change(
      gateway,
      'createClassSchedule',
      {
        reasonId: yoga,
        staffId: clinic.staffId,
        locationId: clinic.locationId,
        capacity: 12,
        ...input,
      },
      MADE,
      key,
    );
  const count = async () =>
    (await gateway.data('{ classSchedules { totalCount } }')).classSchedules.totalCount;
  const starts = ({ classSchedules }: any) =>
    classSchedules.map(({ start }: any) => start.slice(5, 16));

  it('creates sessions with leader, location and number of seats', async () => {
    const {
      classSchedules: [{ id }],
      conflicts,
      userErrors,
    } = await schedule({
      localStart: '2031-01-06T18:00',
      resourceId: room,
      meetingUrl: 'https://meet.example.org/yoga',
    });
    expect([userErrors, conflicts]).toEqual([[], []]);
    const fields = `id version status start end capacity seatsLeft price meetingUrl timeZone { code } reason { reasonDesc } staff { userName } location { locationName }
      resource { name } courseSet { id } firstOfSeries { id } createdBy cancelledAt cancelledBy cancelReason`;
    const expected = {
      id,
      version: 1,
      status: 'OPEN',
      start: '2031-01-06T23:00:00.000Z',
      end: '2031-01-07T00:00:00.000Z',
      capacity: 12,
      seatsLeft: 12,
      price: null,
      meetingUrl: 'https://meet.example.org/yoga',
      timeZone: { code: 'America/New_York' },
      reason: { reasonDesc: 'Yoga' },
      staff: { userName: 'drjones-a' },
      location: { locationName: 'Office a' },
      resource: { name: 'Studio' },
      courseSet: null,
      firstOfSeries: null,
      createdBy: 'First key',
      cancelledAt: null,
      cancelledBy: null,
      cancelReason: null,
    };
    const data = await gateway.data(
      `query ($id: ID!) { node(id: $id) { ... on ClassSchedule { ${fields} } } classSchedule(id: $id) { ${fields} } }`,
      { id },
    );
    expect(data).toEqual({ node: expected, classSchedule: expected });
    await expectIntegrity(gateway);
  });

  it('occupies leader and room including the buffers of the reason, against appointments in both directions', async () => {
    await schedule({ start: '2031-01-08T15:00:00Z', resourceId: room });
    const served = async (start: string) =>
      (await book(gateway, clinic, start)).userErrors.map(({ code }: any) => code);
    expect(await served('2031-01-08T14:10:00Z')).toEqual(['TIME_UNAVAILABLE']);
    expect(await served('2031-01-08T16:14:00Z')).toEqual(['TIME_UNAVAILABLE']);
    expect(await served('2031-01-08T14:05:00Z')).toEqual([]);
    expect(await served('2031-01-08T16:15:00Z')).toEqual([]);
    const day = {
      reasonId: clinic.reasonId,
      locationId: clinic.locationId,
      staffIds: [clinic.staffId],
      from: '2031-01-08',
      to: '2031-01-08',
    };
    const { availability } = await gateway.data(
      'query ($input: AvailabilityInput!) { availability(input: $input) { availableTimes { start } } }',
      { input: day },
    );
    const offered = availability.availableTimes.map(({ start }: any) => start.slice(11, 16));
    expect([
      offered.includes('13:15'),
      offered.filter((start: string) => start > '13:20' && start < '17:00'),
    ]).toEqual([true, []]);
    const {
      explainAvailability: {
        candidates: [candidate],
      },
    } = await gateway.data(
      'query ($input: ExplainAvailabilityInput!) { explainAvailability(input: $input) { candidates { refusals { rule classSchedules { start } } } } }',
      {
        input: {
          reasonId: clinic.reasonId,
          locationId: clinic.locationId,
          staffIds: [clinic.staffId],
          start: '2031-01-08T15:15:00Z',
        },
      },
    );
    expect(candidate.refusals).toContainEqual({
      rule: 'STAFF_TAKEN',
      classSchedules: [{ start: '2031-01-08T15:00:00.000Z' }],
    });
    await addReason(gateway, { reasonDesc: 'Away', reasonType: 'PERSONAL', visitMinutes: 60 });
    const away = await change(
      gateway,
      'createTimeOff',
      { staffIds: [clinic.staffId], start: '2031-01-08T15:30:00Z', end: '2031-01-08T16:00:00Z' },
      'conflicts { start appointment { id } classSchedule { start } }',
    );
    expect(away).toMatchObject({
      conflicts: [
        {
          start: '2031-01-08T14:50:00.000Z',
          appointment: null,
          classSchedule: { start: '2031-01-08T15:00:00.000Z' },
        },
      ],
      userErrors: [{ code: 'TIME_UNAVAILABLE' }],
    });
    const before = await count();
    const { classSchedules, conflicts, userErrors } = await schedule({
      start: '2031-01-08T17:05:00Z',
    });
    expect([classSchedules, conflicts, userErrors]).toMatchObject([
      null,
      [{ start: '2031-01-08T17:05:00.000Z', staff: { id: clinic.staffId }, resource: null }],
      [{ code: 'TIME_UNAVAILABLE', path: ['input', 'start'] }],
    ]);
    const sameRoom = await schedule({
      start: '2031-01-08T15:30:00Z',
      staffId: clinic.otherStaffId,
      resourceId: room,
    });
    expect(sameRoom.conflicts).toEqual([
      {
        start: '2031-01-08T15:30:00.000Z',
        end: '2031-01-08T16:30:00.000Z',
        staff: null,
        resource: { id: room },
      },
    ]);
    expect(await count()).toBe(before);
    await expectIntegrity(gateway);
  });

  it('creates exactly one of 12 concurrent sessions for one room', async () => {
    const made = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        schedule({
          start: '2031-01-09T15:00:00Z',
          resourceId: room,
          staffId: index % 2 ? clinic.staffId : clinic.otherStaffId,
        }),
      ),
    );
    expect(made.filter(({ classSchedules }) => classSchedules)).toHaveLength(1);
    await expectIntegrity(gateway);
  });

  it('repeats on weekdays at one wall-clock time across a change of the UTC offset', async () => {
    const { classSchedules } = await schedule({
      localStart: '2031-03-03T18:00',
      rrule: 'FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4',
    });
    expect(starts({ classSchedules })).toEqual([
      '03-03T23:00',
      '03-05T23:00',
      '03-10T22:00',
      '03-12T22:00',
    ]);
    const [{ id: first }] = classSchedules;
    expect(
      (
        await gateway.data(
          'query ($ids: [ID!]) { classSchedules(filter: { firstOfSeriesIds: $ids }) { totalCount nodes { firstOfSeries { id } } } }',
          { ids: [first] },
        )
      ).classSchedules,
    ).toEqual({ totalCount: 4, nodes: [1, 2, 3, 4].map(() => ({ firstOfSeries: { id: first } })) });
    expect(
      starts(
        await schedule({
          localStart: '2031-04-01T18:00',
          rrule: 'FREQ=WEEKLY;INTERVAL=2;UNTIL=20310501',
        }),
      ),
    ).toEqual(['04-01T22:00', '04-15T22:00', '04-29T22:00']);
    expect(
      starts(await schedule({ starts: ['2031-05-09T15:00:00Z', '2031-05-07T15:00:00Z'] })),
    ).toEqual(['05-07T15:00', '05-09T15:00']);
    expect(
      starts(
        await schedule({
          localStart: '2031-06-01T18:00',
          rrule: 'FREQ=WEEKLY;BYDAY=SU,SA,TU',
          count: 200,
          staffId: clinic.otherStaffId,
        }),
      ),
    ).toHaveLength(200);
    await expectIntegrity(gateway);
  });

  it('lists all conflicts of a series, and creates none or the others', async () => {
    for (const day of ['01', '22']) await book(gateway, clinic, `2032-01-${day}T15:00:00Z`);
    const weekly = { localStart: '2032-01-01T10:00', rrule: 'FREQ=WEEKLY;COUNT=5' };
    const before = await count();
    const none = await schedule(weekly);
    expect(none.conflicts.map(({ start }: any) => start.slice(5, 10))).toEqual(['01-01', '01-22']);
    expect([none.classSchedules, none.userErrors[0].code, await count()]).toEqual([
      null,
      'TIME_UNAVAILABLE',
      before,
    ]);
    const others = await schedule({ ...weekly, onConflict: 'SKIP_CONFLICTS' });
    expect([
      starts(others),
      others.conflicts.map(({ start }: any) => start.slice(5, 10)),
      others.userErrors,
    ]).toEqual([['01-08T15:00', '01-15T15:00', '01-29T15:00'], ['01-01', '01-22'], []]);
    const { classSchedules } = await gateway.data(
      'query ($ids: [ID!]) { classSchedules(filter: { firstOfSeriesIds: $ids }) { totalCount } }',
      { ids: [others.classSchedules[0].id] },
    );
    expect(classSchedules.totalCount).toBe(3);
    expect((await schedule({ ...weekly, onConflict: 'SKIP_CONFLICTS' })).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    expect(await count()).toBe(before + 3);
    await expectIntegrity(gateway);
  });

  it('creates sessions once for an idempotency key', async () => {
    const input = {
      localStart: '2032-02-02T10:00',
      rrule: 'FREQ=WEEKLY;COUNT=3',
      idempotencyKey: 'spin',
    };
    const [first, second] = [await schedule(input), await schedule(input)];
    expect(second).toEqual(first);
    expect(first.classSchedules).toHaveLength(3);
    expect(
      await refusal(gateway, 'createClassSchedule', {
        reasonId: yoga,
        staffId: clinic.staffId,
        capacity: 1,
        localStart: '2032-02-03T10:00',
        idempotencyKey: 'spin',
      }),
    ).toEqual(['IDEMPOTENCY_KEY_REUSED', undefined]);
  });

  it('filters by reason, location, leader, room, status and day, in one statement with relations', async () => {
    const {
      classSchedules: [{ id }],
    } = await schedule({
      localStart: '2033-01-03T23:30',
      staffId: clinic.otherStaffId,
      resourceId: room,
    });
    const found = async (filter: object) =>
      (
        await gateway.data(
          'query ($filter: ClassScheduleFilter) { classSchedules(filter: $filter) { nodes { id } } }',
          { filter: { from: '2033-01-01', ...filter } },
        )
      ).classSchedules.nodes.map((node: any) => node.id);
    for (const filter of [
      { ids: [id] },
      { reasonIds: [yoga] },
      { locationIds: [clinic.locationId] },
      { staffIds: [clinic.otherStaffId] },
      { resourceIds: [room] },
      { statuses: ['OPEN'] },
      { from: '2033-01-04' },
      { to: '2033-01-03' },
    ]) {
      expect([filter, await found(filter)]).toEqual([filter, [id]]);
    }
    for (const filter of [
      { reasonIds: [clinic.reasonId] },
      { staffIds: [clinic.staffId] },
      { statuses: ['CANCELLED'] },
      { from: '2033-01-05' },
      { to: '2033-01-02' },
      { firstOfSeriesIds: [id] },
      { courseSetIds: ['CourseSet:1'] },
    ]) {
      expect([filter, await found(filter)]).toEqual([filter, []]);
    }
    const query =
      '{ classSchedules(first: 20) { totalCount nodes { start end capacity reason { reasonDesc } staff { fullName } location { locationName } resource { name } } } }';
    expect((await gateway.counted(query)).statements).toHaveLength(1);
    const { reason } = await gateway.data(
      'query ($id: ID!) { reason(id: $id) { classSchedules(first: 2, orderBy: { field: START, direction: DESC }) { nodes { id seatsLeft } } courseSets { totalCount } } }',
      { id: yoga },
    );
    expect(reason).toMatchObject({
      classSchedules: { nodes: [{ id, seatsLeft: 12 }, {}] },
      courseSets: { totalCount: 0 },
    });
    const { staffMember, location } = await gateway.data(
      `query ($staff: ID!, $location: ID!, $filter: ClassScheduleFilter) {
      staffMember(id: $staff) { classSchedules(filter: $filter) { nodes { id } } } location(id: $location) { classSchedules(filter: $filter) { totalCount nodes { id } } } }`,
      { staff: clinic.otherStaffId, location: clinic.locationId, filter: { from: '2033-01-01' } },
    );
    expect([staffMember.classSchedules, location.classSchedules]).toEqual([
      { nodes: [{ id }] },
      { totalCount: 1, nodes: [{ id }] },
    ]);
  });

  it('rejects invalid input and writes nothing', async () => {
    const before = await count();
    const of = (input: object) =>
      refusal(gateway, 'createClassSchedule', {
        reasonId: yoga,
        staffId: clinic.staffId,
        capacity: 12,
        localStart: '2034-01-02T10:00',
        ...input,
      });
    const annex = (
      await change(
        gateway,
        'createLocation',
        { locationName: 'Annex', timeZone: 'UTC' },
        'location { id }',
      )
    ).location.id;
    const outside = (
      await change(
        gateway,
        'createLocation',
        { locationName: 'Anywhere', timeZone: 'UTC', locationType: 'VARIABLE' },
        'location { id }',
      )
    ).location.id;
    for (const [input, expected] of [
      [{ reasonId: clinic.reasonId }, ['RULE_VIOLATED', 'reasonId']],
      [{ capacity: 0 }, ['BAD_USER_INPUT', 'capacity']],
      [{ capacity: -3 }, ['BAD_USER_INPUT', 'capacity']],
      [{ start: '2034-01-02T10:00:00Z' }, ['BAD_USER_INPUT', 'start']],
      [{ localStart: null }, ['BAD_USER_INPUT', 'start']],
      [{ durationMinutes: 1441 }, ['BAD_USER_INPUT', 'durationMinutes']],
      [{ price: '-1' }, ['BAD_USER_INPUT', 'price']],
      [{ locationId: annex, resourceId: room }, ['RULE_VIOLATED', 'resourceId']],
      [{ locationId: outside }, ['RULE_VIOLATED', 'address']],
      [{ rrule: 'FREQ=WEEKLY' }, ['BAD_USER_INPUT', 'rrule']],
      [{ rrule: 'FREQ=MINUTELY;COUNT=3' }, ['BAD_USER_INPUT', 'rrule']],
      [{ rrule: 'FREQ=DAILY', count: 201 }, ['BAD_USER_INPUT', 'count']],
      [{ rrule: 'FREQ=DAILY;UNTIL=20381231' }, ['BAD_USER_INPUT', 'rrule']],
      [{ rrule: 'FREQ=DAILY;UNTIL=20330101' }, ['BAD_USER_INPUT', 'rrule']],
      [{ count: 3 }, ['BAD_USER_INPUT', 'count']],
      [{ starts: ['2034-01-02T10:00:00Z'] }, ['BAD_USER_INPUT', 'starts']],
      [{ staffId: 'Staff:999' }, ['NOT_FOUND', 'staffId']],
      [{ resourceId: clinic.staffId }, ['BAD_USER_INPUT', 'resourceId']],
    ] as const)
      expect([input, await of(input)]).toEqual([input, expected]);
    expect(await count()).toBe(before);
  });

  it('allows administrators, and super users at their locations; clients see open online sessions', async () => {
    const key = async (role: Role, grant = {}) => gateway.key(role, grant);
    const [superUser, elsewhere, person, client, anyone] = [
      await key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(clinic.locationId)] }),
      await key(Role.LOCATION_SUPER_USER, { locationIds: [999] }),
      await key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) }),
      await key(Role.CLIENT, { clientId: numberOf(clinic.clientId) }),
      await key(Role.PUBLIC),
    ];
    const input = {
      reasonId: yoga,
      staffId: clinic.staffId,
      locationId: clinic.locationId,
      capacity: 5,
      localStart: '2035-01-01T10:00',
    };
    // A super user of another location does not see the reason.
    expect((await refusal(gateway, 'createClassSchedule', input, elsewhere))[0]).toBe('NOT_FOUND');
    for (const other of [person, client, anyone])
      expect((await refusal(gateway, 'createClassSchedule', input, other))[0]).toBe('FORBIDDEN');
    const {
      classSchedules: [{ id }],
    } = await schedule(
      { localStart: '2035-01-01T10:00', meetingUrl: 'https://meet.example.org/secret' },
      superUser,
    );
    const see = async (viewer: string, of = id) =>
      await gateway.data(
        'query ($id: ID!) { classSchedule(id: $id) { start seatsLeft meetingUrl staff { fullName } } node(id: $id) { id } }',
        { id: of },
        { key: viewer },
      );
    expect((await see(person)).classSchedule.meetingUrl).toBe('https://meet.example.org/secret');
    for (const other of [client, anyone])
      expect((await see(other)).classSchedule).toEqual({
        start: '2035-01-01T15:00:00.000Z',
        seatsLeft: 12,
        meetingUrl: null,
        staff: { fullName: 'drjones-a Jones' },
      });
    const internal = await addReason(gateway, {
      reasonDesc: 'Staff yoga',
      reasonType: 'CLASS',
      visitMinutes: 60,
      allowOnline: false,
    });
    const {
      classSchedules: [{ id: hidden }],
    } = await schedule({
      reasonId: internal,
      staffId: clinic.otherStaffId,
      localStart: '2035-01-02T10:00',
    });
    for (const other of [person, client, anyone])
      expect(await see(other, hidden)).toEqual({ classSchedule: null, node: null });
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    expect(await see(secretKey)).toEqual({ classSchedule: null, node: null });
    expect(
      await gateway.data(
        '{ classSchedules { totalCount } courseSets { totalCount } }',
        {},
        { key: secretKey },
      ),
    ).toEqual({ classSchedules: { totalCount: 0 }, courseSets: { totalCount: 0 } });
    const theirs = await addClinic(gateway, 'theirs', secretKey);
    expect(await refusal(gateway, 'createClassSchedule', input, secretKey)).toEqual([
      'NOT_FOUND',
      'reasonId',
    ]);
    for (const [field, foreign] of [
      ['staffId', theirs.staffId],
      ['locationId', theirs.locationId],
      ['reasonId', theirs.reasonId],
    ]) {
      expect(
        await refusal(gateway, 'createClassSchedule', {
          ...input,
          localStart: '2035-01-03T10:00',
          [field as string]: foreign,
        }),
      ).toEqual(['NOT_FOUND', field]);
    }
  });

  it('verifies sessions, and finds changes made outside of the gateway', async () => {
    const {
      classSchedules: [{ id }],
    } = await schedule({ localStart: '2036-01-01T10:00', resourceId: room });
    await expectIntegrity(gateway);
    const { db } = gateway.gateway;
    const problems = async () =>
      (await claimFindings(db)).map(({ appointmentId, problem }) => [
        `ClassSchedule:${appointmentId}`,
        problem,
      ]);
    await db.transaction((tx) =>
      tx.run(sql`UPDATE class_schedule SET status = 'CANCELLED' WHERE id = ${numberOf(id)}`),
    );
    expect(await problems()).toEqual(
      [1, 2].map(() => [id, 'the session has a claim that it should not have']),
    );
    await db.transaction((tx) =>
      tx.run(
        sql`UPDATE class_schedule SET status = 'OPEN', staff_end_at = staff_end_at + 60000 WHERE id = ${numberOf(id)}`,
      ),
    );
    expect(await problems()).toEqual(
      [1, 2].map(() => [id, 'the session does not occupy its leader or its room']),
    );
    await db.transaction((tx) =>
      tx.run(
        sql`UPDATE class_schedule SET staff_end_at = staff_end_at - 60000 WHERE id = ${numberOf(id)}`,
      ),
    );
    await expectIntegrity(gateway);
  });
});

onEachDatabase('createCourseSet', (gateway) => {
  let clinic: Clinic;
  let course: string;
  beforeAll(async () => {
    clinic = await addClinic(gateway);
    course = await addReason(gateway, {
      reasonDesc: 'Beginners',
      reasonType: 'COURSE',
      visitMinutes: 90,
      numberSessions: 4,
      price: '120.00',
      staffIds: [clinic.staffId],
    });
  });
  const make = (input: object = {}) =>
    change(
      gateway,
      'createCourseSet',
      {
        reasonId: course,
        staffId: clinic.staffId,
        locationId: clinic.locationId,
        capacity: 8,
        ...input,
      },
      'courseSet { id name price start seatsLeft reason { reasonDesc } location { locationName } sessions { totalCount nodes { start seatsLeft courseSet { id } } } } conflicts { start staff { id } }',
    );

  it('creates all sessions of a set or none', async () => {
    const weekly = { localStart: '2031-01-06T19:00', rrule: 'FREQ=WEEKLY;COUNT=4', name: 'Winter' };
    const { courseSet, userErrors } = await make(weekly);
    expect(userErrors).toEqual([]);
    const { sessions, id, ...rest } = courseSet;
    expect(rest).toEqual({
      name: 'Winter',
      price: null,
      start: '2031-01-07T00:00:00.000Z',
      seatsLeft: 8,
      reason: { reasonDesc: 'Beginners' },
      location: { locationName: 'Office a' },
    });
    expect(sessions).toEqual({
      totalCount: 4,
      nodes: ['07', '14', '21', '28'].map((day) => ({
        start: `2031-01-${day}T00:00:00.000Z`,
        seatsLeft: 8,
        courseSet: { id },
      })),
    });
    const taken = await make({ ...weekly, localStart: '2031-01-20T19:30' });
    expect([
      taken.courseSet,
      taken.conflicts.map(({ start }: any) => start.slice(5, 13)),
      taken.userErrors[0].code,
    ]).toEqual([null, ['01-21T00', '01-28T00'], 'TIME_UNAVAILABLE']);
    const { courseSets } = await gateway.data(
      '{ courseSets { totalCount nodes { id } } classSchedules { totalCount } }',
    );
    expect(courseSets).toEqual({ totalCount: 1, nodes: [{ id }] });
    const found = async (filter: object) =>
      (
        await gateway.data(
          'query ($filter: CourseSetFilter) { courseSets(filter: $filter) { nodes { id } } }',
          { filter },
        )
      ).courseSets.nodes.length;
    for (const filter of [
      { ids: [id] },
      { reasonIds: [course] },
      { locationIds: [clinic.locationId] },
      { staffIds: [clinic.staffId] },
      { from: '2031-01-20' },
      { to: '2031-01-06' },
    ])
      expect([filter, await found(filter)]).toEqual([filter, 1]);
    for (const filter of [
      { reasonIds: [clinic.reasonId] },
      { staffIds: [clinic.otherStaffId] },
      { from: '2031-02-20' },
      { to: '2031-01-05' },
    ])
      expect([filter, await found(filter)]).toEqual([filter, 0]);
  });

  it('requires numberSessions of the reason and a permitted role, and creates a set once for an idempotency key', async () => {
    const input = {
      localStart: '2031-06-02T19:00',
      rrule: 'FREQ=WEEKLY;COUNT=4',
      idempotencyKey: 'summer',
      price: '99.00',
    };
    expect(
      (await make({ ...input, rrule: 'FREQ=WEEKLY;COUNT=3', idempotencyKey: undefined }))
        .userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED', path: ['input', 'rrule'] }]);
    const [first, second] = [await make(input), await make(input)];
    expect(first.courseSet.price).toBe('99.00');
    expect(second).toEqual(first);
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    const see = async (key: string) =>
      await gateway.data(
        'query ($id: ID!) { courseSet(id: $id) { id } node(id: $id) { id } courseSets { totalCount } }',
        { id: first.courseSet.id },
        { key },
      );
    expect(await see(secretKey)).toEqual({
      courseSet: null,
      node: null,
      courseSets: { totalCount: 0 },
    });
    expect((await see(await gateway.key(Role.PUBLIC))).courseSet).toEqual({
      id: first.courseSet.id,
    });
    expect(
      (
        await refusal(
          gateway,
          'createCourseSet',
          {
            reasonId: course,
            staffId: clinic.staffId,
            capacity: 8,
            localStart: '2031-09-01T19:00',
            rrule: 'FREQ=WEEKLY;COUNT=4',
          },
          await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) }),
        )
      )[0],
    ).toBe('FORBIDDEN');
    expect(
      await refusal(gateway, 'createCourseSet', {
        reasonId: clinic.reasonId,
        staffId: clinic.staffId,
        capacity: 8,
        localStart: '2031-09-01T19:00',
      }),
    ).toEqual(['RULE_VIOLATED', 'reasonId']);
  });
});
