import { requireStaff, type Context, type Member } from '../../../context';
import type { Tx } from '../../../db/database';
import { change, changed, illegal, refuseExpired, state, type Change, type Decide } from './change';
import type {
  CancelAppointmentInput,
  ConfirmAppointmentInput,
  DeclineAppointmentInput,
  SetAppointmentStatusInput,
} from './inputs';
import type { Appointment } from '../model/appointment.entity';
import { BookingEventType } from '../model/events';
import { notificationChoiceOf } from '../model/notification-choice';
import { authoriseOverride, authoriseStatus } from '../model/rules';
import { placeOf } from '../seats/seats';
import { contextOf, refuseQuota } from '../booking/recheck-availability';
import { AppointmentStatus, isLegal, occupies } from '../model/status';
import type { AppointmentAggregate } from '../model/aggregate';
import { subStatusOf } from '../sub-statuses/sub-status.service';

const EVENTS: Partial<Record<AppointmentStatus, BookingEventType>> = {
  [AppointmentStatus.CANCELLED]: BookingEventType.CANCELLED,
  [AppointmentStatus.COMPLETED]: BookingEventType.COMPLETED,
  [AppointmentStatus.NO_SHOW]: BookingEventType.NO_SHOW,
};

type StatusInput = Omit<SetAppointmentStatusInput, 'override'> &
  Pick<CancelAppointmentInput, 'waitlistEntryIds' | 'notifyClient' | 'notifyStaff'> & {
    override?: boolean;
  };

/**
 * Invites waitlist entries to the time that a cancellation frees, in its transaction. A port of the
 * App, because the waitlist feature imports appointments.
 */
export type InviteOnCancel = (
  context: Context,
  before: AppointmentAggregate,
  entryIds: readonly string[],
  now: number,
) => Promise<NonNullable<Change['last']>>;

/**
 * Performs any transition of the state machine. The commands for single transitions call it with
 * their status.
 */
export function setAppointmentStatus(
  context: Context,
  input: StatusInput,
  from?: string,
): Promise<Appointment> {
  const decide = statusChange(context, input, from);
  return change(context, input, async (before, member, now) =>
    !from && isRepeated(before.appointment, input, member) ? null : decide(before, member, now),
  );
}

/**
 * Whether the appointment already has the requested status. The request then succeeds and changes
 * nothing.
 * @throws DomainError FORBIDDEN
 */
function isRepeated(
  appointment: Appointment,
  { status, subStatus }: StatusInput,
  member: Member,
): boolean {
  if (!EVENTS[status] || appointment.status !== status) return false;
  if (subStatus != null && subStatus !== appointment.subStatusCode) return false;
  // An appointment that has begun refuses a transition, but not its repetition.
  authoriseStatus(member, appointment, status === AppointmentStatus.CANCELLED, 0);
  return true;
}

/**
 * Decides a transition of the state machine.
 * @throws DomainError ILLEGAL_TRANSITION, HOLD_EXPIRED, RULE_VIOLATED, FORBIDDEN
 */
export const statusChange =
  (context: Context, input: StatusInput, from?: string): Decide =>
  async (before, member, now) => {
    const { appointment } = before;
    if (from && appointment.subStatusCode !== from) throw illegal(appointment, input.status, now);
    const { status } = input;
    authoriseStatus(member, appointment, status === AppointmentStatus.CANCELLED, now);
    authoriseOverride(member, input.override ?? false);
    const subStatusCode = await subStatusOf(context, status, input.subStatus ?? status);
    if (
      !isLegal(state(appointment), { status, subStatus: subStatusCode }, appointment.startAt <= now)
    )
      throw illegal(appointment, subStatusCode, now);
    if (occupies(status)) refuseExpired(appointment, now);
    const moved = status !== appointment.status;
    const why = input.reason ?? null;
    const notify = notificationChoiceOf(member, input);
    const after = {
      notify,
      ...changed(before, member, now, {
        status,
        subStatusCode,
        ...(subStatusCode === 'CONFIRMED'
          ? { clientConfirmedAt: appointment.clientConfirmedAt ?? now }
          : {}),
        ...(subStatusCode === 'CHECKEDIN' ? { checkedInAt: now } : {}),
        ...(subStatusCode === 'INPROGRESS' ? { startedAt: now } : {}),
        ...(moved && status === AppointmentStatus.COMPLETED
          ? { completedAt: now, completedReason: why }
          : {}),
        ...(moved && status === AppointmentStatus.NO_SHOW ? { noShowReason: why } : {}),
        ...(moved && EVENTS[status] ? { cancelledBy: member.actorName } : {}),
        ...(moved && status === AppointmentStatus.CANCELLED
          ? { cancelledAt: now, cancelReason: why }
          : {}),
        ...(moved && status === AppointmentStatus.OPEN
          ? {
              holdExpiresAt: null,
              holdSecretHash: null,
              cancelledAt: null,
              cancelledBy: null,
              cancelReason: null,
              completedAt: null,
              completedReason: null,
              noShowReason: null,
              override: input.override ?? false,
            }
          : {}),
        ...(moved && status === AppointmentStatus.OPEN && before.session
          ? placeOf(before.session)
          : {}),
      }),
    };
    const opens = moved && status === AppointmentStatus.OPEN;
    const meaning =
      opens && appointment.status !== AppointmentStatus.PENDING && !input.override
        ? await contextOf(context, appointment)
        : null;
    const last = input.waitlistEntryIds?.length
      ? await context.app.inviteOnCancel(context, before, input.waitlistEntryIds, now)
      : undefined;
    return {
      after,
      last,
      type: (moved && EVENTS[status]) || BookingEventType.STATUS_CHANGED,
      reason: why,
      ...(opens ? { override: input.override ?? false } : {}),
      ...(meaning
        ? {
            settle: (tx: Tx, wanted: AppointmentAggregate) =>
              refuseQuota(context, tx, member, wanted, meaning, now).then(() => wanted),
          }
        : {}),
    };
  };

/**
 * Confirms or declines a booking that awaits confirmation. Staff only.
 * @throws DomainError ILLEGAL_TRANSITION, and those of setAppointmentStatus
 */
export const confirmAppointment = (
  context: Context,
  input: ConfirmAppointmentInput,
): Promise<Appointment> => answerRequest(context, input, AppointmentStatus.OPEN);
export const declineAppointment = (
  context: Context,
  input: DeclineAppointmentInput,
): Promise<Appointment> => answerRequest(context, input, AppointmentStatus.CANCELLED);

async function answerRequest(
  context: Context,
  input: ConfirmAppointmentInput | DeclineAppointmentInput,
  status: AppointmentStatus,
): Promise<Appointment> {
  requireStaff(context);
  return setAppointmentStatus(context, { ...input, status }, 'PENDING_CONFIRMATION');
}
