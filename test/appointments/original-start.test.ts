import { OriginalStarts1763700000191 } from '../../src/db/migrations/1763700000191-original-starts';
import { dataSource } from '../../src/data-source';
import { addClinic, addReason, book, change, type Clinic } from '../support/fixtures/clinic';
import { expectIntegrity } from '../support/harness/integrity';
import { onEachDatabase } from '../support/harness/gateway';

onEachDatabase('the original start', (gateway) => {
  let clinic: Clinic;
  let classId: string;
  let day = 0;
  const free = () => new Date(Date.UTC(2033, 0, 1, 15) + (day += 1) * 86_400_000).toISOString();
  const originalOf = async (id: string) => {
    const { node } = await gateway.data(
      'query ($id: ID!) { node(id: $id) { ... on Appointment { start originalStart } ... on ClassSchedule { start originalStart } } }',
      { id },
    );
    return [node.start, node.originalStart];
  };
  const booked = async (start: string) => (await book(gateway, clinic, start)).appointment.id;
  const move = (id: string, input: object) =>
    change(gateway, 'rescheduleAppointment', { id, ...input }, 'appointment { id }');
  const session = async (start: string): Promise<string> =>
    (
      await change(
        gateway,
        'createClassSchedule',
        {
          reasonId: classId,
          staffId: clinic.staffId,
          locationId: clinic.locationId,
          capacity: 5,
          start,
        },
        'classSchedules { id }',
      )
    ).classSchedules[0].id;
  const seat = async (classScheduleId: string): Promise<string> =>
    (
      await change(
        gateway,
        'createAppointment',
        { reasonId: classId, classScheduleId, clientId: clinic.clientId },
        'appointment { id }',
      )
    ).appointment.id;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    classId = await addReason(gateway, {
      reasonDesc: 'Yoga',
      reasonType: 'CLASS',
      visitMinutes: 60,
      staffIds: [clinic.staffId],
    });
  });
  afterEach(() => expectIntegrity(gateway));

  it('is the start before the first of several moves, and null before it', async () => {
    const [first, second, third] = [free(), free(), free()];
    const id = await booked(first);
    const before = await originalOf(id);

    await move(id, { start: second });
    const once = await originalOf(id);
    await move(id, { start: third });
    const twice = await originalOf(id);
    await move(id, { start: first });

    expect([before, once, twice, await originalOf(id)]).toEqual([
      [first, null],
      [second, first],
      [third, first],
      [first, first],
    ]);
  });

  it('stays null if only staff, duration or notes change', async () => {
    const start = free();
    const id = await booked(start);

    await move(id, { start, staffId: clinic.otherStaffId });
    await move(id, { start, durationMinutes: 60 });
    await change(gateway, 'updateAppointment', { id, note: 'changed' });

    expect(await originalOf(id)).toEqual([start, null]);
  });

  it('is set for each occurrence that a move of the series moves', async () => {
    const date = free().slice(0, 10);
    day += 21;
    const { recurringAppointment, appointments } = await change(
      gateway,
      'createRecurringAppointment',
      {
        reasonId: clinic.reasonId,
        locationId: clinic.locationId,
        staffId: clinic.staffId,
        clientId: clinic.clientId,
        localStart: `${date}T09:00`,
        rrule: 'FREQ=WEEKLY;COUNT=2',
      },
      'recurringAppointment { id } appointments { id start }',
    );

    await change(gateway, 'updateRecurringAppointment', {
      id: recurringAppointment.id,
      scope: 'THIS_AND_FOLLOWING',
      appointmentId: appointments[0].id,
      localStart: `${date}T11:30`,
    });

    const found = await Promise.all(appointments.map(({ id }: any) => originalOf(id)));
    expect(found.map(([, original]: any) => original)).toEqual(
      appointments.map(({ start }: any) => start),
    );
  });

  it('is set for a session that moves and its attendees, not for those who join later', async () => {
    const [first, second] = [free(), free()];
    const id = await session(first);
    const early = await seat(id);

    await change(gateway, 'updateClassSchedule', { id, capacity: 6 });
    const changed = [await originalOf(id), await originalOf(early)];
    await change(gateway, 'updateClassSchedule', { id, start: second });
    const late = await seat(id);

    expect(changed).toEqual([
      [first, null],
      [first, null],
    ]);
    expect(await Promise.all([id, early, late].map(originalOf))).toEqual([
      [second, first],
      [second, first],
      [second, null],
    ]);
  });

  it('is set for the run of a course whose first session moves', async () => {
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Course',
      reasonType: 'COURSE',
      visitMinutes: 60,
      numberSessions: 2,
      staffIds: [clinic.staffId],
    });
    const starts = [free(), free(), free()];
    const { courseSet } = await change(
      gateway,
      'createCourseSet',
      {
        reasonId,
        staffId: clinic.staffId,
        locationId: clinic.locationId,
        capacity: 5,
        starts: starts.slice(0, 2),
      },
      'courseSet { id sessions { nodes { id } } }',
    );
    const originals = async () =>
      (
        await gateway.data(
          'query ($id: ID!) { courseSet(id: $id) { start originalStart } courseSets { nodes { originalStart } } }',
          { id: courseSet.id },
        )
      ).courseSet;

    const before = await originals();
    await change(gateway, 'updateClassSchedule', {
      id: courseSet.sessions.nodes[0].id,
      start: starts[2],
    });

    expect([before, await originals()]).toEqual([
      { start: starts[0], originalStart: null },
      { start: starts[1], originalStart: starts[0] },
    ]);
  });

  it('is set for seats that move to another session', async () => {
    const [first, second] = [free(), free()];
    const [from, to] = [await session(first), await session(second)];
    const id = await seat(from);

    await move(id, { classScheduleId: to });

    expect(await originalOf(id)).toEqual([second, first]);
  });

  it('is null after the migration, which keeps every other value and can be reversed', async () => {
    const start = free();
    const id = await booked(start);
    await move(id, { start: free() });
    const source = await dataSource(gateway.config).initialize();
    const runner = source.createQueryRunner();
    const migration = new OriginalStarts1763700000191();
    const rows = (): Promise<Record<string, unknown>[]> =>
      runner.query('SELECT * FROM appointment ORDER BY business_id, id');
    const without = (found: Record<string, unknown>[]) =>
      found.map((row) => ({ ...row, original_start_at: undefined }));
    const before = await rows();

    await migration.down(runner);
    const down = await rows();
    await migration.up(runner);
    const after = await rows();
    await runner.release();
    await source.destroy();

    expect(before.some((row) => row.original_start_at !== null)).toBe(true);
    expect(down).toEqual(without(before));
    expect(after).toEqual(without(before).map((row) => ({ ...row, original_start_at: null })));
  });
});
