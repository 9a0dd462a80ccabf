import { MS_PER_DAY, MS_PER_HOUR } from '../../../lib/time-zone';
import type { Appointment } from '../../appointments/model/appointment.entity';
import { BookingEventType, snapshotOf, type Snapshot } from '../../appointments/model/events';
import { AppointmentStatus } from '../../appointments/model/status';
import { MessageKind } from '../../clients/message-kind';
import type { LogEvent } from '../../../log/event.entity';
import { APPOINTMENT } from '../../../log/log.service';
import { MESSAGE_TYPES, MessageAudience, MessageChannel, type MessageType } from '../message.kinds';

export interface Planned extends MessageType {
  readonly appointmentId: number;
  readonly recipientId: number;
  readonly offsetHours: number;
  readonly version: number;
  readonly seq: number;
  readonly dueAt: number;
  /** What has the same is told to a reader in the order in which it happened. */
  readonly thread: string;
}

export interface Plan {
  readonly messages: readonly Planned[];
  /** Reminders that were planned for this appointment before are void. */
  readonly voidReminders: boolean;
}

interface Told {
  readonly kind: MessageKind;
  readonly audience: MessageAudience;
  readonly ids: readonly number[];
  readonly version?: number;
}

/** What happened longer ago is no longer told: an old log is not news. */
const NEWS_MS = MS_PER_DAY;
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
const RENEWING = [
  'clientId',
  'staffId',
  'additionalStaffIds',
  'clientReminderHours',
  'staffReminderHours',
  'remindClientSmsHours',
  'remindStaffSmsHours',
];
const { CLIENT, STAFF } = MessageAudience;

/** The field of an appointment that says how many hours before its start somebody is reminded; 0 for never. */
export const REMINDER_HOURS = [
  { channel: MessageChannel.EMAIL, audience: CLIENT, field: 'clientReminderHours' },
  { channel: MessageChannel.EMAIL, audience: STAFF, field: 'staffReminderHours' },
  { channel: MessageChannel.SMS, audience: CLIENT, field: 'remindClientSmsHours' },
  { channel: MessageChannel.SMS, audience: STAFF, field: 'remindStaffSmsHours' },
] as const;

/** What an event of an appointment's life has to be told to whom, at once and later. Pure. */
export function planOf(event: LogEvent, isOn: (type: MessageType) => boolean, now: number): Plan {
  const snapshot = snapshotOf(event);
  const { appointment } = snapshot;
  const common = {
    appointmentId: appointment.rowId,
    seq: event.seq as number,
    thread: threadOf(appointment),
  };
  const reminded = remindersOf(event, appointment);
  const later =
    reminded === 'renew'
      ? reminders(snapshot, isOn)
          .map((planned) => ({ ...common, ...planned }))
          .filter(({ dueAt }) => dueAt > event.occurredAt)
      : [];
  return {
    messages: [...(snapshot.together ? [] : atOnceOf(event, isOn, now)), ...later],
    voidReminders: reminded !== 'keep',
  };
}

/** A series is one story. */
const threadOf = ({ rowId, recurringAppointmentId }: Appointment): string =>
  recurringAppointmentId === null ? String(rowId) : `series ${recurringAppointmentId}`;

function atOnceOf(event: LogEvent, isOn: (type: MessageType) => boolean, now: number): Planned[] {
  const snapshot = snapshotOf(event);
  const { appointment } = snapshot;
  const common = {
    appointmentId: appointment.rowId,
    seq: event.seq as number,
    thread: threadOf(appointment),
  };
  const told =
    now - event.occurredAt > NEWS_MS
      ? []
      : toldOf(event, snapshot).filter(({ audience }) => wanted(event, audience));
  return told.flatMap(({ kind, audience, ids, version = appointment.version }) =>
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

/** By which channels something is told to somebody. */
function typesOf(kind: MessageKind, audience: MessageAudience): readonly MessageType[] {
  const name = `${kind} ${audience}`;
  const types =
    byReader.get(name) ??
    MESSAGE_TYPES.filter((type) => type.kind === kind && type.audience === audience);
  byReader.set(name, types);
  return types;
}

type Reader = Pick<Planned, 'kind' | 'channel' | 'audience' | 'recipientId'>;
const nameOf = ({ kind, channel, audience, recipientId }: Reader): string =>
  [kind, channel, audience, recipientId].join(' ');

/** Of several appointments that one command has changed, by their start, each reader is told once: of the first, and with it of all that concern them. Pure. */
export function togetherOf(
  event: LogEvent,
  parts: readonly LogEvent[],
  isOn: (type: MessageType) => boolean,
  now: number,
): Planned[] {
  const byReader = new Map<string, Planned>();
  for (const planned of parts.flatMap((part) => atOnceOf(part, isOn, now))) {
    if (!byReader.has(nameOf(planned)))
      byReader.set(nameOf(planned), { ...planned, seq: event.seq as number });
  }
  return [...byReader.values()];
}

/** Those of several that concern the reader of a message. */
export const concerning = (message: Reader, parts: readonly LogEvent[]): LogEvent[] =>
  parts.filter((part) =>
    atOnceOf(part, () => true, part.occurredAt).some(
      (planned) => nameOf(planned) === nameOf(message),
    ),
  );

/** Whoever made the change may have asked that one side is not told of it. */
const wanted = ({ snapshot }: LogEvent, audience: MessageAudience): boolean => {
  const { notify } = snapshot as { notify?: { client?: boolean; staff?: boolean } };
  return (audience === CLIENT ? notify?.client : notify?.staff) ?? true;
};

function toldOf(event: LogEvent, { appointment, additionalStaffIds }: Snapshot): Told[] {
  const staff = [appointment.staffId, ...additionalStaffIds];
  const clients = appointment.clientId === null ? [] : [appointment.clientId];
  const both = (kind: MessageKind): Told[] => [
    { kind, audience: CLIENT, ids: clients },
    { kind, audience: STAFF, ids: staff },
  ];
  const over = appointment.endAt <= event.occurredAt;
  switch (event.type as BookingEventType) {
    case BookingEventType.WAITLIST_INVITED:
      return invited(event);
    case BookingEventType.COMPLETED:
      return [{ kind: MessageKind.THANK_YOU, audience: CLIENT, ids: clients }];
    case BookingEventType.NO_SHOW:
      return [{ kind: MessageKind.NO_SHOW, audience: CLIENT, ids: clients }];
  }
  // A hold is not yet anybody's appointment, and what is over needs no words.
  if (appointment.holdExpiresAt !== null || over) return [];
  const waits = appointment.subStatusCode === 'PENDING_CONFIRMATION';
  const booked = (): Told[] =>
    waits
      ? [{ kind: MessageKind.STAFF_CONFIRMATION_REQUEST, audience: STAFF, ids: staff }]
      : appointment.status === AppointmentStatus.OPEN
        ? both(MessageKind.CONFIRMATION)
        : [];
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
      return waits
        ? booked().filter(() => movesOf(event))
        : appointment.status === AppointmentStatus.OPEN
          ? changed(event, clients, staff)
          : [];
    default:
      return [];
  }
}

const movesOf = ({ changes }: LogEvent): boolean =>
  PLACE_AND_TIME.some((field) => field in changes);

/** Who came to it has a new appointment, who left it has one less, the others one that changed: if it moved at all. */
function changed(event: LogEvent, clients: readonly number[], staff: readonly number[]): Told[] {
  const was = <T>(field: string, now: T): T =>
    event.changes[field] ? (event.changes[field][0] as T) : now;
  const [main, ...others] = staff;
  const clientsBefore = [was<number | null>('clientId', clients[0] ?? null)].filter(
    (id) => id !== null,
  );
  const staffBefore = [was('staffId', main as number), ...was('additionalStaffIds', others)];
  return [
    ...differences(CLIENT, clientsBefore, clients, movesOf(event)),
    ...differences(STAFF, staffBefore, staff, movesOf(event)),
  ];
}

const differences = (
  audience: MessageAudience,
  before: readonly number[],
  after: readonly number[],
  moved: boolean,
): Told[] => [
  { kind: MessageKind.CONFIRMATION, audience, ids: after.filter((id) => !before.includes(id)) },
  { kind: MessageKind.CANCELLATION, audience, ids: before.filter((id) => !after.includes(id)) },
  {
    kind: MessageKind.CHANGE,
    audience,
    ids: moved ? after.filter((id) => before.includes(id)) : [],
  },
];

function invited({ snapshot }: LogEvent): Told[] {
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

function remindersOf(
  { type, changes, entityType }: LogEvent,
  { status, holdExpiresAt }: Appointment,
): 'renew' | 'none' | 'keep' {
  // What the waitlist tells of an appointment has changed nothing in it.
  if (entityType !== APPOINTMENT) return 'keep';
  if (status !== AppointmentStatus.OPEN || holdExpiresAt !== null) return 'none';
  const fresh =
    type === BookingEventType.CREATED ||
    type === BookingEventType.BOOKED ||
    type === BookingEventType.RESCHEDULED ||
    'status' in changes;
  return fresh || RENEWING.some((field) => field in changes) ? 'renew' : 'keep';
}

/** Every reminder of an appointment as it stands. */
export function reminders(
  { appointment, additionalStaffIds }: Pick<Snapshot, 'appointment' | 'additionalStaffIds'>,
  isOn: (type: MessageType) => boolean,
): Omit<Planned, 'appointmentId' | 'seq' | 'thread'>[] {
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
