import { newRow } from '../../../db/new-row';
import type { WriteUnit } from '../../../context';
import { isOneOf, raw, sql } from '../../../db/sql';
import { insertIgnoringConflicts } from '../../../db/table';
import { MessageKind } from '../../clients/message-kind';
import { enqueue, withdraw } from '../../../jobs/queue';
import { Message, MessageState } from '../message.entity';
import { MessageAudience } from '../message-types';
import type { MessageDraft } from './message-draft';

export const SEND = 'message.send';

/**
 * Concurrent sends of one business and channel: an unresponsive mail server leaves capacity for
 * other jobs.
 */
const MAX_CONCURRENT_SENDS = 8;

const keyOf = (messageId: number): string => `message:${messageId}`;

export type PlannedMessage = Message & Pick<MessageDraft, 'thread'>;

/** Returns the row of a planned message. */
export const rowOf = (
  businessId: number,
  rowId: number,
  planned: MessageDraft,
  createdAt: number,
): PlannedMessage =>
  newRow(Message, {
    ...planned,
    businessId,
    rowId,
    state: MessageState.PLANNED,
    createdAt,
    clientId: planned.audience === MessageAudience.CLIENT ? planned.recipientId : null,
    staffId: planned.audience === MessageAudience.STAFF ? planned.recipientId : null,
    detail: null,
    sentTo: null,
    language: null,
    subject: null,
    text: null,
    html: null,
    invitation: null,
    sentAt: null,
  }) as PlannedMessage;

/**
 * Inserts messages, and jobs for those that are still planned. Jobs of one recipient and thread run
 * in the order of their events.
 */
export async function addMessages(
  { tx, member, now }: WriteUnit,
  rows: readonly PlannedMessage[],
): Promise<void> {
  if (!rows.length) return;
  const { businessId } = member;
  await insertIgnoringConflicts(tx, Message, rows, { later: true });
  const waiting = rows.filter(({ state }) => state === MessageState.PLANNED);
  if (!waiting.length) return;
  await enqueue(
    tx,
    now,
    ...waiting.map(({ rowId, kind, channel, audience, thread, recipientId, dueAt }) => ({
      businessId,
      kind: SEND,
      key: keyOf(rowId),
      payload: { messageId: rowId },
      group: { key: `message:${channel}`, limit: MAX_CONCURRENT_SENDS },
      ...(kind === MessageKind.REMINDER
        ? { runAt: dueAt }
        : { orderingKey: `message:${thread}:${channel}:${audience}:${recipientId}` }),
    })),
  );
}

/** Voids the unsent reminders of these appointments, and withdraws their jobs. */
export async function voidReminders(
  { tx, member }: WriteUnit,
  appointmentIds: readonly number[],
): Promise<void> {
  if (!appointmentIds.length) return;
  const { businessId } = member;
  const planned = await tx.all<{ id: number }>(sql`
    SELECT m.id FROM ${raw('message AS m')}
    WHERE m.business_id = ${businessId} AND ${isOneOf(raw('m.appointment_id'), appointmentIds)} AND m.kind = ${MessageKind.REMINDER} AND m.state = ${MessageState.PLANNED}`);
  for (const { id } of planned) await withdraw(tx, businessId, SEND, keyOf(id));
  if (!planned.length) return;
  await tx.run(sql`
    UPDATE message SET state = ${MessageState.VOID}, detail = 'The appointment has changed since.'
    WHERE business_id = ${businessId} AND ${isOneOf(
      raw('id'),
      planned.map(({ id }) => id),
    )} AND state = ${MessageState.PLANNED}`);
}
