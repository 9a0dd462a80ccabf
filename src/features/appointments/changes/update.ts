import type { Context, Member } from '../../../context';
import { at, badInput, DomainError, ErrorCode, InputProblemCode } from '../../../errors';
import { changesOf, refuseNull } from '../../../lib/patch';
import { parseGlobalId } from '../../../graphql/global-id';
import { clients } from '../../clients/client.list';
import { acceptAppointmentFields } from '../../custom-fields/values/write';
import { reasons } from '../../reasons/reason.list';
import { staff as staffSource } from '../../staff/staff.list';
import type { Staff } from '../../staff/staff.entity';
import { additionalStaffOf, blockedOf } from './company';
import { change, changed, type Change, type Decide } from './change';
import type { AppointmentChanges, UpdateAppointmentInput } from './inputs';
import { notifying } from '../model/notification-choice';
import { partsChange, type PartsChange } from './parts-change';
import { seatsFor } from './move-seats';
import type { Appointment } from '../model/appointment.entity';
import { BookingEventType } from '../model/events';
import { authoriseInput, authoriseOverride, requireClient } from '../model/rules';
import {
  contextOf,
  recheckAvailability,
  recheckAdditionalStaff,
} from '../booking/recheck-availability';
import { occupies } from '../model/status';
import type { AppointmentAggregate } from '../model/aggregate';

const NEVER_NULL = [
  'noPreference',
  'reasonId',
  'clientReminderHours',
  'staffReminderHours',
  'remindClientSmsHours',
  'remindStaffSmsHours',
  'clientConfirmed',
] as const;

export function updateAppointment(
  context: Context,
  input: UpdateAppointmentInput,
): Promise<Appointment> {
  return change(context, input, updating(context, input));
}

/**
 * Only an update of one appointment has the reason, the resources, the add-ons and the blocked
 * staff.
 */
type Input = AppointmentChanges & Partial<UpdateAppointmentInput>;

/**
 * Decides a change of an appointment that keeps its start.
 * @throws DomainError FORBIDDEN, NOT_FOUND, BAD_USER_INPUT, RULE_VIOLATED,
 * TIME_UNAVAILABLE, QUOTA_REACHED, ILLEGAL_TRANSITION
 */
export const updating =
  (context: Context, input: Input): Decide =>
  async (before, member, now) => {
    const author = { member, now };
    authoriseInput(member, input);
    authoriseOverride(member, input.override);
    refuseNull(input, [...NEVER_NULL, 'seats', 'fields']);
    const parts = await partsChange(context, author, before, input);
    const changes = {
      ...parts?.changes,
      ...changesOf(input, PLAIN),
      ...(input.changeNote === undefined ? {} : { changeReason: input.changeNote }),
      ...instantsOf(input, now),
      ...confirmationOf(input, before.appointment, now),
      ...(await referencesOf(context, member, before.appointment, input)),
    } as Partial<Appointment>;
    if (input.fields?.length || parts)
      changes.fieldValues = await fieldValuesOf(context, before.appointment, input, parts);
    if (input.coordinatorStaffId !== undefined)
      changes.coordinatorStaffId = await coordinatorId(context, input.coordinatorStaffId);
    if (input.seats !== undefined) changes.seats = seatsFor(member, before, input);
    const company = await companyOf(context, before, input);
    if (parts) changes.override = input.override;
    if (input.override && company.added.length) changes.override = true;
    const after = {
      ...changed(before, author, changes, company.rows),
      ...notifying(member, input),
      ...(parts && { addOnReasonIds: parts.addOnReasonIds }),
    };
    return {
      after,
      type: BookingEventType.UPDATED,
      reason: input.changeNote ?? null,
      override: after.appointment.override,
      ...(parts
        ? { settle: (unit, decided) => recheckAvailability(unit, before, decided, parts.meaning) }
        : await settling(context, before, company.serving, input.override)),
    };
  };

/** Columns that an update sets as given. */
const PLAIN = [
  'address',
  'meetingUrl',
  'note',
  'price',
  'taxAmount',
  'transactionFee',
  'paidAmount',
  'paymentReference',
  'invoiceReference',
  'clientReminderHours',
  'staffReminderHours',
  'remindClientSmsHours',
  'remindStaffSmsHours',
  'externalEventId',
  'batchId',
  'invitationId',
  'jobRequisitionId',
  'noPreference',
] as const;

/** @throws DomainError BAD_USER_INPUT */
function confirmationOf(
  { clientConfirmed, clientConfirmedAt }: Input,
  appointment: Appointment,
  now: number,
): Partial<Appointment> {
  if (clientConfirmed == null) return {};
  if (clientConfirmedAt !== undefined)
    throw badInput(
      InputProblemCode.NOT_ALLOWED,
      'Give clientConfirmed or clientConfirmedAt, not both: leave clientConfirmedAt out.',
      'clientConfirmedAt',
    );
  return { clientConfirmedAt: clientConfirmed ? (appointment.clientConfirmedAt ?? now) : null };
}

/**
 * Returns the color and the client.
 * @throws DomainError NOT_FOUND, FORBIDDEN, RULE_VIOLATED
 */
async function referencesOf(
  context: Context,
  member: Member,
  appointment: Appointment,
  input: Input,
): Promise<Partial<Appointment>> {
  const changes: Partial<Appointment> = {};
  if (input.color !== undefined) changes.ownColor = input.color;
  if (input.clientId !== undefined)
    changes.clientId = await clientId(context, member, input.clientId, appointment);
  return changes;
}

/** @throws DomainError NOT_FOUND */
async function coordinatorId(context: Context, globalId: string | null): Promise<number | null> {
  const path = at('coordinatorStaffId');
  if (globalId === null) return null;
  return (await staffSource.getVisible(context, parseGlobalId('Staff', globalId, path), path))
    .rowId;
}

/** @throws DomainError BAD_USER_INPUT */
function fieldValuesOf(
  context: Context,
  { reasonId, fieldValues, holdExpiresAt }: Appointment,
  input: Input,
  parts: PartsChange | null,
) {
  const next = parts?.meaning.reason.rowId ?? reasonId;
  return acceptAppointmentFields(context, next, {
    submitted: input.fields,
    before: fieldValues,
    // Another reason may require other fields. For a hold they are required only when it is booked.
    complete: next !== reasonId && holdExpiresAt === null,
    path: at('fields'),
  });
}

/**
 * Returns the staff who serve and those whose time is blocked, where the input names them.
 * @throws DomainError NOT_FOUND, RULE_VIOLATED
 */
async function companyOf(context: Context, before: AppointmentAggregate, input: Input) {
  const serving =
    input.additionalStaffIds === undefined
      ? null
      : await additionalStaffOf(context, input.additionalStaffIds, before);
  const blocked =
    input.blockedStaffIds === undefined
      ? null
      : await blockedOf(context, input.blockedStaffIds, before);
  return {
    rows: { ...(serving && { staff: serving.staff }), ...(blocked && { blocked: blocked.staff }) },
    serving: serving?.added ?? [],
    added: [...(serving?.added ?? []), ...(blocked?.added ?? [])],
  };
}

/**
 * Returns the instants that staff record manually.
 * @throws DomainError BAD_USER_INPUT for an instant in the future
 */
function instantsOf(input: Input, now: number): Partial<Appointment> {
  const names = (['clientConfirmedAt', 'checkedInAt'] as const).filter(
    (name) => input[name] !== undefined,
  );
  const later = names.find((name) => (input[name] ?? 0) > now);
  if (later)
    throw badInput(InputProblemCode.OUT_OF_RANGE, `${later} must not be in the future.`, later);
  return Object.fromEntries(names.map((name) => [name, input[name]]));
}

/** Checks added staff as in a new booking. */
async function settling(
  context: Context,
  before: AppointmentAggregate,
  added: readonly Staff[],
  override: boolean,
): Promise<Pick<Change, 'settle'>> {
  if (override || !added.length || !occupies(before.appointment.status)) return {};
  const meaning = await contextOf(context, before.appointment);
  return {
    settle: (unit, decided) => recheckAdditionalStaff(unit, before, decided, { ...meaning, added }),
  };
}

async function clientId(
  context: Context,
  member: Member,
  id: string | null,
  { holdExpiresAt, reasonId }: Appointment,
): Promise<number | null> {
  const path = ['input', 'clientId'];
  if (member.clientId !== null)
    throw new DomainError(
      ErrorCode.FORBIDDEN,
      'Only staff may change the client of an appointment.',
      { path },
    );
  if (id === null && holdExpiresAt === null)
    requireClient(await reasons.getById(context, reasonId), false);
  return id === null
    ? null
    : (await clients.getVisible(context, parseGlobalId('Client', id, path), path)).rowId;
}
