import type { Database, Tx } from '../../../db/database';
import type { Ids } from '../../../db/state/ids';
import { isOneOf, raw, sql } from '../../../db/sql';
import { isBooking, snapshotOf } from '../../appointments/model/events';
import { eventsOfBatch, BATCH_CHANGED } from '../../appointments/model/batch-event';
import { systemOf } from '../../appointments/holds/expire-holds';
import { MessageKind } from '../../clients/message-kind';
import type { LogEvent } from '../../../log/event.entity';
import { readAfter } from '../../../log/log.service';
import type { Message } from '../message.entity';
import type { MessageDraft } from './message-draft';
import { batchMessages, messagesFor } from './messages-for-event';
import { addMessages, rowOf, voidReminders } from './queue';
import { switchesOf } from '../message-settings.service';

/**
 * Renders a message that has no transport, given its event. Returns the changed columns, or null if
 * the message
 * is to be sent or rendered when it is due.
 */
export type Recorder = (
  businessId: number,
) => (message: Message, event: LogEvent) => Promise<Partial<Message> | null>;

/** Events per step. Limits the time spent on rendering before requests are served again. */
const PAGE = 32;
const BUSINESSES = 200;

/**
 * Plans the messages of events appended to the logs. The cursor advances in the transaction that
 * inserts the messages and
 * their jobs, and only from the position that was read. A crash therefore loses nothing, and of
 * several processes one writes.
 * Returns the number of planned messages. Rethrows the first failure after all businesses were
 * tried.
 */
export async function planMessages(
  db: Database,
  ids: Ids,
  now: number,
  record: Recorder,
): Promise<number> {
  let planned = 0;
  const failures: unknown[] = [];
  for (
    let behind = await businessesBehind(db);
    behind.length;
    behind = behind.length === BUSINESSES && !failures.length ? await businessesBehind(db) : []
  ) {
    for (const { businessId, seq } of behind) {
      await planLog({ db, ids, now, record }, businessId, seq).then(
        (count) => (planned += count),
        (error: unknown) => failures.push(error),
      );
    }
  }
  if (failures.length) throw failures[0];
  return planned;
}

function businessesBehind(db: Database): Promise<{ businessId: number; seq: number }[]> {
  return db.all(sql`
    SELECT h.business_id AS "businessId", coalesce(c.seq, 0) AS seq FROM ${raw('log_head AS h')} LEFT JOIN ${raw('message_cursor AS c')} ON c.business_id = h.business_id
    WHERE h.last_seq > coalesce(c.seq, 0) ORDER BY h.business_id LIMIT ${BUSINESSES}`);
}

/** One pass over the logs. */
interface PlanningPass {
  readonly db: Database;
  readonly ids: Ids;
  readonly now: number;
  readonly record: Recorder;
}

async function planLog(pass: PlanningPass, businessId: number, seq: number): Promise<number> {
  let planned = 0;
  for (
    let step = await planStep(pass, businessId, seq);
    step;
    step = await planStep(pass, businessId, step.seq)
  )
    planned += step.planned;
  return planned;
}

/**
 * Plans one page of events. Returns null at the end of the log, and if another process has advanced
 * the cursor.
 */
async function planStep(
  { db, ids, now, record }: PlanningPass,
  businessId: number,
  seq: number,
): Promise<{ seq: number; planned: number } | null> {
  const events = await readAfter(db, businessId, seq, PAGE);
  const last = events.at(-1)?.seq;
  if (last == null) return null;
  const { messages, staleReminderIds } = await planAll(
    db,
    businessId,
    events.filter((event) => isBooking(event) || event.type === BATCH_CHANGED),
    now,
  );
  const messageIds = await ids.take('message', messages.length);
  const renderedColumns = record(businessId);
  const bySeq = new Map(events.map((event) => [event.seq, event]));
  const rows = await Promise.all(
    messages.map(async (planned, index) => {
      const row = rowOf(businessId, messageIds[index] as number, planned, now);
      return Object.assign(row, await renderedColumns(row, bySeq.get(row.seq) as LogEvent));
    }),
  );
  const isCommitted = await db.transaction(async (tx) => {
    if (!(await advance(tx, businessId, seq, last))) return false;
    const unit = { tx, member: systemOf(businessId), now };
    await voidReminders(unit, staleReminderIds);
    await addMessages(unit, rows);
    tx.afterCommit(() => {
      for (const { state } of rows) tx.signals.messageSettled.emit(state);
    });
    return true;
  });
  return isCommitted ? { seq: last, planned: messages.length } : null;
}

async function advance(tx: Tx, businessId: number, from: number, to: number): Promise<boolean> {
  return (
    (await tx.run(sql`
    INSERT INTO message_cursor (business_id, seq) VALUES (${businessId}, ${to})
    ON CONFLICT (business_id) DO UPDATE SET seq = ${to} WHERE message_cursor.seq = ${from}`)) > 0
  );
}

/**
 * Plans the messages of a page. A later event of an appointment replaces its reminders. Time off
 * causes no messages.
 */
async function planAll(
  db: Database,
  businessId: number,
  events: readonly LogEvent[],
  now: number,
): Promise<{ messages: MessageDraft[]; staleReminderIds: number[] }> {
  if (!events.length) return { messages: [], staleReminderIds: [] };
  const [isOn, personal] = await Promise.all([
    switchesOf(db, businessId),
    personalReasons(db, businessId, events),
  ]);
  const staleReminderIds = new Set<number>();
  let messages: MessageDraft[] = [];
  for (const event of events) {
    if (personal.has(reasonIdOf(event))) continue;
    if (event.type === BATCH_CHANGED) {
      messages.push(...batchMessages(event, await eventsOfBatch(db, event), isOn, now));
      continue;
    }
    const { appointment } = snapshotOf(event);
    const plan = messagesFor(event, isOn, now);
    if (plan.voidReminders) {
      staleReminderIds.add(appointment.rowId);
      messages = messages.filter(
        ({ appointmentId, kind }) =>
          appointmentId !== appointment.rowId || kind !== MessageKind.REMINDER,
      );
    }
    messages.push(...plan.messages);
  }
  return { messages, staleReminderIds: [...staleReminderIds] };
}

const reasonIdOf = (event: LogEvent): number =>
  event.type === BATCH_CHANGED
    ? (event.snapshot.reasonId as number)
    : snapshotOf(event).appointment.reasonId;

async function personalReasons(
  db: Database,
  businessId: number,
  events: readonly LogEvent[],
): Promise<ReadonlySet<number>> {
  const ids = [...new Set(events.map(reasonIdOf))];
  const rows = await db.all<{ id: number }>(sql`
    SELECT r.id FROM ${raw('reason AS r')} WHERE r.business_id = ${businessId} AND ${isOneOf(raw('r.id'), ids)} AND r.reason_type = 'PERSONAL'`);
  return new Set(rows.map(({ id }) => id));
}
