import { sql } from '../../../src/db/sql';
import { change, refusal } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';
import type { BookingsFixture } from './bookings.fixture';

export function seatsCases(gateway: TestGateway, fixture: BookingsFixture): void {
  const { free, session, run, take, seatsLeft } = fixture;

  it('books appointments with time, leader and location of the session that occupy no staff', async () => {
    const start = free();
    // Values equal to those of the session are accepted.
    const id = await session({ start, meetingUrl: 'https://meet.example.org/y' });
    const { appointment, userErrors } = await take(id, {
      seats: 2,
      start,
      staffId: fixture.clinic.staffId,
      locationId: fixture.clinic.locationId,
      additionalStaffIds: [],
    });
    expect(userErrors).toEqual([]);
    expect(appointment).toMatchObject({
      status: 'OPEN',
      seats: 2,
      price: '25.00',
      start,
      classSchedule: { id },
      staff: { id: fixture.clinic.staffId },
      location: { id: fixture.clinic.locationId },
      override: false,
    });
    expect(await seatsLeft(id)).toBe(1);
    const { classSchedule, appointments, node } = await gateway.data(
      `query ($id: ID!, $ids: [ID!], $appointment: ID!) {
        classSchedule(id: $id) { appointments { totalCount nodes { id } } }
        appointments(filter: { classScheduleIds: $ids }) {
          nodes { id seats classSchedule { seatsLeft } }
        } node(id: $appointment) { ... on Appointment { meetingUrl history { nodes { type } } } }
      }`,
      { id, ids: [id], appointment: appointment.id },
    );
    expect(classSchedule.appointments).toEqual({ totalCount: 1, nodes: [{ id: appointment.id }] });
    expect(appointments.nodes).toEqual([
      { id: appointment.id, seats: 2, classSchedule: { seatsLeft: 1 } },
    ]);
    expect(node).toEqual({
      meetingUrl: 'https://meet.example.org/y',
      history: { nodes: [{ type: 'CREATED' }] },
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
    expect(
      await refusal(gateway, 'updateAppointment', { id: mine, seats: 2 }, fixture.clientKey),
    ).toEqual(['INSUFFICIENT_PERMISSION', 'seats']);
    expect(await refusal(gateway, 'updateAppointment', { id: mine, seats: 0 })).toEqual([
      'INVALID_INPUT',
      'seats',
    ]);
    const service = (
      await run('createAppointment', {
        reasonId: fixture.clinic.reasonId,
        staffId: fixture.clinic.otherStaffId,
        clientId: fixture.clinic.clientId,
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
}
