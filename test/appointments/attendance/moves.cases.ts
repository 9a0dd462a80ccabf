import { book, change } from '../../support/fixtures/clinic';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';
import type { AttendanceFixture } from './attendance.fixture';

export function movesCases(gateway: TestGateway, fixture: AttendanceFixture): void {
  const { free, schedule, take, alter, read } = fixture;

  const later = (iso: string, hours: number) =>
    new Date(Date.parse(iso) + hours * 3_600_000).toISOString();

  it('moves a session and all appointments with seats in one transaction', async () => {
    const start = free();
    const [{ id }] = (await schedule({
      start,
      resourceId: fixture.room,
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
      staffId: fixture.clinic.otherStaffId,
      changeNote: 'The leader is ill',
    });
    expect(userErrors).toEqual([]);
    expect(classSchedule).toMatchObject({
      version: 2,
      start: later(start, 2),
      end: later(start, 3),
      capacity: 5,
      seatsLeft: 1,
      staff: { id: fixture.clinic.otherStaffId },
      resource: { id: fixture.room },
    });
    for (const moved of ids) {
      expect(await read(moved)).toMatchObject({
        version: 2,
        start: later(start, 2),
        staff: { id: fixture.clinic.otherStaffId },
        staffRescheduleCount: 1,
        history: {
          nodes: [{ type: 'CREATED' }, { type: 'RESCHEDULED', note: 'The leader is ill' }],
        },
      });
    }
    expect(await read(gone)).toMatchObject({
      start,
      version: 2,
      staff: { id: fixture.clinic.staffId },
    });
    expect((await book(gateway, fixture.clinic, start)).userErrors).toEqual([]);
    expect(
      (
        await book(
          gateway,
          { ...fixture.clinic, staffId: fixture.clinic.otherStaffId },
          later(start, 2),
        )
      ).userErrors,
    ).toMatchObject([{ code: 'TIME_UNAVAILABLE' }]);
    // A restored appointment returns to the current time of the session.
    await change(gateway, 'setAppointmentStatus', { id: gone, status: 'OPEN' });
    expect(await read(gone)).toMatchObject({
      start: later(start, 2),
      status: 'OPEN',
      staff: { id: fixture.clinic.otherStaffId },
    });
    await alter({ id, meetingUrl: 'https://meet.example.org/b' });
    expect([await read(ids[0]), await read(ids[2])]).toMatchObject([
      {
        meetingUrl: 'https://meet.example.org/b',
        staffRescheduleCount: 1,
        history: { nodes: [{}, {}, { type: 'UPDATED' }] },
      },
      { meetingUrl: 'https://meet.example.org/b' },
    ]);
    await expectIntegrity(gateway);
  });

  it('rejects a time at which the leader or the room is occupied, and moves no appointment', async () => {
    const start = free();
    const [{ id }] = (await schedule({ start })) as [any];
    const attendee = await take(id);
    await book(gateway, fixture.clinic, later(start, 3));
    await schedule({
      start: later(start, 5),
      staffId: fixture.clinic.otherStaffId,
      resourceId: fixture.room,
    });
    expect(await alter({ id, start: later(start, 3) })).toMatchObject({
      classSchedule: null,
      conflicts: [{ staff: { id: fixture.clinic.staffId }, resource: null }],
      userErrors: [{ code: 'TIME_UNAVAILABLE' }],
    });
    expect(await alter({ id, start: later(start, 5), resourceId: fixture.room })).toMatchObject({
      classSchedule: null,
      conflicts: [{ staff: null, resource: { id: fixture.room } }],
    });
    expect(await alter({ id, locationId: fixture.annex, resourceId: fixture.room })).toMatchObject({
      userErrors: [{ code: 'RULE_VIOLATED', path: ['input', 'resourceId'] }],
    });
    expect(await read(attendee)).toMatchObject({ version: 1, start });
    // By one minute, into the time that the session itself occupies.
    expect(
      (await alter({ id, start: new Date(Date.parse(start) + 60_000).toISOString() })).userErrors,
    ).toEqual([]);
    expect((await alter({ id, locationId: fixture.annex })).classSchedule).toMatchObject({
      location: { id: fixture.annex },
      timeZone: { code: 'America/Chicago' },
    });
    expect((await read(attendee)).location).toEqual({ id: fixture.annex });
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
            `mutation ($input: CreateAppointmentInput!) {
              createAppointment(input: $input) { appointment { id } userErrors { code } }
            }`,
            {
              input: {
                reasonId: fixture.yoga,
                classScheduleId: id,
                clientId: fixture.clinic.clientId,
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
      `query ($id: ID!) {
        classSchedule(id: $id) {
          start capacity seatsLeft appointments(first: 50) { nodes { start } }
        }
      }`,
      { id },
    );
    expect(classSchedule.capacity - classSchedule.seatsLeft).toBe(booked);
    expect(classSchedule.appointments.nodes).toEqual(
      Array.from({ length: booked }, () => ({ start: classSchedule.start })),
    );
    await expectIntegrity(gateway);
  });
}
