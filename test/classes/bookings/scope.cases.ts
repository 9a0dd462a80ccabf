import { Role } from '../../../src/context';
import { claimFindings } from '../../../src/features/appointments/integrity';
import { breaches } from '../../../src/features/occupancy/integrity';
import { sql } from '../../../src/db/sql';
import { addClient, addClinic, addReason, change, refusal } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';
import type { BookingsFixture } from './bookings.fixture';

export function scopeCases(gateway: TestGateway, fixture: BookingsFixture): void {
  const { NOW, free, session, take, seatsLeft } = fixture;

  it('rejects seats without a session or with a foreign session, and writes nothing', async () => {
    const id = await session();
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    const theirs = await addClinic(gateway, `b${fixture.day}`, secretKey);
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
        { reasonId: fixture.yoga, clientId: fixture.clinic.clientId, ...input },
        key,
      );
    for (const [input, expected] of [
      [{ staffId: fixture.clinic.staffId, start: free() }, ['RULE_VIOLATED', 'classScheduleId']],
      [{ start: free() }, ['RULE_VIOLATED', 'classScheduleId']],
      [
        { classScheduleId: id, reasonId: fixture.clinic.reasonId },
        ['RULE_VIOLATED', 'classScheduleId'],
      ],
      [{ classScheduleId: id, reasonId: fixture.other }, ['RULE_VIOLATED', 'classScheduleId']],
      [{ classScheduleId: id, seats: 0 }, ['INVALID_INPUT', 'seats']],
      [{ classScheduleId: id, seats: -1 }, ['INVALID_INPUT', 'seats']],
      [{ seats: 2, staffId: fixture.clinic.staffId, start: free() }, ['INVALID_INPUT', 'seats']],
      [{ classScheduleId: id, courseSetId: 'CourseSet:1' }, ['INVALID_INPUT', 'courseSetId']],
      [{ classScheduleId: id, start: free() }, ['INVALID_INPUT', 'start']],
      [{ classScheduleId: id, staffId: fixture.clinic.otherStaffId }, ['INVALID_INPUT', 'staffId']],
      [{ classScheduleId: id, locationId: theirs.locationId }, ['INVALID_INPUT', 'locationId']],
      [
        { classScheduleId: id, additionalStaffIds: [fixture.clinic.otherStaffId] },
        ['INVALID_INPUT', 'additionalStaffIds'],
      ],
      [{ classScheduleId: 'ClassSchedule:99999' }, ['NOT_FOUND', 'classScheduleId']],
      [{ classScheduleId: fixture.clinic.reasonId }, ['INVALID_INPUT', 'classScheduleId']],
      [{ classScheduleId: foreign }, ['NOT_FOUND', 'classScheduleId']],
      [{ courseSetId: 'CourseSet:99999' }, ['NOT_FOUND', 'courseSetId']],
    ] as const)
      expect([input, await of(input)]).toEqual([input, expected]);
    expect(
      await refusal(gateway, 'createRecurringAppointment', {
        reasonId: fixture.yoga,
        classScheduleId: id,
        clientId: fixture.clinic.clientId,
        start: free(),
        rrule: 'FREQ=DAILY;COUNT=2',
      }),
    ).toEqual(['INVALID_INPUT', 'classScheduleId']);
    const elsewhere = await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [999] });
    expect(await of({ classScheduleId: id }, elsewhere)).toEqual(['NOT_FOUND', 'classScheduleId']);
    expect(
      await of(
        { classScheduleId: id },
        await gateway.key(Role.STAFF_USER, { staffId: numberOf(fixture.clinic.otherStaffId) }),
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
    expect(await seen(fixture.clientKey)).toEqual({
      seatsLeft: 1,
      appointments: { nodes: [{ id: own }] },
    });
    const { data, errors } = await gateway.run(
      'query ($id: ID!) { classSchedule(id: $id) { seatsLeft appointments { nodes { id } } } }',
      { id },
      { key: fixture.publicKey },
    );
    expect(data.classSchedule).toEqual({ seatsLeft: 1, appointments: null });
    expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['classSchedule', 'appointments'], 'FORBIDDEN'],
    ]);
    expect(
      (
        await seen(
          await gateway.key(Role.STAFF_USER, { staffId: numberOf(fixture.clinic.staffId) }),
        )
      ).appointments.nodes,
    ).toEqual([{ id: own }, { id: theirs }]);
    expect(await refusal(gateway, 'cancelAppointment', { id: theirs }, fixture.clientKey)).toEqual([
      'NOT_FOUND',
      'id',
    ]);
    expect(
      await refusal(
        gateway,
        'rescheduleAppointment',
        { id: theirs, classScheduleId: await session() },
        fixture.clientKey,
      ),
    ).toEqual(['NOT_FOUND', 'id']);
  });

  it('books seats in few statements, independent of the bookings of the session', async () => {
    const id = await session({ capacity: 50 });
    const count = async () =>
      (
        await gateway.counted(
          `mutation ($input: CreateAppointmentInput!) {
            createAppointment(input: $input) { appointment { id } userErrors { code } }
          }`,
          {
            input: {
              reasonId: fixture.yoga,
              classScheduleId: id,
              clientId: fixture.clinic.clientId,
            },
          },
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
}
