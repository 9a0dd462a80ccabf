import { Role } from '../../../src/context';
import { book, change, refusal } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';
import type { AttendanceFixture } from './attendance.fixture';

export function cancellationsCases(gateway: TestGateway, fixture: AttendanceFixture): void {
  const { free, schedule, take, alter, read } = fixture;

  const cancel = (input: object, key?: string) =>
    change(
      gateway,
      'cancelClassSchedule',
      input,
      'classSchedules { id status seatsLeft cancelReason cancelNote cancelledByName } appointments { id status }',
      key,
    );

  it('cancels one session with its appointments, and appends an event for each', async () => {
    const start = free();
    const [{ id }] = (await schedule({ start, resourceId: fixture.room })) as [any];
    const [first, second, done] = [await take(id), await take(id, { seats: 2 }), await take(id)];
    gateway.time = Date.parse(start);
    await change(gateway, 'completeAppointment', { id: done });
    gateway.time = null;
    const { classSchedules, appointments, userErrors } = await cancel({
      id,
      reason: 'LOCATION_UNAVAILABLE',
      note: 'No heating',
      idempotencyKey: 'heating',
    });
    expect([userErrors, appointments, classSchedules]).toEqual([
      [],
      [first, second].map((cancelled) => ({ id: cancelled, status: 'CANCELLED' })),
      [
        {
          id,
          status: 'CANCELLED',
          seatsLeft: 0,
          cancelReason: 'LOCATION_UNAVAILABLE',
          cancelNote: 'No heating',
          cancelledByName: 'First key',
        },
      ],
    ]);
    for (const gone of [first, second])
      expect(await read(gone)).toMatchObject({
        status: 'CANCELLED',
        cancelReason: 'LOCATION_UNAVAILABLE',
        cancelNote: 'No heating',
        version: 2,
        history: { nodes: [{ type: 'CREATED' }, { type: 'CANCELLED', note: 'No heating' }] },
      });
    expect((await read(done)).status).toBe('COMPLETED');
    expect(
      (
        await cancel({
          id,
          reason: 'LOCATION_UNAVAILABLE',
          note: 'No heating',
          idempotencyKey: 'heating',
        })
      ).appointments,
    ).toEqual(appointments);
    expect((await book(gateway, fixture.clinic, start)).userErrors).toEqual([]);
    const refused = async (mutation: string, input: object) =>
      (await refusal(gateway, mutation, input))[0];
    expect(
      await refused('createAppointment', { reasonId: fixture.yoga, classScheduleId: id }),
    ).toBe('RULE_VIOLATED');
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
      appointments: [{ status: 'CANCELLED' }, { status: 'CANCELLED' }],
      userErrors: [],
    });
    expect(await statuses()).toBe('OOOCC');
    gateway.time = Date.parse(sessions[0].start) + 1;
    expect(await cancel({ id: ids[2], scope: 'ALL' })).toMatchObject({
      appointments: [{ status: 'CANCELLED' }, { status: 'CANCELLED' }],
    });
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
        reasonId: fixture.course,
        staffId: fixture.clinic.staffId,
        locationId: fixture.clinic.locationId,
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
      { reasonId: fixture.course, courseSetId: courseSet.id, clientId: fixture.clinic.clientId },
      'appointments { start }',
    );
    expect(appointments.map((one: any) => one.start.slice(0, 10))).toEqual([
      '2035-01-08',
      '2035-01-15',
    ]);
    await cancel({ id: courseSet.sessions.nodes[1].id, scope: 'ALL' });
    expect(await start()).toMatchObject({ seatsLeft: 0 });
    expect(
      await refusal(gateway, 'createAppointment', {
        reasonId: fixture.course,
        courseSetId: courseSet.id,
      }),
    ).toEqual(['RULE_VIOLATED', 'courseSetId']);
    await expectIntegrity(gateway);
  });

  it('allows administrators, and super users at their locations', async () => {
    const [{ id }] = (await schedule()) as [any];
    const [superUser, elsewhere, person, client, anyone] = [
      await gateway.key(Role.LOCATION_SUPER_USER, {
        locationIds: [numberOf(fixture.clinic.locationId)],
      }),
      await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(fixture.annex)] }),
      await gateway.key(Role.STAFF_USER, { staffId: numberOf(fixture.clinic.staffId) }),
      await gateway.key(Role.CLIENT, { clientId: numberOf(fixture.clinic.clientId) }),
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
      await refusal(gateway, 'updateClassSchedule', { id, locationId: fixture.annex }, superUser),
    ).toEqual(['INSUFFICIENT_PERMISSION', 'locationId']);
    expect((await alter({ id, capacity: 6 }, superUser)).classSchedule).toMatchObject({
      version: 2,
      capacity: 6,
    });
    expect((await cancel({ id }, superUser)).userErrors).toEqual([]);
  });
}
