import { requireStaff, Role, type Context, type Member } from '../../context';
import { BusinessRule } from '../../business-rule';
import { at, DomainError, ErrorCode, violated } from '../../errors';
import { timeRefused } from '../availability/unavailable-error';
import { originalStartOf, timesOf } from '../../lib/appointment-times';
import { change, changed, type Author, type Change } from '../appointments/changes/change';
import { statusChange } from '../appointments/changes/change-status';
import type { AppointmentAggregate } from '../appointments/model/aggregate';
import type { Appointment } from '../appointments/model/appointment.entity';
import { BookingEventType } from '../appointments/model/events';
import { authoriseOverride } from '../appointments/model/rules';
import { AppointmentStatus } from '../appointments/model/status';
import { authoriseAt } from '../locations/location.rules';
import { locations } from '../locations/location.list';
import { ReasonType } from '../reasons/reason-enums';
import type { Reason } from '../reasons/reason.entity';
import { reasons } from '../reasons/reason.list';
import type { Staff } from '../staff/staff.entity';
import type { DeleteTimeOffInput, UpdateTimeOffInput } from './time-off.inputs';
import { endPathOf, intervalOf } from './time-off.service';

/**
 * Moves time off, or changes its note.
 * @throws DomainError NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, VERSION_CONFLICT, TIME_UNAVAILABLE;
 * RULE_VIOLATED for an appointment that is no time off, or has ended
 */
export function updateTimeOff(context: Context, input: UpdateTimeOffInput): Promise<Appointment> {
  requireStaff(context);
  return change(context, input, async (before, member, now) => {
    const reason = await reasonOfTimeOff(context, member, before);
    authoriseOverride(member, input.override ?? false);
    if (before.appointment.status !== AppointmentStatus.OPEN)
      throw violated(BusinessRule.STATUS, `This time off is ${before.appointment.status}.`, 'id');
    return changeOf(context, before, { member, now }, { input, reason });
  });
}

interface TimeOffChange {
  readonly input: UpdateTimeOffInput;
  readonly reason: Reason;
}

/** Decides a change; null if the input changes nothing. */
async function changeOf(
  context: Context,
  before: AppointmentAggregate,
  author: Author,
  { input, reason }: TimeOffChange,
): Promise<Change | null> {
  const { appointment } = before;
  const person = before.staff[0] as Staff;
  const movesTo = input.period ? intervalOf(input.period, person) : appointment;
  const { startAt, endAt } = movesTo;
  const isMoved = startAt !== appointment.startAt || endAt !== appointment.endAt;
  const note = input.note === undefined ? appointment.note : input.note;
  if (!isMoved && note === appointment.note) return null;
  if (isMoved && endAt <= author.now)
    throw timeRefused('Time off must end in the future.', endPathOf(input.period), null);
  const location = await locations.getById(context, appointment.locationId);
  const override = isMoved ? (input.override ?? false) : appointment.override;
  return {
    after: changed(before, author, {
      ...(isMoved
        ? {
            ...timesOf({ startAt, endAt }, reason, person.timeZoneCode, location),
            originalStartAt: originalStartOf(appointment, startAt),
          }
        : {}),
      note,
      override,
    }),
    type: isMoved ? BookingEventType.RESCHEDULED : BookingEventType.UPDATED,
    reason: null,
    override,
  };
}

/**
 * Cancels time off, which frees its time. Cancelled time off is not changed.
 * @throws DomainError NOT_FOUND, FORBIDDEN, VERSION_CONFLICT, ILLEGAL_TRANSITION; RULE_VIOLATED for
 * an appointment that is no time off
 */
export function deleteTimeOff(
  context: Context,
  { id, expectedVersion, note }: DeleteTimeOffInput,
): Promise<Appointment> {
  requireStaff(context);
  const cancellation = { id, expectedVersion, status: AppointmentStatus.CANCELLED, note };
  const decide = statusChange(context, cancellation);
  return change(context, cancellation, async (before, member, now) => {
    await reasonOfTimeOff(context, member, before);
    const { status } = before.appointment;
    return status === AppointmentStatus.CANCELLED ? null : decide(before, member, now);
  });
}

/**
 * Returns the reason of time off that the caller may change.
 * @throws DomainError FORBIDDEN; RULE_VIOLATED for another appointment
 */
async function reasonOfTimeOff(
  context: Context,
  member: Member,
  { appointment, session }: AppointmentAggregate,
): Promise<Reason> {
  const reason = await reasons.getById(context, appointment.reasonId);
  if (reason.reasonType !== ReasonType.PERSONAL || session)
    throw violated(
      BusinessRule.REASON_TYPE,
      'This appointment is no time off: change it by updateAppointment.',
      'id',
    );
  if (member.role === Role.LOCATION_SUPER_USER)
    authoriseAt(member, appointment.locationId, at('id'));
  if (member.role === Role.STAFF_USER && appointment.staffId !== member.staffId)
    throw new DomainError(ErrorCode.FORBIDDEN, 'A staff user may only change their own time off.', {
      path: at('id'),
    });
  return reason;
}
