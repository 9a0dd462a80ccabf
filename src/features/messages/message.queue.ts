import type { Tx } from '../../shared/db/database';
import { isOneOf, raw, sql } from '../../shared/db/sql';
import { insertUnlessThere } from '../../shared/db/table';
import { MessageKind } from '../clients/message-kind';
import { enqueue, withdraw } from '../jobs/queue';
import { Message, MessageState } from './message.entity';
import type { Carriers } from './carrier';
import { MessageAudience, type MessageChannel } from './message.kinds';
import type { Planned } from './message.plan';

export const SEND = 'message.send';

/** Of one business at once: a mail server that hangs leaves room for other work. */
const AT_ONCE = 8;

/** How many messages of a business go out by each channel at once. What is only recorded waits for nobody, and leaves the machine to those who book. */
export const paceOf = ({ email, sms }: Pick<Carriers, 'email' | 'sms'>): Pace => ({ EMAIL: email ? AT_ONCE : 1, SMS: sms ? AT_ONCE : 1 });
export type Pace = Readonly<Record<MessageChannel, number>>;

const keyOf = (messageId: number): string => `message:${messageId}`;

/** Adds messages and the jobs that send them. What one reader is told of an appointment goes out in the order in which it happened. */
export async function addMessages(tx: Tx, businessId: number, now: number, planned: readonly Planned[], ids: readonly number[], pace: Pace): Promise<void> {
  if (!planned.length) return;
  const rows = planned.map((message, index) => Object.assign(new Message(), message, {
    businessId, rowId: ids[index] as number, state: MessageState.PLANNED, createdAt: now,
    clientId: message.audience === MessageAudience.CLIENT ? message.recipientId : null, staffId: message.audience === MessageAudience.STAFF ? message.recipientId : null,
  }));
  await insertUnlessThere(tx, Message, rows);
  await enqueue(tx, now, ...rows.map(({ rowId, kind, channel, audience, appointmentId, recipientId, dueAt }) => ({
    businessId, kind: SEND, key: keyOf(rowId), payload: { messageId: rowId }, group: { key: `message:${channel}`, limit: pace[channel] },
    ...(kind === MessageKind.REMINDER ? { runAt: dueAt } : { orderingKey: `message:${appointmentId}:${channel}:${audience}:${recipientId}` }),
  })));
}

/** Takes back the reminders of these appointments that have not gone out. */
export async function voidReminders(tx: Tx, businessId: number, appointmentIds: readonly number[]): Promise<void> {
  if (!appointmentIds.length) return;
  const planned = await tx.all<{ id: number }>(sql`
    SELECT m.id FROM ${raw('message AS m')}
    WHERE m.business_id = ${businessId} AND ${isOneOf(raw('m.appointment_id'), appointmentIds)} AND m.kind = ${MessageKind.REMINDER} AND m.state = ${MessageState.PLANNED}`);
  for (const { id } of planned) await withdraw(tx, businessId, SEND, keyOf(id));
  if (!planned.length) return;
  await tx.run(sql`
    UPDATE message SET state = ${MessageState.VOID}, detail = 'The appointment has changed since.'
    WHERE business_id = ${businessId} AND ${isOneOf(raw('id'), planned.map(({ id }) => id))} AND state = ${MessageState.PLANNED}`);
}
