import { BusinessRule } from '../../../business-rule';
import { isStaffSide, type Context, type Member } from '../../../context';
import { at, DomainError, enforce, ErrorCode, violated } from '../../../errors';
import { parseGlobalId, toGlobalId } from '../../../graphql/global-id';
import { originalStartOf } from '../../../lib/appointment-times';
import { classSchedules } from '../../classes/class.list';
import { clients } from '../../clients/client.list';
import { reasons } from '../../reasons/reason.list';
import type { Author } from './change';
import type { RescheduleAppointmentInput } from './inputs';
import { inCourse } from './refusals';
import type { Appointment } from '../model/appointment.entity';
import { checkSeat, placed, rejectDefinedBySession } from '../seats/session-checks';
import { checkNotice } from '../model/rules';
import { placeOf, seatsExplanationInput } from '../model/seats';
import type { CheckedReferences } from '../booking/recheck-availability';
import type { AppointmentAggregate } from '../model/aggregate';

/**
 * Decides a move of seats to another session of their class.
 * @throws DomainError NOT_FOUND, BAD_USER_INPUT, FORBIDDEN, RULE_VIOLATED
 */
export async function seatMove(
  context: Context,
  { member, now }: Author,
  { appointment, session: old }: AppointmentAggregate,
  input: RescheduleAppointmentInput,
) {
  const field = 'classScheduleId';
  if (!old)
    throw violated(
      BusinessRule.NOT_A_CLASS,
      'Only seats in a class can move to another session: give a time.',
      field,
    );
  if (input.classScheduleId == null)
    throw violated(
      BusinessRule.FIXED_BY_SESSION,
      'Seats can only move to another session of their class: give classScheduleId.',
      field,
    );
  const id = parseGlobalId('ClassSchedule', input.classScheduleId, at(field));
  // A retry after a concurrent change must read the session again.
  classSchedules.clear(context, id);
  const [session, reason, client] = await Promise.all([
    classSchedules.getVisible(context, id, at(field)),
    reasons.getById(context, appointment.reasonId),
    appointment.clientId === null ? null : clients.findById(context, appointment.clientId),
  ]);
  rejectDefinedBySession(input, session);
  enforce(inCourse(old, field) ?? inCourse(session, field));
  const place = await placed(context, session);
  checkSeat(member, place, { reason, client, address: appointment.address }, at(field));
  checkNotice(
    member,
    { reason, person: place.leader, now },
    {
      ...seatsExplanationInput(session, appointment.seats),
      appointmentId: toGlobalId('Appointment', appointment.rowId),
    },
  );
  const counted =
    member.clientId === null
      ? { staffRescheduleCount: appointment.staffRescheduleCount + 1 }
      : { clientRescheduleCount: appointment.clientRescheduleCount + 1 };
  const own = { address: session.address, meetingUrl: session.meetingUrl };
  const meaning: CheckedReferences = { reason, location: place.location, client };
  return {
    session,
    leader: place.leader,
    meaning,
    changes: {
      ...placeOf(session),
      ...own,
      ...counted,
      originalStartAt: originalStartOf(appointment, session.startAt),
      classScheduleId: session.rowId,
      override: input.override,
      changeReason: input.changeNote ?? null,
    } satisfies Partial<Appointment>,
  };
}

/**
 * Returns the new number of seats.
 * @throws DomainError FORBIDDEN, RULE_VIOLATED
 */
export function seatsFor(
  member: Member,
  { session }: AppointmentAggregate,
  { seats }: { seats?: number | null },
): number {
  if (!isStaffSide(member))
    throw new DomainError(ErrorCode.FORBIDDEN, 'Only staff may change the number of seats.', {
      path: at('seats'),
    });
  if (!session)
    throw violated(BusinessRule.NOT_A_CLASS, 'Only a class has seats: leave seats out.', 'seats');
  if (session.courseSetId !== null)
    throw violated(
      BusinessRule.COURSE,
      'A course is booked with the same number of seats in all of its sessions.',
      'seats',
    );
  return seats as number;
}
