import type { Context } from '../../../context';
import { at, enforce } from '../../../errors';
import { parseGlobalId } from '../../../graphql/global-id';
import { MS_PER_MINUTE } from '../../../lib/time-zone';
import { endOf, originalStartOf, startOf, timesOf } from '../../../lib/appointment-times';
import { authoriseLocation } from '../../availability/authorise';
import { clients } from '../../clients/client.list';
import { locations } from '../../locations/location.list';
import { reasons } from '../../reasons/reason.list';
import type { Staff } from '../../staff/staff.entity';
import { staff as staffSource } from '../../staff/staff.list';
import { change, changed, type Author, type Change, type Decide } from './change';
import type { RescheduleAppointmentInput } from './inputs';
import { seatMove } from './move-seats';
import { checkReschedule, immovable } from './refusals';
import type { Appointment } from '../model/appointment.entity';
import { BookingEventType } from '../model/events';
import { notifying } from '../model/notification-choice';
import { authoriseInput, authoriseOverride, checkBooking } from '../model/rules';
import { refuseQuota, recheckAvailability } from '../booking/recheck-availability';
import type { AppointmentAggregate } from '../model/aggregate';

/** Moves the claims in one transaction, and counts the move for the client or for staff. */
export function rescheduleAppointment(
  context: Context,
  input: RescheduleAppointmentInput,
): Promise<Appointment> {
  return change(context, input, rescheduling(context, input));
}

/**
 * Decides a move to another time, staff member or location.
 * @throws DomainError ILLEGAL_TRANSITION, HOLD_EXPIRED, RULE_VIOLATED, TIME_UNAVAILABLE, FORBIDDEN,
 * NOT_FOUND, BAD_USER_INPUT
 */
export const rescheduling =
  (context: Context, input: RescheduleAppointmentInput): Decide =>
  async (before, member, now) => {
    authoriseInput(member, input);
    authoriseOverride(member, input.override);
    enforce(immovable(before.appointment, now));
    return before.session || input.classScheduleId != null
      ? movingSeats(context, input, before, { member, now })
      : movingTime(context, input, before, { member, now });
  };

/** Decides a move of seats to another session of their class. */
async function movingSeats(
  context: Context,
  input: RescheduleAppointmentInput,
  before: AppointmentAggregate,
  author: Author,
): Promise<Change> {
  const { session, leader, meaning, changes } = await seatMove(context, author, before, input);
  const after = {
    ...notifying(author.member, input),
    ...changed(before, author, changes, { staff: [leader] }),
    session,
  };
  checkReschedule(author, before.appointment, after.appointment, meaning.reason);
  return {
    after,
    type: BookingEventType.RESCHEDULED,
    reason: input.changeNote ?? null,
    override: input.override,
    settle: async (unit) => {
      if (!input.override) await refuseQuota(unit, after, meaning);
      return after;
    },
  };
}

async function movingTime(
  context: Context,
  input: RescheduleAppointmentInput,
  before: AppointmentAggregate,
  author: Author,
): Promise<Change> {
  const { member } = author;
  const { appointment } = before;
  const [reason, location, person, client] = await Promise.all([
    reasons.getById(context, appointment.reasonId),
    input.locationId == null
      ? locations.getById(context, appointment.locationId)
      : locations.getVisible(
          context,
          parseGlobalId('Location', input.locationId, at('locationId')),
          at('locationId'),
        ),
    input.staffId == null
      ? (before.staff[0] as Staff)
      : staffSource.getVisible(
          context,
          parseGlobalId('Staff', input.staffId, at('staffId')),
          at('staffId'),
        ),
    appointment.clientId === null ? null : clients.findById(context, appointment.clientId),
  ]);
  authoriseLocation(member, location);
  const startAt = startOf(input, person.timeZoneCode);
  const usual = (appointment.endAt - appointment.startAt) / MS_PER_MINUTE;
  const staff = [person, ...before.staff.slice(1).filter((other) => other.rowId !== person.rowId)];
  checkBooking(member, { reason, location, staff, client, address: appointment.address });
  const after = {
    ...notifying(member, input),
    ...changed(
      before,
      author,
      {
        ...timesOf(
          { startAt, endAt: endOf(startAt, input, usual) },
          reason,
          person.timeZoneCode,
          location,
        ),
        originalStartAt: originalStartOf(appointment, startAt),
        staffId: person.rowId,
        locationId: location.rowId,
        override: input.override,
        changeReason: input.changeNote ?? null,
        ...(member.clientId === null
          ? { staffRescheduleCount: appointment.staffRescheduleCount + 1 }
          : { clientRescheduleCount: appointment.clientRescheduleCount + 1 }),
      },
      { staff },
    ),
  };
  checkReschedule(author, appointment, after.appointment, reason);
  return {
    after,
    type: BookingEventType.RESCHEDULED,
    reason: input.changeNote ?? null,
    override: input.override,
    settle: (unit, decided) =>
      recheckAvailability(unit, before, decided, { reason, location, client }),
  };
}
