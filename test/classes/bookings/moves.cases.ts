import { expireHolds } from '../../../src/features/appointments/holds/expire-holds';
import { addClient, addReason, change, refusal } from '../../support/fixtures/clinic';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';
import type { BookingsFixture } from './bookings.fixture';

const MINUTE = 60_000;

export function movesCases(gateway: TestGateway, fixture: BookingsFixture): void {
  const { NOW, free, session, FIELDS, run, take, seatsLeft } = fixture;

  it('moves seats to another session of the same class only', async () => {
    const [from, to, full, pilates] = [
      await session(),
      await session(),
      await session({ capacity: 1 }),
      await session({ reasonId: fixture.other }),
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
    ).toEqual(['INVALID_INPUT', 'start']);
    const { appointment } = await move({ classScheduleId: to }, fixture.clientKey);
    expect(appointment).toMatchObject({
      classSchedule: { id: to },
      seats: 2,
      clientRescheduleCount: 1,
      staffRescheduleCount: 0,
    });
    expect([await seatsLeft(from), await seatsLeft(to)]).toEqual([3, 1]);
    const service = (
      await run('createAppointment', {
        reasonId: fixture.clinic.reasonId,
        staffId: fixture.clinic.otherStaffId,
        clientId: fixture.clinic.clientId,
        start: free(),
      })
    ).appointment.id;
    expect(
      (await run('rescheduleAppointment', { id: service, classScheduleId: to })).userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED', path: ['input', 'classScheduleId'] }]);
    expect(
      await refusal(gateway, 'updateAppointment', {
        id,
        additionalStaffIds: [fixture.clinic.otherStaffId],
      }),
    ).toEqual(['RULE_VIOLATED', 'additionalStaffIds']);
    await expectIntegrity(gateway);
  });

  it('holds seats until an instant, then books or frees them', async () => {
    const id = await session({ capacity: 2 });
    const secret = 'only the holder knows this';
    const held = await run(
      'holdAppointment',
      { reasonId: fixture.yoga, classScheduleId: id, seats: 2, holdSecret: secret },
      FIELDS,
      fixture.publicKey,
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
          fixture.publicKey,
        )
      ).appointment,
    ).toMatchObject({ status: 'OPEN', seats: 2 });
    const second = await session({ capacity: 1 });
    await run('holdAppointment', { reasonId: fixture.yoga, classScheduleId: second });
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
      take(classScheduleId, { clientId: undefined, client, ...input }, fixture.publicKey);
    expect((await publicly(id)).appointment).toMatchObject({
      status: 'OPEN',
      seats: 1,
      price: '12.50',
    });
    expect((await take(id, { clientId: undefined }, fixture.clientKey)).appointment).toMatchObject({
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
        { reasonId: fixture.yoga, classScheduleId: id, client, price: '0' },
        fixture.publicKey,
      ),
    ).toEqual(['INSUFFICIENT_PERMISSION', 'price']);
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
      fixture.clientKey,
    );
    expect([appointment.status, await seatsLeft(waits)]).toEqual(['PENDING', 0]);
    expect((await run('confirmAppointment', { id: appointment.id })).appointment).toMatchObject({
      status: 'OPEN',
    });
    await expectIntegrity(gateway);
  });
}
