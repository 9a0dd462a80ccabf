import type { Context, Member } from '../../context';
import { at, DomainError, ErrorCode, violated } from '../../errors';
import { changesOf, refuseNull } from '../../shared/changes';
import { parseGlobalId, parseGlobalIds } from '../../shared/global-id';
import { clients } from '../clients/client.source';
import { saidOfAppointment } from '../custom-fields/field-value.write';
import type { Staff } from '../staff/staff.entity';
import { staff as staffSource } from '../staff/staff.source';
import { change, changed, type Change, type Decide } from './appointment.change';
import type { UpdateAppointmentInput } from './appointment.change.inputs';
import { seatsFor } from './appointment.seat-change';
import type { Appointment } from './appointment.entity';
import { BookingEventType } from './appointment.events';
import { authoriseInput, authoriseOverride } from './appointment.rules';
import { meaningOf, settleCompany } from './appointment.settle';
import { occupies } from './appointment.status';
import type { Served } from './appointment.write';

const NEVER_NULL = ['clientReminderHours', 'staffReminderHours', 'remindClientSmsHours', 'remindStaffSmsHours', 'clientConfirmed'] as const;

export function updateAppointment(context: Context, input: UpdateAppointmentInput): Promise<Appointment> {
  return change(context, input, updating(context, input));
}

/** What is said of an appointment is changed; its time stays. @throws DomainError FORBIDDEN, NOT_FOUND, BAD_USER_INPUT, INVALID_FIELDS, RULE_VIOLATED, TIME_UNAVAILABLE */
export const updating = (context: Context, input: UpdateAppointmentInput): Decide => async (before, member, now) => {
  authoriseInput(member, input);
  authoriseOverride(member, input.override);
  refuseNull(input, [...NEVER_NULL, 'seats', 'fields']);
  const changes: Partial<Appointment> = changesOf(input, [
    'address', 'meetingUrl', 'note', 'price', 'taxAmount', 'transactionFee', 'paidAmount', 'paymentReference', 'clientReminderHours',
    'staffReminderHours', 'remindClientSmsHours', 'remindStaffSmsHours', 'externalEventId', 'batchId', 'invitationId', 'jobRequisitionId', 'changeReason',
  ]) as Partial<Appointment>;
  if (input.color !== undefined) changes.ownColor = input.color;
  if (input.clientConfirmed != null) changes.clientConfirmedAt = input.clientConfirmed ? before.appointment.clientConfirmedAt ?? now : null;
  if (input.clientId !== undefined) changes.clientId = await clientId(context, member, input.clientId);
  if (input.fields?.length) {
    const { reasonId, fieldValues } = before.appointment;
    changes.fieldValues = await saidOfAppointment(context, reasonId, { given: input.fields, before: fieldValues, complete: false, path: at('fields') });
  }
  if (input.coordinatorStaffId !== undefined) {
    const path = at('coordinatorStaffId');
    changes.coordinatorStaffId = input.coordinatorStaffId === null
      ? null
      : (await staffSource.get(context, parseGlobalId('Staff', input.coordinatorStaffId, path), path)).rowId;
  }
  if (input.seats !== undefined) changes.seats = seatsFor(member, before, input);
  const company = input.additionalStaffIds === undefined ? null : await companyOf(context, input.additionalStaffIds, before);
  if (company?.added.length && input.override) changes.override = true;
  const after = changed(before, member, now, changes, company?.staff);
  return { after, type: BookingEventType.UPDATED, reason: input.changeReason ?? null, override: after.appointment.override, ...(company && await settling(context, member, before, company.added, input.override, now)) };
};

interface Company { readonly staff: readonly Staff[]; readonly added: readonly Staff[] }

/** Who serves from now on, and who of them did not before. @throws DomainError NOT_FOUND, RULE_VIOLATED */
async function companyOf(context: Context, given: readonly string[] | null, { appointment, staff, session }: Served): Promise<Company> {
  const path = at('additionalStaffIds');
  if (session) throw new DomainError(ErrorCode.RULE_VIOLATED, 'Who serves a class is said of its session.', { path });
  const ids = [...new Set(parseGlobalIds('Staff', given ?? [], path))].filter((id) => id !== appointment.staffId);
  const others = await Promise.all(ids.map((id) => staffSource.get(context, id, path)));
  const added = others.filter(({ rowId }) => !staff.some((known) => known.rowId === rowId));
  const absent = added.find(({ active, acceptsAppointments }) => !active || !acceptsAppointments);
  if (absent) throw violated(`${absent.fullName} takes no appointments.`, 'additionalStaffIds');
  return { staff: [staff[0] as Staff, ...others], added };
}

/** Who comes in beside the others is bound as in a new booking. */
async function settling(context: Context, member: Member, before: Served, added: readonly Staff[], override: boolean, now: number): Promise<Pick<Change, 'settle'>> {
  if (override || !added.length || !occupies(before.appointment.status)) return {};
  const meaning = await meaningOf(context, before.appointment);
  return { settle: (tx, wanted) => settleCompany(context, tx, member, before, wanted, added, meaning, now) };
}

async function clientId(context: Context, member: Member, id: string | null): Promise<number | null> {
  const path = ['input', 'clientId'];
  if (member.clientId !== null) throw new DomainError(ErrorCode.FORBIDDEN, 'Only staff may give an appointment to somebody else.', { path });
  return id === null ? null : (await clients.get(context, parseGlobalId('Client', id, path), path)).rowId;
}
