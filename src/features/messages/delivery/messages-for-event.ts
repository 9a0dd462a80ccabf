import { MS_PER_DAY } from '../../../lib/time-zone';
import type { LogEvent } from '../../../log/event.entity';
import type { Appointment } from '../../appointments/model/appointment.entity';
import { snapshotOf } from '../../appointments/model/events';
import type { MessageKind } from '../../clients/message-kind';
import { MESSAGE_TYPES, MessageAudience, type MessageType } from '../message-types';
import { announcementsOf } from './announcements';
import type { MessageDraft } from './message-draft';
import { reminderEffectOf, reminders } from './reminders';

export interface MessagePlan {
  readonly messages: readonly MessageDraft[];
  /** Whether the reminders planned earlier for this appointment are void. */
  readonly voidReminders: boolean;
}

/** Older events cause no immediate message, so that planning an old log notifies of nothing. */
const MAX_EVENT_AGE_MS = MS_PER_DAY;
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
  const { appointment } = snapshotOf(event);
  const common = {
    appointmentId: appointment.rowId,
    seq: event.seq as number,
    thread: threadOf(appointment),
  };
  const announcements =
    now - event.occurredAt > MAX_EVENT_AGE_MS
      ? []
      : announcementsOf(event).filter(({ audience }) => isRequested(event, audience));
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
  return (audience === MessageAudience.CLIENT ? notify?.client : notify?.staff) ?? true;
};
