import type { LogEvent } from '../../../log/event.entity';
import { APPOINTMENT } from '../../../log/log.service';
import { MS_PER_HOUR } from '../../../lib/time-zone';
import type { Appointment } from '../../appointments/model/appointment.entity';
import { BookingEventType, type Snapshot } from '../../appointments/model/events';
import { AppointmentStatus } from '../../appointments/model/status';
import { MessageKind } from '../../clients/message-kind';
import { MessageAudience, MessageChannel, type MessageType } from '../message-types';
import type { MessageDraft } from './message-draft';

/** Columns whose change plans the reminders again. */
const REMINDER_FIELDS = [
  'clientId',
  'staffId',
  'additionalStaffIds',
  'clientReminderHours',
  'staffReminderHours',
  'remindClientSmsHours',
  'remindStaffSmsHours',
];
const { CLIENT, STAFF } = MessageAudience;

/** Appointment fields with the hours between reminder and start; 0 disables the reminder. */
const REMINDER_HOURS = [
  { channel: MessageChannel.EMAIL, audience: CLIENT, field: 'clientReminderHours' },
  { channel: MessageChannel.EMAIL, audience: STAFF, field: 'staffReminderHours' },
  { channel: MessageChannel.SMS, audience: CLIENT, field: 'remindClientSmsHours' },
  { channel: MessageChannel.SMS, audience: STAFF, field: 'remindStaffSmsHours' },
] as const;

/** Returns whether an event plans the reminders again, ends them, or leaves them. */
export function reminderEffectOf(
  { type, changes, entityType }: LogEvent,
  { status, holdExpiresAt }: Appointment,
): 'renew' | 'none' | 'keep' {
  // A waitlist event does not change the appointment.
  if (entityType !== APPOINTMENT) return 'keep';
  if (status !== AppointmentStatus.OPEN || holdExpiresAt !== null) return 'none';
  const isNewTime =
    type === BookingEventType.CREATED ||
    type === BookingEventType.BOOKED ||
    type === BookingEventType.RESCHEDULED ||
    'status' in changes;
  return isNewTime || REMINDER_FIELDS.some((field) => field in changes) ? 'renew' : 'keep';
}

/** Returns every reminder of an appointment in the given state. */
export function reminders(
  { appointment, additionalStaffIds }: Pick<Snapshot, 'appointment' | 'additionalStaffIds'>,
  isOn: (type: MessageType) => boolean,
): Omit<MessageDraft, 'appointmentId' | 'seq' | 'thread'>[] {
  const ids = {
    CLIENT: appointment.clientId === null ? [] : [appointment.clientId],
    STAFF: [appointment.staffId, ...additionalStaffIds],
  };
  return REMINDER_HOURS.flatMap(({ channel, audience, field }) => {
    const type = { kind: MessageKind.REMINDER, channel, audience };
    const offsetHours = appointment[field];
    if (offsetHours <= 0 || !isOn(type)) return [];
    return ids[audience].map((recipientId) => ({
      ...type,
      recipientId,
      offsetHours,
      version: appointment.version,
      dueAt: appointment.startAt - offsetHours * MS_PER_HOUR,
    }));
  });
}
