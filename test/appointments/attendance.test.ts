import { Role } from '../../src/context';
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

onEachDatabase('updateClassSchedule and cancelClassSchedule', (gateway) => {
  let clinic: Clinic;
  let [yoga, course, room, annex] = ['', '', '', ''];
  let day = 0;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    yoga = await addReason(gateway, {
      reasonDesc: 'Yoga',
      reasonType: 'CLASS',
      visitMinutes: 60,
      bufferAfter: 15,
      staffIds: [clinic.staffId],
    });
    course = await addReason(gateway, {
      reasonDesc: 'Beginners',
      reasonType: 'COURSE',
      visitMinutes: 60,
      staffIds: [clinic.staffId],
    });
    annex = (
      await change(
        gateway,
        'createLocation',
        { locationName: 'Annex', timeZone: 'America/Chicago' },
        'location { id }',
      )
    ).location.id;
    room = (
      await change(
        gateway,
        'createResource',
        { name: 'Studio', locationId: clinic.locationId },
        'resource { id }',
      )
    ).resource.id;
  });

  const free = () => new Date(Date.UTC(2033, 1, 1, 15) + (day += 1) * 86_400_000).toISOString();
  const later = (iso: string, hours: number) =>
    new Date(Date.parse(iso) + hours * 3_600_000).toISOString();
  const schedule = async (input: object = {}): Promise<any[]> =>
    (
      await change(
        gateway,
        'createClassSchedule',
        {
          reasonId: yoga,
          staffId: clinic.staffId,
          locationId: clinic.locationId,
          capacity: 5,
          start: free(),
          ...input,
        },
        'classSchedules { id start version }',
      )
    ).classSchedules;
  const take = async (classScheduleId: string, input: object = {}) =>
    (
      await change(
        gateway,
        'createAppointment',
        { reasonId: yoga, classScheduleId, clientId: clinic.clientId, ...input },
        'appointment { id }',
      )
    ).appointment.id;
  const alter = (input: object, key?: string) =>
    change(
      gateway,
      'updateClassSchedule',
      input,
      'classSchedule { id version start end capacity seatsLeft price meetingUrl staff { id } location { id } resource { id } timeZone { code } } conflicts { staff { id } resource { id } }',
      key,
    );
  const cancel = (input: object, key?: string) =>
    change(
      gateway,
      'cancelClassSchedule',
      input,
      'classSchedules { id status seatsLeft cancelReason cancelledBy } appointmentsCancelled',
      key,
    );
  const read = async (id: string) =>
    (
      await gateway.data(
        `query ($id: ID!) { appointment(id: $id) {
    version status start staff { id } location { id } meetingUrl cancelReason staffRescheduleCount history { type reason } } }`,
        { id },
      )
    ).appointment;

  it('moves a session and all appointments with seats in one transaction', async () => {
    const start = free();
    const [{ id }] = (await schedule({
      start,
      resourceId: room,
      meetingUrl: 'https://meet.example.org/a',
    })) as [any];
    const ids = [
      await take(id, { seats: 2 }),
      await take(id),
      await take(id, { meetingUrl: 'https://meet.example.org/own' }),
    ];
    const gone = await take(id);
    await change(gateway, 'cancelAppointment', { id: gone });
    const { classSchedule, userErrors } = await alter({
      id,
      start: later(start, 2),
      staffId: clinic.otherStaffId,
      changeReason: 'The leader is ill',
    });
    expect(userErrors).toEqual([]);
    expect(classSchedule).toMatchObject({
      version: 2,
      start: later(start, 2),
      end: later(start, 3),
      capacity: 5,
      seatsLeft: 1,
      staff: { id: clinic.otherStaffId },
      resource: { id: room },
    });
    for (const moved of ids) {
      expect(await read(moved)).toMatchObject({
        version: 2,
        start: later(start, 2),
        staff: { id: clinic.otherStaffId },
        staffRescheduleCount: 1,
        history: [{ type: 'CREATED' }, { type: 'RESCHEDULED', reason: 'The leader is ill' }],
      });
    }
    expect(await read(gone)).toMatchObject({ start, version: 2, staff: { id: clinic.staffId } });
    expect((await book(gateway, clinic, start)).userErrors).toEqual([]);
    expect(
      (await book(gateway, { ...clinic, staffId: clinic.otherStaffId }, later(start, 2)))
        .userErrors,
    ).toMatchObject([{ code: 'TIME_UNAVAILABLE' }]);
    // A restored appointment returns to the current time of the session.
    await change(gateway, 'setAppointmentStatus', { id: gone, status: 'OPEN' });
    expect(await read(gone)).toMatchObject({
      start: later(start, 2),
      status: 'OPEN',
      staff: { id: clinic.otherStaffId },
    });
    await alter({ id, meetingUrl: 'https://meet.example.org/b' });
    expect([await read(ids[0]), await read(ids[2])]).toMatchObject([
      {
        meetingUrl: 'https://meet.example.org/b',
        staffRescheduleCount: 1,
        history: [{}, {}, { type: 'UPDATED' }],
      },
      { meetingUrl: 'https://meet.example.org/b' },
    ]);
    await expectIntegrity(gateway);
  });

  it('rejects a time at which the leader or the room is occupied, and moves no appointment', async () => {
    const start = free();
    const [{ id }] = (await schedule({ start })) as [any];
    const attendee = await take(id);
    await book(gateway, clinic, later(start, 3));
    await schedule({ start: later(start, 5), staffId: clinic.otherStaffId, resourceId: room });
    expect(await alter({ id, start: later(start, 3) })).toMatchObject({
      classSchedule: null,
      conflicts: [{ staff: { id: clinic.staffId }, resource: null }],
      userErrors: [{ code: 'TIME_UNAVAILABLE' }],
    });
    expect(await alter({ id, start: later(start, 5), resourceId: room })).toMatchObject({
      classSchedule: null,
      conflicts: [{ staff: null, resource: { id: room } }],
    });
    expect(await alter({ id, locationId: annex, resourceId: room })).toMatchObject({
      userErrors: [{ code: 'RULE_VIOLATED', path: ['input', 'resourceId'] }],
    });
    expect(await read(attendee)).toMatchObject({ version: 1, start });
    // By one minute, into the time that the session itself occupies.
    expect(
      (await alter({ id, start: new Date(Date.parse(start) + 60_000).toISOString() })).userErrors,
    ).toEqual([]);
    expect((await alter({ id, locationId: annex })).classSchedule).toMatchObject({
      location: { id: annex },
      timeZone: { code: 'America/Chicago' },
    });
    expect((await read(attendee)).location).toEqual({ id: annex });
    await expectIntegrity(gateway);
  });

  it('changes the number of seats, and rejects fewer than are occupied', async () => {
    const [{ id }] = (await schedule({ capacity: 1 })) as [any];
    await take(id);
    expect((await alter({ id, capacity: 4, price: '9.00' })).classSchedule).toMatchObject({
      capacity: 4,
      seatsLeft: 3,
      price: '9.00',
    });
    await take(id, { seats: 2 });
    expect((await alter({ id, capacity: 2 })).userErrors).toMatchObject([
      { code: 'RULE_VIOLATED', path: ['input', 'capacity'] },
    ]);
    expect((await alter({ id, capacity: 3 })).classSchedule).toMatchObject({
      capacity: 3,
      seatsLeft: 0,
    });
    expect((await alter({ id, expectedVersion: 1, capacity: 9 })).userErrors).toMatchObject([
      { code: 'VERSION_CONFLICT' },
    ]);
    await expectIntegrity(gateway);
  });

  it('never oversells seats to 30 concurrent buyers while seats are reduced and the session moves', async () => {
    const start = free();
    const [{ id }] = (await schedule({ capacity: 20, start })) as [any];
    const [taken] = await Promise.all([
      Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          gateway.run(
            'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { appointment { id } userErrors { code } } }',
            {
              input: {
                reasonId: yoga,
                classScheduleId: id,
                clientId: clinic.clientId,
                idempotencyKey: `b${index}`,
              },
            },
          ),
        ),
      ),
      (async () => {
        for (const capacity of [15, 12, 10]) await alter({ id, capacity });
      })(),
      (async () => {
        for (const hours of [1, 2, 3]) await alter({ id, start: later(start, hours) });
      })(),
    ]);
    const booked = taken.filter(({ data }) => data?.createAppointment.appointment).length;
    const { classSchedule } = await gateway.data(
      'query ($id: ID!) { classSchedule(id: $id) { start capacity seatsLeft appointments(first: 50) { nodes { start } } } }',
      { id },
    );
    expect(classSchedule.capacity - classSchedule.seatsLeft).toBe(booked);
    expect(classSchedule.appointments.nodes).toEqual(
      Array.from({ length: booked }, () => ({ start: classSchedule.start })),
    );
    await expectIntegrity(gateway);
  });

  it('cancels one session with its appointments, and appends an event for each', async () => {
    const start = free();
    const [{ id }] = (await schedule({ start, resourceId: room })) as [any];
    const [first, second, done] = [await take(id), await take(id, { seats: 2 }), await take(id)];
    gateway.time = Date.parse(start);
    await change(gateway, 'completeAppointment', { id: done });
    gateway.time = null;
    const { classSchedules, appointmentsCancelled, userErrors } = await cancel({
      id,
      reason: 'No heating',
      idempotencyKey: 'heating',
    });
    expect([userErrors, appointmentsCancelled, classSchedules]).toEqual([
      [],
      2,
      [
        {
          id,
          status: 'CANCELLED',
          seatsLeft: 0,
          cancelReason: 'No heating',
          cancelledBy: 'First key',
        },
      ],
    ]);
    for (const gone of [first, second])
      expect(await read(gone)).toMatchObject({
        status: 'CANCELLED',
        cancelReason: 'No heating',
        version: 2,
        history: [{ type: 'CREATED' }, { type: 'CANCELLED', reason: 'No heating' }],
      });
    expect((await read(done)).status).toBe('COMPLETED');
    expect(
      (await cancel({ id, reason: 'No heating', idempotencyKey: 'heating' })).appointmentsCancelled,
    ).toBe(2);
    expect((await book(gateway, clinic, start)).userErrors).toEqual([]);
    const refused = async (mutation: string, input: object) =>
      (await refusal(gateway, mutation, input))[0];
    expect(await refused('createAppointment', { reasonId: yoga, classScheduleId: id })).toBe(
      'RULE_VIOLATED',
    );
    expect(
      await refused('setAppointmentStatus', { id: first, status: 'OPEN', override: true }),
    ).toBe('RULE_VIOLATED');
    for (const mutation of ['cancelClassSchedule', 'updateClassSchedule'])
      expect(await refused(mutation, { id })).toBe('RULE_VIOLATED');
    await expectIntegrity(gateway);
  });

  it('cancels a session and later ones, or all that have not begun', async () => {
    const weekly = {
      start: undefined,
      localStart: '2034-01-02T10:00',
      rrule: 'FREQ=WEEKLY;COUNT=5',
    };
    const sessions = await schedule(weekly);
    const ids = sessions.map(({ id }) => id);
    const attendees = await Promise.all(ids.map((id) => take(id)));
    const statuses = async () =>
      (
        await gateway.data(
          'query ($ids: [ID!]) { classSchedules(filter: { ids: $ids }) { nodes { status } } }',
          { ids },
        )
      ).classSchedules.nodes
        .map(({ status }: any) => status[0])
        .join('');
    expect(await cancel({ id: ids[3], scope: 'THIS_AND_FOLLOWING' })).toMatchObject({
      appointmentsCancelled: 2,
      userErrors: [],
    });
    expect(await statuses()).toBe('OOOCC');
    gateway.time = Date.parse(sessions[0].start) + 1;
    expect(await cancel({ id: ids[2], scope: 'ALL' })).toMatchObject({ appointmentsCancelled: 2 });
    expect(await statuses()).toBe('OCCCC');
    gateway.time = null;
    expect((await Promise.all(attendees.map(read))).map(({ status }) => status[0]).join('')).toBe(
      'OCCCC',
    );
    await expectIntegrity(gateway);
  });

  it('keeps the start of a course set current, and its other sessions bookable', async () => {
    const { courseSet } = await change(
      gateway,
      'createCourseSet',
      {
        reasonId: course,
        staffId: clinic.staffId,
        locationId: clinic.locationId,
        capacity: 5,
        localStart: '2035-01-01T10:00',
        rrule: 'FREQ=WEEKLY;COUNT=3',
      },
      'courseSet { id sessions { nodes { id start } } }',
    );
    const [first] = courseSet.sessions.nodes;
    await alter({ id: first.id, localStart: '2035-01-03T10:00' });
    const start = async () =>
      (
        await gateway.data('query ($id: ID!) { courseSet(id: $id) { start seatsLeft } }', {
          id: courseSet.id,
        })
      ).courseSet;
    expect(await start()).toEqual({ start: '2035-01-03T15:00:00.000Z', seatsLeft: 5 });
    await cancel({ id: first.id });
    expect((await start()).start).toBe('2035-01-08T15:00:00.000Z');
    const { appointments } = await change(
      gateway,
      'createAppointment',
      { reasonId: course, courseSetId: courseSet.id, clientId: clinic.clientId },
      'appointments { start }',
    );
    expect(appointments.map((one: any) => one.start.slice(0, 10))).toEqual([
      '2035-01-08',
      '2035-01-15',
    ]);
    await cancel({ id: courseSet.sessions.nodes[1].id, scope: 'ALL' });
    expect(await start()).toMatchObject({ seatsLeft: 0 });
    expect(
      await refusal(gateway, 'createAppointment', { reasonId: course, courseSetId: courseSet.id }),
    ).toEqual(['RULE_VIOLATED', 'courseSetId']);
    await expectIntegrity(gateway);
  });

  it('allows administrators, and super users at their locations', async () => {
    const [{ id }] = (await schedule()) as [any];
    const [superUser, elsewhere, person, client, anyone] = [
      await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(clinic.locationId)] }),
      await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(annex)] }),
      await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) }),
      await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) }),
      await gateway.key(Role.PUBLIC),
    ];
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    for (const mutation of ['updateClassSchedule', 'cancelClassSchedule']) {
      for (const key of [person, client, anyone])
        expect((await refusal(gateway, mutation, { id }, key))[0]).toBe('FORBIDDEN');
      for (const key of [elsewhere, secretKey])
        expect(await refusal(gateway, mutation, { id }, key)).toEqual(['NOT_FOUND', 'id']);
    }
    expect(
      await refusal(gateway, 'updateClassSchedule', { id, locationId: annex }, superUser),
    ).toEqual(['FORBIDDEN', 'locationId']);
    expect((await alter({ id, capacity: 6 }, superUser)).classSchedule).toMatchObject({
      version: 2,
      capacity: 6,
    });
    expect((await cancel({ id }, superUser)).userErrors).toEqual([]);
  });
});
