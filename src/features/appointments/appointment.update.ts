import type { Context, Member } from '../../context';
import { at, DomainError, ErrorCode } from '../../errors';
import { changesOf, refuseNull } from '../../shared/changes';
import { parseGlobalId, parseGlobalIds } from '../../shared/global-id';
import { clients } from '../clients/client.source';
import { saidOfAppointment } from '../custom-fields/field-value.write';
import type { Staff } from '../staff/staff.entity';
import { staff as staffSource } from '../staff/staff.source';
import { change, changed, type Decide } from './appointment.change';
import type { UpdateAppointmentInput } from './appointment.change.inputs';
import { seatsFor } from './appointment.seat-change';
import type { Appointment } from './appointment.entity';
import { BookingEventType } from './appointment.events';
import { authoriseInput } from './appointment.rules';

const NEVER_NULL = ['clientReminderHours', 'staffReminderHours', 'remindClientSmsHours', 'remindStaffSmsHours', 'clientConfirmed'] as const;

export function updateAppointment(context: Context, input: UpdateAppointmentInput): Promise<Appointment> {
  return change(context, 'updateAppointment', input, updating(context, input));
}

/** What is said of an appointment is changed; its time stays. @throws DomainError FORBIDDEN, NOT_FOUND, BAD_USER_INPUT, INVALID_FIELDS */
export const updating = (context: Context, input: UpdateAppointmentInput): Decide => async (before, member, now) => {
  authoriseInput(member, input);
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
  let { staff } = before;
  if (input.additionalStaffIds !== undefined) {
    const path = at('additionalStaffIds');
    if (before.session) throw new DomainError(ErrorCode.RULE_VIOLATED, 'Who serves a class is said of its session.', { path });
    const ids = [...new Set(parseGlobalIds('Staff', input.additionalStaffIds ?? [], path))].filter((id) => id !== before.appointment.staffId);
    staff = [before.staff[0] as Staff, ...(await Promise.all(ids.map((id) => staffSource.get(context, id, path))))];
  }
  return { after: changed(before, member, now, changes, staff), type: BookingEventType.UPDATED, reason: input.changeReason ?? null };
};

async function clientId(context: Context, member: Member, id: string | null): Promise<number | null> {
  const path = ['input', 'clientId'];
  if (member.clientId !== null) throw new DomainError(ErrorCode.FORBIDDEN, 'Only staff may give an appointment to somebody else.', { path });
  return id === null ? null : (await clients.get(context, parseGlobalId('Client', id, path), path)).rowId;
}
