import { MS_PER_DAY, MS_PER_HOUR } from '../../../lib/time-zone';
import type { Appointment } from '../../appointments/model/appointment.entity';
import { BookingEventType, snapshotOf, type Snapshot } from '../../appointments/model/events';
import { AppointmentStatus } from '../../appointments/model/status';
import { MessageKind } from '../../clients/message-kind';
import type { LogEvent } from '../../../log/event.entity';
import { APPOINTMENT } from '../../../log/log.service';
import { MESSAGE_TYPES, MessageAudience, MessageChannel, type MessageType } from '../message-types';

export interface MessageDraft extends MessageType {
  readonly appointmentId: number;
  readonly recipientId: number;
  readonly offsetHours: number;
  readonly version: number;
  readonly seq: number;
  readonly dueAt: number;
  /** Ordering key: messages of a thread reach a recipient in the order of their events. */
  readonly thread: string;
}

export interface MessagePlan {
  readonly messages: readonly MessageDraft[];
  /** Whether the reminders planned earlier for this appointment are void. */
  readonly voidReminders: boolean;
}

interface Announcement {
  readonly kind: MessageKind;
  readonly audience: MessageAudience;
  readonly ids: readonly number[];
  readonly version?: number;
}

/** Older events cause no immediate message, so that planning an old log notifies of nothing. */
const MAX_EVENT_AGE_MS = MS_PER_DAY;
const PLACE_AND_TIME = [
  'reasonId',
  'addOnReasonIds',
  'startAt',
  'endAt',
  'locationId',
  'address',
  'meetingUrl',
  'staffId',
];
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

/** Returns the immediate messages and the reminders that an event causes. Pure. */
export function messagesFor(
  event: LogEvent,
  isOn: (type: MessageType) => boolean,
  now: number,
): MessagePlan {
  const snapshot = snapshotOf(event);
  const { appointment } = snapshot;
  const common = {
    appointmentId: appointment.rowId,
    seq: event.seq as number,
    thread: threadOf(appointment),
  };
  const reminderEffect = reminderEffectOf(event, appointment);
  const later =
    reminderEffect === 'renew'
      ? reminders(snapshot, isOn)
          .map((planned) => ({ ...common, ...planned }))
          .filter(({ dueAt }) => dueAt > event.occurredAt)
      : [];
  return {
    messages: [...(snapshot.together ? [] : immediateMessages(event, isOn, now)), ...later],
    voidReminders: reminderEffect !== 'keep',
  };
}

/** Returns one thread for all appointments of a series. */
const threadOf = ({ rowId, recurringAppointmentId }: Appointment): string =>
  recurringAppointmentId === null ? String(rowId) : `series ${recurringAppointmentId}`;

function immediateMessages(
  event: LogEvent,
  isOn: (type: MessageType) => boolean,
  now: number,
): MessageDraft[] {
  const snapshot = snapshotOf(event);
  const { appointment } = snapshot;
  const common = {
    appointmentId: appointment.rowId,
    seq: event.seq as number,
    thread: threadOf(appointment),
  };
  const announcements =
    now - event.occurredAt > MAX_EVENT_AGE_MS
      ? []
      : announcementsOf(event, snapshot).filter(({ audience }) => isRequested(event, audience));
  return announcements.flatMap(({ kind, audience, ids, version = appointment.version }) =>
    (ids.length ? typesOf(kind, audience) : []).filter(isOn).flatMap((type) =>
      ids.map((recipientId) => ({
        ...common,
        ...type,
        recipientId,
        offsetHours: 0,
        version,
        dueAt: event.occurredAt,
      })),
    ),
  );
}

const byReader = new Map<string, readonly MessageType[]>();

/** Returns the message types of a kind for an audience, one for each channel. Cached. */
function typesOf(kind: MessageKind, audience: MessageAudience): readonly MessageType[] {
  const name = `${kind} ${audience}`;
  const types =
    byReader.get(name) ??
    MESSAGE_TYPES.filter((type) => type.kind === kind && type.audience === audience);
  byReader.set(name, types);
  return types;
}

type Reader = Pick<MessageDraft, 'kind' | 'channel' | 'audience' | 'recipientId'>;
const nameOf = ({ kind, channel, audience, recipientId }: Reader): string =>
  [kind, channel, audience, recipientId].join(' ');

/**
 * Returns one message for each recipient of a batch event: about the first event that concerns the
 * recipient. `parts` are sorted by start. Pure.
 */
export function batchMessages(
  event: LogEvent,
  parts: readonly LogEvent[],
  isOn: (type: MessageType) => boolean,
  now: number,
): MessageDraft[] {
  const byReader = new Map<string, MessageDraft>();
  for (const planned of parts.flatMap((part) => immediateMessages(part, isOn, now))) {
    if (!byReader.has(nameOf(planned)))
      byReader.set(nameOf(planned), { ...planned, seq: event.seq as number });
  }
  return [...byReader.values()];
}

/** Returns the events of a batch that concern the recipient of a message. */
export const eventsForReader = (message: Reader, parts: readonly LogEvent[]): LogEvent[] =>
  parts.filter((part) =>
    immediateMessages(part, () => true, part.occurredAt).some(
      (planned) => nameOf(planned) === nameOf(message),
    ),
  );

/** Whether the caller of the command left notifications of this audience enabled. */
const isRequested = ({ snapshot }: LogEvent, audience: MessageAudience): boolean => {
  const { notify } = snapshot as { notify?: { client?: boolean; staff?: boolean } };
  return (audience === CLIENT ? notify?.client : notify?.staff) ?? true;
};

function announcementsOf(
  event: LogEvent,
  { appointment, additionalStaffIds }: Snapshot,
): Announcement[] {
  const staff = [appointment.staffId, ...additionalStaffIds];
  const clients = appointment.clientId === null ? [] : [appointment.clientId];
  const both = (kind: MessageKind): Announcement[] => [
    { kind, audience: CLIENT, ids: clients },
    { kind, audience: STAFF, ids: staff },
  ];
  const isPast = appointment.endAt <= event.occurredAt;
  switch (event.type as BookingEventType) {
    case BookingEventType.WAITLIST_INVITED:
      return invitationAnnouncement(event);
    case BookingEventType.COMPLETED:
      return [{ kind: MessageKind.THANK_YOU, audience: CLIENT, ids: clients }];
    case BookingEventType.NO_SHOW:
      return [{ kind: MessageKind.NO_SHOW, audience: CLIENT, ids: clients }];
  }
  // Neither a hold nor a past appointment is announced.
  if (appointment.holdExpiresAt !== null || isPast) return [];
  const isUnconfirmed = appointment.subStatusCode === 'PENDING_CONFIRMATION';
  const isOpen = appointment.status === AppointmentStatus.OPEN;
  const booked = (): Announcement[] => {
    if (isUnconfirmed)
      return [{ kind: MessageKind.STAFF_CONFIRMATION_REQUEST, audience: STAFF, ids: staff }];
    return isOpen ? both(MessageKind.CONFIRMATION) : [];
  };
  switch (event.type as BookingEventType) {
    case BookingEventType.CREATED:
    case BookingEventType.BOOKED:
      return booked();
    case BookingEventType.STATUS_CHANGED:
      return event.changes.status ? booked() : [];
    case BookingEventType.CANCELLED:
      return both(MessageKind.CANCELLATION);
    case BookingEventType.RESCHEDULED:
    case BookingEventType.UPDATED:
      if (isUnconfirmed) return booked().filter(() => isMove(event));
      return isOpen ? announcementsOfUpdate(event, clients, staff) : [];
    default:
      return [];
  }
}

const isMove = ({ changes }: LogEvent): boolean => PLACE_AND_TIME.some((field) => field in changes);

/**
 * Returns a confirmation for added people, a cancellation for removed people, and a change for the
 * others if time or place changed.
 */
function announcementsOfUpdate(
  event: LogEvent,
  clients: readonly number[],
  staff: readonly number[],
): Announcement[] {
  const previous = <T>(field: string, now: T): T =>
    event.changes[field] ? (event.changes[field][0] as T) : now;
  const [main, ...others] = staff;
  const clientsBefore = [previous<number | null>('clientId', clients[0] ?? null)].filter(
    (id) => id !== null,
  );
  const staffBefore = [
    previous('staffId', main as number),
    ...previous('additionalStaffIds', others),
  ];
  return [
    ...differences(CLIENT, clientsBefore, clients, isMove(event)),
    ...differences(STAFF, staffBefore, staff, isMove(event)),
  ];
}

const differences = (
  audience: MessageAudience,
  before: readonly number[],
  after: readonly number[],
  moved: boolean,
): Announcement[] => [
  { kind: MessageKind.CONFIRMATION, audience, ids: after.filter((id) => !before.includes(id)) },
  { kind: MessageKind.CANCELLATION, audience, ids: before.filter((id) => !after.includes(id)) },
  {
    kind: MessageKind.CHANGE,
    audience,
    ids: moved ? after.filter((id) => before.includes(id)) : [],
  },
];

function invitationAnnouncement({ snapshot }: LogEvent): Announcement[] {
  const { waitlistEntry } = snapshot as {
    waitlistEntry?: { clientId: number | null; version: number };
  };
  return waitlistEntry?.clientId == null
    ? []
    : [
        {
          kind: MessageKind.WAITLIST_INVITATION,
          audience: CLIENT,
          ids: [waitlistEntry.clientId],
          version: waitlistEntry.version,
        },
      ];
}

function reminderEffectOf(
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
