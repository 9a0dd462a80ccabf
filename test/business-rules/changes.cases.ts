import { change } from '../support/fixtures/clinic';
import { HOUR, SECRET, type Attempts, type RulesFixture } from './rules.fixture';

/** Rules about changes of appointments, holds and series. */
export function changeAttempts(fixture: RulesFixture): Attempts {
  const { gateway, booked, free, idOf, reason, visit } = fixture;

  const timeOff = async (): Promise<string> => {
    await reason({ reasonDesc: 'Away', reasonType: 'PERSONAL' });
    const start = free();
    const end = new Date(Date.parse(start) + HOUR).toISOString();
    const { staffId } = fixture.clinic;
    const input = { staffIds: [staffId], period: { instants: { start, end } } };
    const { appointments } = await change(gateway, 'createTimeOff', input, 'appointments { id }');
    return appointments[0].id;
  };
  const series = (start: string, rrule: string): Promise<string> =>
    idOf('createRecurringAppointment', { ...visit({ start }), rrule }, 'recurringAppointment');

  return {
    STATUS: async () => {
      const [cancelled, open] = [await timeOff(), await timeOff()];
      await change(gateway, 'deleteTimeOff', { id: cancelled });
      return {
        mutation: 'updateTimeOff',
        refused: { id: cancelled, note: 'x' },
        accepted: { id: open, note: 'x' },
        path: ['id'],
        message: 'This time off is CANCELLED.',
      };
    },
    HAS_BEGUN: async () => {
      const start = free();
      const id = await booked({ start });
      gateway.time = Date.parse(start);
      return {
        mutation: 'cancelAppointment',
        refused: { id },
        accepted: { id },
        key: fixture.clientKey,
        path: ['id'],
        message: 'This appointment has begun: contact the business to cancel it.',
        between: () => (gateway.time = Date.parse(start) - 1),
      };
    },
    HOLD_EXPIRED: async () => {
      const { appointment } = await change(
        gateway,
        'holdAppointment',
        { ...visit(), holdSecret: SECRET },
        'appointment { id holdExpiresAt }',
      );
      const expiresAt = Date.parse(appointment.holdExpiresAt);
      gateway.time = expiresAt;
      return {
        mutation: 'bookAppointment',
        refused: { id: appointment.id },
        accepted: { id: appointment.id },
        path: ['id'],
        message: 'This hold has expired. Hold the time again, or another one.',
        code: 'HOLD_EXPIRED',
        between: () => (gateway.time = expiresAt - 1),
      };
    },
    MOVES_NOT_ALLOWED: async () => {
      const reasonId = await reason({ rescheduleType: 'NOT_ALLOWED' });
      const input = { id: await booked({ reasonId }), start: free() };
      return {
        mutation: 'rescheduleAppointment',
        refused: input,
        accepted: input,
        key: fixture.clientKey,
        path: ['id'],
        message: 'Appointments for this reason cannot be moved online.',
        between: () => change(gateway, 'updateReason', { id: reasonId, rescheduleType: 'STRICT' }),
      };
    },
    KEEPS_STAFF_AND_LOCATION: async () => {
      const { staffId, otherStaffId } = fixture.clinic;
      const staffIds = [staffId, otherStaffId];
      const reasonId = await reason({ rescheduleType: 'STRICT', staffIds });
      const input = { id: await booked({ reasonId }), start: free() };
      return {
        mutation: 'rescheduleAppointment',
        refused: { ...input, staffId: otherStaffId },
        accepted: { ...input, staffId },
        key: fixture.clientKey,
        path: ['staffId'],
        message: 'This appointment keeps its staff member and location when it moves.',
      };
    },
    REASON_TYPE: async () => {
      const personal = await reason({ reasonDesc: 'Away', reasonType: 'PERSONAL' });
      const { staffId, reasonId } = fixture.clinic;
      const day = free().slice(0, 10);
      const input = { staffIds: [staffId], period: { days: { from: day, to: day } } };
      return {
        mutation: 'createTimeOff',
        refused: { ...input, reasonId },
        accepted: { ...input, reasonId: personal },
        path: ['reasonId'],
        message: 'PERSONAL',
      };
    },
    NO_OCCURRENCE_LEFT: async () => {
      const start = free();
      const last = free();
      const id = await series(start, 'FREQ=DAILY;COUNT=2');
      gateway.time = Date.parse(last);
      return {
        mutation: 'cancelRecurringAppointment',
        refused: { id, scope: 'ALL' },
        accepted: { id, scope: 'ALL' },
        path: ['id'],
        message: 'This series has no appointment left to change.',
        between: () => (gateway.time = Date.parse(last) - 1),
      };
    },
    RECURRENCE_NOT_EXPRESSIBLE: async () => {
      const id = await series('2034-01-28T15:00:00Z', 'FREQ=MONTHLY;COUNT=3');
      const { recurringAppointment } = await gateway.data(
        `query ($id: ID!) {
          recurringAppointment(id: $id) { appointments(first: 1) { nodes { id } } }
        }`,
        { id },
      );
      const appointmentId = recurringAppointment.appointments.nodes[0].id;
      const input = { id, appointmentId, scope: 'ALL' };
      return {
        mutation: 'updateRecurringAppointment',
        refused: { ...input, start: '2034-01-29T15:00:00Z' },
        accepted: { ...input, start: '2034-01-27T15:00:00Z' },
        path: ['start'],
        message: 'The rule FREQ=MONTHLY;COUNT=3 cannot express the new times.',
      };
    },
  };
}
