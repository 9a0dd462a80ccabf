import { BusinessRule } from '../../../business-rule';
import { DomainError, ErrorCode, violatedAt } from '../../../errors';
import type { Tx } from '../../../db/database';
import { findOne } from '../../../db/table';
import { toGlobalId } from '../../../graphql/global-id';
import { MS_PER_MINUTE } from '../../../lib/time-zone';
import type { ExplainAvailabilityInput } from '../../availability/explanation/explanation';
import { withExplanationInput } from '../../availability/unavailable-error';
import { ClassSchedule, ClassScheduleStatus } from '../../classes/class-schedule.entity';
import { seatsTaken } from '../../classes/seats-left';
import type { Occupancy } from '../../occupancy/occupancy.service';
import type { Appointment } from './appointment.entity';
import { occupies } from './status';

/** Returns the seats that an attendee occupies, for the time of the session. */
export const seatsOf = (
  { status, seats, holdExpiresAt }: Appointment,
  { subjectId, startAt, endAt }: ClassSchedule,
): Occupancy[] =>
  occupies(status)
    ? [{ subjectId, startMs: startAt, endMs: endAt, units: seats, expiresAt: holdExpiresAt }]
    : [];

/** Returns the columns of an attendee's appointment that are copied from the session. */
export const placeOf = ({
  staffId,
  locationId,
  startAt,
  endAt,
  staffStartAt,
  staffEndAt,
  timeZoneCode,
  localStart,
  timeZoneData,
  locationStartDate,
  locationEndDate,
}: ClassSchedule) => ({
  staffId,
  locationId,
  startAt,
  endAt,
  staffStartAt,
  staffEndAt,
  timeZoneCode,
  localStart,
  timeZoneData,
  locationStartDate,
  locationEndDate,
});

/** @throws DomainError RULE_VIOLATED */
export function refuseCancelled({ status }: ClassSchedule, path: readonly string[]): void {
  if (status === ClassScheduleStatus.CANCELLED)
    throw violatedAt(
      BusinessRule.SESSION_CANCELLED,
      'This session has been cancelled. Choose another.',
      path,
    );
}

/** Returns refused seats of a session as the input of an explanation. */
export const seatsExplanationInput = (
  { rowId, reasonId, locationId, startAt }: ClassSchedule,
  seats: number,
): ExplainAvailabilityInput => ({
  reasonId: toGlobalId('Reason', reasonId),
  locationId: toGlobalId('Location', locationId),
  start: startAt,
  seats,
  classScheduleId: toGlobalId('ClassSchedule', rowId),
});

/** The parts of an appointment that its explanation depends on. */
interface ExplainedAppointment {
  readonly appointment: Appointment;
  /** The main one first. */
  readonly staff: readonly { readonly rowId: number }[];
  readonly session?: ClassSchedule | null;
}

/** Returns the time or the seats of an appointment as the input of an explanation. */
export function explanationInputFor(
  { appointment, staff, session }: ExplainedAppointment,
  screeningAnswer?: string | null,
): ExplainAvailabilityInput {
  const appointmentId = toGlobalId('Appointment', appointment.rowId);
  if (session)
    return { ...seatsExplanationInput(session, appointment.seats), screeningAnswer, appointmentId };
  return {
    reasonId: toGlobalId('Reason', appointment.reasonId),
    locationId: toGlobalId('Location', appointment.locationId),
    start: appointment.startAt,
    durationMinutes: (appointment.endAt - appointment.startAt) / MS_PER_MINUTE,
    staffIds: [toGlobalId('Staff', appointment.staffId)],
    additionalStaffIds: staff.slice(1).map(({ rowId }) => toGlobalId('Staff', rowId)),
    appointmentId,
  };
}

export function tooFew(
  sessions: readonly ClassSchedule[],
  seatsLeft: number,
  explanationInput: ExplainAvailabilityInput | null,
): DomainError {
  const left = ['No seats are', 'One seat is'][seatsLeft] ?? `${seatsLeft} seats are`;
  return new DomainError(
    ErrorCode.SEATS_UNAVAILABLE,
    `${left} left. Choose another session or request fewer seats.`,
    {
      path: ['input', 'seats'],
      seatsLeft,
      classScheduleIds: sessions.map(({ rowId }) => toGlobalId('ClassSchedule', rowId)),
      ...withExplanationInput(explanationInput),
    },
  );
}

interface SeatsToCheck {
  readonly appointment: Appointment;
  readonly session: ClassSchedule;
  readonly override: boolean;
}

/**
 * Checks a session again after its seats are locked.
 * @throws DomainError RULE_VIOLATED if it was cancelled, SEATS_UNAVAILABLE if too few seats are
 * free
 */
export async function recheckSeats(
  tx: Tx,
  { appointment, session, override }: SeatsToCheck,
  capacities: ReadonlyMap<number, number>,
): Promise<boolean> {
  if (!occupies(appointment.status)) return true;
  const { businessId, rowId, subjectId } = session;
  const current = await findOne(tx, ClassSchedule, { businessId, rowId });
  if (current?.version !== session.version) return false;
  refuseCancelled(current, ['input', 'id']);
  if (override) return true;
  // Locking removed the expired holds.
  const bySubject = await seatsTaken(tx, { businessId, subjectIds: [subjectId], now: 0 });
  const taken = bySubject.get(subjectId) ?? 0;
  const left = Math.max(0, (capacities.get(subjectId) ?? 0) - taken);
  // A session of a course cannot be booked separately.
  const explanationInput =
    current.courseSetId === null
      ? {
          ...seatsExplanationInput(current, appointment.seats),
          appointmentId: toGlobalId('Appointment', appointment.rowId),
        }
      : null;
  if (appointment.seats > left) throw tooFew([current], left, explanationInput);
  return true;
}
