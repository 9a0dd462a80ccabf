import { badInput, enforce, InputProblemCode } from '../../../errors';
import { requireStaff, type Context, type Member, type UnitOfWork } from '../../../context';
import { change, changed, illegal, type Author, type Change, type Decide } from './change';
import type {
  CancelAppointmentInput,
  CheckInAppointmentInput,
  ConfirmAppointmentInput,
  DeclineAppointmentInput,
  SetAppointmentStatusInput,
  StartAppointmentInput,
  StatusReasonInput,
} from './status.inputs';
import type { Appointment } from '../model/appointment.entity';
import { BookingEventType } from '../model/events';
import { notificationChoiceOf } from '../model/notification-choice';
import { authoriseOverride } from '../model/rules';
import { placeOf } from '../model/seats';
import { contextOf, refuseQuota } from '../booking/recheck-availability';
import { AppointmentStatus } from '../model/status';
import type {
  CancellationReason,
  CompletionReason,
  NoShowReason,
  StatusReason,
} from '../../status-reasons/status-reasons';
import { refusedTransition, reservedForStaff } from './refusals';
import type { AppointmentAggregate } from '../model/aggregate';
import { subStatusOf } from '../sub-statuses/sub-status.service';
import { cancellerOf } from '../../../log/actors/stamps';

const EVENTS: Partial<Record<AppointmentStatus, BookingEventType>> = {
  [AppointmentStatus.CANCELLED]: BookingEventType.CANCELLED,
  [AppointmentStatus.COMPLETED]: BookingEventType.COMPLETED,
  [AppointmentStatus.NO_SHOW]: BookingEventType.NO_SHOW,
};

type StatusInput = Omit<SetAppointmentStatusInput, 'override' | 'reason'> &
  Pick<CancelAppointmentInput, 'waitlistEntryIds' | 'notifyClient' | 'notifyStaff'> & {
    override?: boolean;
    reason?: StatusReason | null;
  };

declare module '../../../context' {
  interface AppState {
    /** A port of the App, because the waitlist feature imports appointments. */
    readonly inviteOnCancel: InviteOnCancel;
  }
}

/** Invites waitlist entries to the time that a cancellation frees, in its transaction. */
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

/** The statuses that have a reason, by the field of its kind. */
const STATUS_OF_REASON = {
  cancellation: AppointmentStatus.CANCELLED,
  noShow: AppointmentStatus.NO_SHOW,
  completion: AppointmentStatus.COMPLETED,
} as const satisfies Record<keyof StatusReasonInput, AppointmentStatus>;

/**
 * Performs any transition, with a reason of the kind of the new status. Staff only.
 * @throws DomainError BAD_USER_INPUT for the reason of another status, and those of
 * setAppointmentStatus
 */
export async function setStatusForReason(
  context: Context,
  { reason, ...input }: SetAppointmentStatusInput,
): Promise<Appointment> {
  const kinds = Object.keys(STATUS_OF_REASON) as (keyof StatusReasonInput)[];
  const kind = kinds.find((name) => reason?.[name] != null);
  if (kind && STATUS_OF_REASON[kind] !== input.status)
    throw badInput(
      InputProblemCode.NOT_ALLOWED,
      `This is a reason for ${STATUS_OF_REASON[kind]}, not for ${input.status}: leave it out.`,
      'reason',
      kind,
    );
  return setAppointmentStatus(context, { ...input, reason: kind ? reason?.[kind] : null });
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
  enforce(reservedForStaff(member, appointment, status, 0));
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
    const author = { member, now };
    if (from && appointment.subStatusCode !== from) throw illegal(appointment, input.status, now);
    const subStatusCode = await legalSubStatus(context, author, appointment, input);
    const notify = notificationChoiceOf(member, input);
    const columns = columnsOf(author, before, input, subStatusCode);
    const after = { notify, ...changed(before, author, columns) };
    const isMoved = input.status !== appointment.status;
    const opens = isMoved && input.status === AppointmentStatus.OPEN;
    const rechecksQuota =
      opens && appointment.status !== AppointmentStatus.PENDING && !input.override;
    const meaning = rechecksQuota ? await contextOf(context, appointment) : null;
    const last = input.waitlistEntryIds?.length
      ? await context.app.inviteOnCancel(context, before, input.waitlistEntryIds, now)
      : undefined;
    return {
      after,
      last,
      type: (isMoved && EVENTS[input.status]) || BookingEventType.STATUS_CHANGED,
      reason: input.note ?? null,
      ...(opens ? { override: input.override ?? false } : {}),
      ...(meaning
        ? {
            settle: (unit: UnitOfWork, decided: AppointmentAggregate) =>
              refuseQuota(unit, decided, meaning).then(() => decided),
          }
        : {}),
    };
  };

/**
 * Returns the sub-status after a legal transition.
 * @throws DomainError ILLEGAL_TRANSITION, HOLD_EXPIRED, RULE_VIOLATED, FORBIDDEN
 */
async function legalSubStatus(
  context: Context,
  author: Author,
  appointment: Appointment,
  { status, subStatus, override = false }: StatusInput,
): Promise<string> {
  enforce(reservedForStaff(author.member, appointment, status, author.now));
  authoriseOverride(author.member, override);
  const code = await subStatusOf(context, status, subStatus ?? status);
  enforce(refusedTransition(author, appointment, { status, subStatus: code }));
  return code;
}

/** Returns the columns that a transition changes. */
function columnsOf(
  { member, now }: Author,
  { appointment, session }: AppointmentAggregate,
  { status, reason = null, note = null, override = false }: StatusInput,
  subStatusCode: string,
): Partial<Appointment> {
  const columns: Partial<Appointment> = { status, subStatusCode };
  if (subStatusCode === 'CONFIRMED')
    columns.clientConfirmedAt = appointment.clientConfirmedAt ?? now;
  if (subStatusCode === 'CHECKEDIN') columns.checkedInAt = now;
  if (subStatusCode === 'INPROGRESS') columns.startedAt = now;
  if (status === appointment.status) return columns;
  if (EVENTS[status]) Object.assign(columns, cancellerOf(member));
  switch (status) {
    case AppointmentStatus.COMPLETED:
      return {
        ...columns,
        completedAt: now,
        completedReason: note,
        completedReasonCode: reason as CompletionReason | null,
      };
    case AppointmentStatus.NO_SHOW:
      return { ...columns, noShowReason: note, noShowReasonCode: reason as NoShowReason | null };
    case AppointmentStatus.CANCELLED:
      return {
        ...columns,
        cancelledAt: now,
        cancelReason: note,
        cancelReasonCode: reason as CancellationReason | null,
      };
    case AppointmentStatus.OPEN:
      return { ...columns, ...REOPENED, override, ...(session ? placeOf(session) : {}) };
    default:
      return columns;
  }
}

/** Columns of an appointment that is open again. */
const REOPENED = {
  holdExpiresAt: null,
  holdSecretHash: null,
  cancelledAt: null,
  cancelledBy: null,
  cancelledById: null,
  cancelReason: null,
  cancelReasonCode: null,
  completedAt: null,
  completedReason: null,
  completedReasonCode: null,
  noShowReason: null,
  noShowReasonCode: null,
} satisfies Partial<Appointment>;

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

/**
 * Records a step of a visit. Repeated, changes nothing.
 * @throws DomainError FORBIDDEN, and those of setAppointmentStatus
 */
export const checkInAppointment = (
  context: Context,
  input: CheckInAppointmentInput,
): Promise<Appointment> => stepOfVisit(context, input, 'CHECKEDIN');
export const startAppointment = (
  context: Context,
  input: StartAppointmentInput,
): Promise<Appointment> => stepOfVisit(context, input, 'INPROGRESS');

async function stepOfVisit(
  context: Context,
  input: CheckInAppointmentInput | StartAppointmentInput,
  subStatus: string,
): Promise<Appointment> {
  requireStaff(context);
  const step = { ...input, status: AppointmentStatus.OPEN, subStatus };
  const decide = statusChange(context, step);
  return change(context, step, async (before, member, now) =>
    before.appointment.subStatusCode === subStatus ? null : decide(before, member, now),
  );
}
