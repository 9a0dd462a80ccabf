import { BusinessRule } from '../../../business-rule';
import { isStaffSide, type Member } from '../../../context';
import { DomainError, enforce, ErrorCode, violated, type Refusal } from '../../../errors';
import type { ClassSchedule } from '../../classes/class-schedule.entity';
import type { Client } from '../../clients/client.entity';
import { RescheduleType } from '../../reasons/reason-enums';
import type { Reason } from '../../reasons/reason.entity';
import type { Appointment } from '../model/appointment.entity';
import { barredClient, inactiveReason } from '../model/rules';
import { AppointmentStatus, isLegal, isMovable, occupies, type State } from '../model/status';
import { expiredHold, illegal, state, type Author, type ChangeableRow } from './change';

/**
 * Rules that forbid a change of an appointment whatever its input is. Commands enforce them, and
 * `allowedTransitions` and the permissions of the viewer report them.
 */

/** Whether the status, or the expiry of a hold, forbids a move. */
export function immovable(row: ChangeableRow, now: number, field = 'id'): Refusal | null {
  return isMovable(state(row))
    ? expiredHold(row, now, field)
    : { rule: BusinessRule.STATUS, error: () => illegal(row, 'another time', now, field) };
}

/** Seats in a course are booked for all of its sessions. */
export const inCourse = (
  session: Pick<ClassSchedule, 'courseSetId'> | null | undefined,
  field: string,
): Refusal | null =>
  session && session.courseSetId !== null
    ? {
        rule: BusinessRule.COURSE,
        error: () =>
          violated(
            BusinessRule.COURSE,
            'A course is booked with all of its sessions, which cannot be exchanged.',
            field,
          ),
      }
    : null;

/** Whether the reason or the start forbids a client to move the appointment. */
export function immovableOnline(
  { member, now }: Author,
  { startAt }: Pick<Appointment, 'startAt'>,
  { rescheduleType }: Pick<Reason, 'rescheduleType'>,
  field = 'id',
): Refusal | null {
  if (isStaffSide(member)) return null;
  if (rescheduleType === RescheduleType.NOT_ALLOWED)
    return {
      rule: BusinessRule.MOVES_NOT_ALLOWED,
      error: () =>
        violated(
          BusinessRule.MOVES_NOT_ALLOWED,
          'Appointments for this reason cannot be moved online.',
          field,
        ),
    };
  return startAt <= now
    ? {
        rule: BusinessRule.HAS_BEGUN,
        error: () => violated(BusinessRule.HAS_BEGUN, 'This appointment has begun.', field),
      }
    : null;
}

/** The rows that decide whether an appointment can move. */
interface Moved {
  readonly row: ChangeableRow;
  readonly reason: Pick<Reason, 'status' | 'rescheduleType'>;
  readonly client: Pick<Client, 'status' | 'deleted'> | null;
  readonly session: Pick<ClassSchedule, 'courseSetId'> | null;
}

/** Composes the rules that rescheduleAppointment enforces as it reads the rows. */
export const refusedMove = (
  author: Author,
  { row, reason, client, session }: Moved,
): Refusal | null =>
  immovable(row, author.now) ??
  inCourse(session, 'classScheduleId') ??
  inactiveReason(reason) ??
  barredClient(author.member, client) ??
  immovableOnline(author, row, reason);

/**
 * Checks that a client's move keeps what a STRICT reason requires.
 * @throws DomainError RULE_VIOLATED
 */
export function checkReschedule(
  author: Author,
  before: Appointment,
  after: Appointment,
  reason: Reason,
): void {
  if (isStaffSide(author.member)) return;
  enforce(immovableOnline(author, before, reason));
  if (
    reason.rescheduleType === RescheduleType.STRICT &&
    (before.staffId !== after.staffId || before.locationId !== after.locationId)
  ) {
    throw violated(
      BusinessRule.KEEPS_STAFF_AND_LOCATION,
      'This appointment keeps its staff member and location when it moves.',
      before.staffId !== after.staffId ? 'staffId' : 'locationId',
    );
  }
}

/** A client may cancel until the start. Other transitions require staff. */
export function reservedForStaff(
  member: Member,
  { startAt }: Pick<Appointment, 'startAt'>,
  status: AppointmentStatus,
  now: number,
): Refusal | null {
  if (isStaffSide(member)) return null;
  if (status !== AppointmentStatus.CANCELLED)
    return {
      rule: BusinessRule.ROLE,
      error: () => new DomainError(ErrorCode.FORBIDDEN, 'Only staff may do this.'),
    };
  return startAt <= now
    ? {
        rule: BusinessRule.HAS_BEGUN,
        error: () =>
          violated(
            BusinessRule.HAS_BEGUN,
            'This appointment has begun: contact the business to cancel it.',
            'id',
          ),
      }
    : null;
}

/** Whether the member, the state machine or the expiry of a hold forbids a transition. */
export function refusedTransition(
  { member, now }: Author,
  row: ChangeableRow,
  to: State,
): Refusal | null {
  const reserved = reservedForStaff(member, row, to.status, now);
  if (reserved) return reserved;
  if (!isLegal(state(row), to, row.startAt <= now))
    return { rule: BusinessRule.STATUS, error: () => illegal(row, to.subStatus, now) };
  return occupies(to.status) ? expiredHold(row, now) : null;
}

const CANCELLED = { status: AppointmentStatus.CANCELLED, subStatus: 'CANCELLED' };

/** A cancellation of a cancelled appointment succeeds and changes nothing: there is none. */
export const refusedCancellation = (author: Author, row: ChangeableRow): Refusal | null =>
  row.status === CANCELLED.status
    ? {
        rule: BusinessRule.STATUS,
        error: () => illegal(row, CANCELLED.subStatus, author.now),
      }
    : refusedTransition(author, row, CANCELLED);

/** Only a hold can be released. A hold for the waitlist belongs to its invitations. */
export const unreleasable = (row: ChangeableRow, now: number): Refusal | null =>
  row.holdExpiresAt !== null && row.subStatusCode === 'PENDING'
    ? null
    : {
        rule: BusinessRule.STATUS,
        error: () => illegal(row, AppointmentStatus.DELETED, now),
      };
