import type { Context, Member } from '../../../context';
import { at, badInput, DomainError, ErrorCode, violated } from '../../../errors';
import { changesOf, refuseNull } from '../../../lib/patch';
import { parseGlobalId, parseGlobalIds } from '../../../graphql/global-id';
import { clients } from '../../clients/client.source';
import { acceptAppointmentFields } from '../../custom-fields/values/write';
import { reasons } from '../../reasons/reason.source';
import type { Staff } from '../../staff/staff.entity';
import { staff as staffSource } from '../../staff/staff.source';
import { change, changed, type Change, type Decide } from './change';
import type { AppointmentChanges, UpdateAppointmentInput } from './inputs';
import { notifying } from '../model/notification-choice';
import { partsChange } from './parts-change';
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
 * @throws DomainError FORBIDDEN, NOT_FOUND, BAD_USER_INPUT, INVALID_FIELDS, RULE_VIOLATED,
 * TIME_UNAVAILABLE, QUOTA_REACHED, ILLEGAL_TRANSITION
 */
export const updating =
  (context: Context, input: Input): Decide =>
  async (before, member, now) => {
    authoriseInput(member, input);
    authoriseOverride(member, input.override);
    refuseNull(input, [...NEVER_NULL, 'seats', 'fields']);
    const parts = await partsChange(context, member, before, input, now);
    const changes: Partial<Appointment> = {
      ...parts?.changes,
      ...changesOf(input, [
        'address',
        'meetingUrl',
        'note',
        'price',
        'taxAmount',
        'transactionFee',
        'paidAmount',
        'paymentReference',
        'clientReminderHours',
        'staffReminderHours',
        'remindClientSmsHours',
        'remindStaffSmsHours',
        'externalEventId',
        'batchId',
        'invitationId',
        'jobRequisitionId',
        'changeReason',
        'noPreference',
      ]),
      ...instantsOf(input, now),
    } as Partial<Appointment>;
    if (input.color !== undefined) changes.ownColor = input.color;
    if (input.clientConfirmed != null && input.clientConfirmedAt !== undefined)
      throw badInput('Give clientConfirmed or clientConfirmedAt, not both.', 'clientConfirmedAt');
    if (input.clientConfirmed != null)
      changes.clientConfirmedAt = input.clientConfirmed
        ? (before.appointment.clientConfirmedAt ?? now)
        : null;
    if (input.clientId !== undefined)
      changes.clientId = await clientId(context, member, input.clientId, before.appointment);
    if (input.fields?.length || parts) {
      const { reasonId, fieldValues, holdExpiresAt } = before.appointment;
      const next = parts?.meaning.reason.rowId ?? reasonId;
      // Another reason may require other fields. For a hold they are required only when it is
      // booked.
      const complete = next !== reasonId && holdExpiresAt === null;
      changes.fieldValues = await acceptAppointmentFields(context, next, {
        given: input.fields,
        before: fieldValues,
        complete,
        path: at('fields'),
      });
    }
    if (input.coordinatorStaffId !== undefined) {
      const path = at('coordinatorStaffId');
      changes.coordinatorStaffId =
        input.coordinatorStaffId === null
          ? null
          : (
              await staffSource.getVisible(
                context,
                parseGlobalId('Staff', input.coordinatorStaffId, path),
                path,
              )
            ).rowId;
    }
    if (input.seats !== undefined) changes.seats = seatsFor(member, before, input);
    const company =
      input.additionalStaffIds === undefined
        ? null
        : await additionalStaffOf(context, input.additionalStaffIds, before);
    const blocked =
      input.blockedStaffIds === undefined
        ? null
        : await blockedOf(context, input.blockedStaffIds, before);
    if (parts) changes.override = input.override;
    if (input.override && (company?.added.length || blocked?.added.length)) changes.override = true;
    const said = changed(before, member, now, changes, {
      ...(company && { staff: company.staff }),
      ...(blocked && { blocked: blocked.staff }),
    });
    const after = {
      ...said,
      ...notifying(member, input),
      ...(parts && { addOnReasonIds: parts.addOnReasonIds }),
    };
    const common = {
      after,
      type: BookingEventType.UPDATED,
      reason: input.changeReason ?? null,
      override: after.appointment.override,
    };
    if (parts)
      return {
        ...common,
        settle: (tx, wanted) =>
          recheckAvailability(context, tx, member, before, wanted, parts.meaning, now),
      };
    return {
      ...common,
      ...(company && (await settling(context, member, before, company.added, input.override, now))),
    };
  };

/**
 * Returns the instants that staff record manually.
 * @throws DomainError BAD_USER_INPUT for an instant in the future
 */
function instantsOf(input: Input, now: number): Partial<Appointment> {
  const names = (['clientConfirmedAt', 'checkedInAt'] as const).filter(
    (name) => input[name] !== undefined,
  );
  const later = names.find((name) => (input[name] ?? 0) > now);
  if (later) throw badInput(`${later} must not be in the future.`, later);
  return Object.fromEntries(names.map((name) => [name, input[name]]));
}

/**
 * Returns the staff whose time is only blocked, without those who serve.
 * @throws DomainError NOT_FOUND, RULE_VIOLATED
 */
async function blockedOf(
  context: Context,
  given: readonly string[] | null,
  { staff, blocked = [], session }: AppointmentAggregate,
): Promise<Company> {
  const path = at('blockedStaffIds');
  if (session)
    throw new DomainError(
      ErrorCode.RULE_VIOLATED,
      'The session of a class defines who serves: leave this out.',
      {
        path,
      },
    );
  const ids = [...new Set(parseGlobalIds('Staff', given ?? [], path))];
  const rows = await Promise.all(ids.map((id) => staffSource.getVisible(context, id, path)));
  const added = rows.filter(
    ({ rowId }) => ![...staff, ...blocked].some((known) => known.rowId === rowId),
  );
  const absent = added.find(({ active }) => !active);
  if (absent) throw violated(`${absent.fullName} takes no appointments.`, 'blockedStaffIds');
  return { staff: rows, added };
}

interface Company {
  readonly staff: readonly Staff[];
  readonly added: readonly Staff[];
}

/**
 * Returns the staff who serve from now on, and those added.
 * @throws DomainError NOT_FOUND, RULE_VIOLATED
 */
async function additionalStaffOf(
  context: Context,
  given: readonly string[] | null,
  { appointment, staff, session }: AppointmentAggregate,
): Promise<Company> {
  const path = at('additionalStaffIds');
  if (session)
    throw new DomainError(
      ErrorCode.RULE_VIOLATED,
      'The session of a class defines who serves: leave this out.',
      {
        path,
      },
    );
  const ids = [...new Set(parseGlobalIds('Staff', given ?? [], path))].filter(
    (id) => id !== appointment.staffId,
  );
  const others = await Promise.all(ids.map((id) => staffSource.getVisible(context, id, path)));
  const added = others.filter(({ rowId }) => !staff.some((known) => known.rowId === rowId));
  const absent = added.find(({ active, acceptsAppointments }) => !active || !acceptsAppointments);
  if (absent) throw violated(`${absent.fullName} takes no appointments.`, 'additionalStaffIds');
  return { staff: [staff[0] as Staff, ...others], added };
}

/** Checks added staff as in a new booking. */
async function settling(
  context: Context,
  member: Member,
  before: AppointmentAggregate,
  added: readonly Staff[],
  override: boolean,
  now: number,
): Promise<Pick<Change, 'settle'>> {
  if (override || !added.length || !occupies(before.appointment.status)) return {};
  const meaning = await contextOf(context, before.appointment);
  return {
    settle: (tx, wanted) =>
      recheckAdditionalStaff(context, tx, member, before, wanted, added, meaning, now),
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
