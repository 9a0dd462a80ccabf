import type { Member } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import type { Reader, Tx } from '../../shared/db/database';
import { isOneOf, raw, sql } from '../../shared/db/sql';
import { insert, insertLater, tableOf } from '../../shared/db/table';
import { committed } from './committed';
import { LogEvent } from './event.entity';

/** What to append. Of an appointment's life, it names the appointment; of anything else, what it is and its number. */
export type NewEvent = Pick<LogEvent, 'type' | 'reason' | 'changes' | 'snapshot'> & (
  | { readonly appointmentId: number }
  | { readonly entityType: string; readonly entityId: number; readonly appointmentId?: number | null; readonly waitlistEntryId?: number | null }
);

/** Who did it, as the log remembers. */
export type Actor = Pick<Member, 'businessId' | 'actorName' | 'role'>;

export const APPOINTMENT = 'Appointment';

/**
 * Appends one event in the transaction of the change that it tells.
 * SQLite has a single writer, so the event gets its number here. On PostgreSQL commits overtake each other: there the relay gives
 * numbers once a commit is visible, because a number given here would leave readers gaps that fill later, or a lock held to the commit.
 *
 * Several of one transaction that wait for the commit come in any order among themselves; one that is written `atOnce` comes before whatever
 * is appended after it.
 */
export async function append(tx: Tx, member: Actor, occurredAt: number, event: NewEvent, { atOnce = false } = {}): Promise<void> {
  const { businessId } = member;
  const { entityType, entityId } = 'entityType' in event ? event : { entityType: APPOINTMENT, entityId: event.appointmentId };
  const { type, reason, changes, snapshot, appointmentId = null } = event;
  const waitlistEntryId = 'waitlistEntryId' in event ? event.waitlistEntryId : null;
  const { position, seq } = tx.dialect === 'sqlite' ? await nextNumber(tx, businessId) : { position: sql`nextval('event_position')`, seq: null };
  const row = {
    type, entityType, entityId, appointmentId, waitlistEntryId, reason, changes, snapshot, businessId, position, seq, occurredAt, actor: member.actorName, actorRole: member.role,
  };
  await (atOnce ? insert(tx, LogEvent, row) : insertLater(tx, LogEvent, [row]));
  tx.afterCommit(() => committed.tell(businessId));
}

async function nextNumber(tx: Tx, businessId: number) {
  const [row] = await tx.all<{ seq: number }>(sql`
    UPDATE log_head SET last_seq = last_seq + 1 WHERE business_id = ${businessId} RETURNING last_seq AS seq`);
  const { seq } = row as { seq: number };
  return { position: seq, seq };
}

/** Numbered events after `seq`, oldest first. What is forgotten is left out: a first number that is not the next one tells of it. */
export async function readAfter(db: Reader, businessId: number, seq: number, limit: number): Promise<LogEvent[]> {
  const table = tableOf(LogEvent);
  const rows = await db.all(sql`
    SELECT ${table.select('e')} FROM ${raw('event AS e')}
    WHERE e.business_id = ${businessId} AND e.seq > ${seq} AND e.seq > (SELECT pruned_seq FROM log_head WHERE business_id = ${businessId}) ORDER BY e.seq LIMIT ${limit}`);
  return rows.map((row) => table.hydrate(row));
}

/** The number of the newest event; 0 before the first. */
export async function headOf(db: Reader, businessId: number): Promise<number> {
  const [row] = await db.all<{ seq: number }>(sql`SELECT last_seq AS seq FROM log_head WHERE business_id = ${businessId}`);
  return row?.seq ?? 0;
}

/** The same of several businesses at once. */
export async function headsOf(db: Reader, businessIds: readonly number[]): Promise<ReadonlyMap<number, number>> {
  if (!businessIds.length) return new Map();
  const rows = await db.all<{ businessId: number; seq: number }>(sql`
    SELECT business_id AS "businessId", last_seq AS seq FROM log_head WHERE ${isOneOf(raw('business_id'), businessIds)}`);
  return new Map(rows.map(({ businessId, seq }) => [businessId, seq]));
}

/**
 * The place that a cursor names. Before the first event there is nothing that could have been forgotten: 0 is wherever the log begins.
 * @throws DomainError CURSOR_EXPIRED where what follows it is partly forgotten; BAD_USER_INPUT for one that lies beyond the end.
 */
export async function placeOf(db: Reader, businessId: number, after: number): Promise<number> {
  const [row] = await db.all<{ head: number; pruned: number }>(sql`
    SELECT last_seq AS head, pruned_seq AS pruned FROM log_head WHERE business_id = ${businessId}`);
  const { head, pruned } = row ?? { head: 0, pruned: 0 };
  if (after > head) throw new DomainError(ErrorCode.BAD_USER_INPUT, 'This cursor is not of this log: it lies beyond its end.', { path: ['after'] });
  if (after > 0 && after < pruned) throw cursorExpired(pruned, head);
  return Math.max(after, pruned);
}

export const cursorExpired = (oldest: number, head: number): DomainError =>
  new DomainError(ErrorCode.CURSOR_EXPIRED, 'The log no longer goes back to this cursor. Subscribe with "head" as "after", read anew what you keep, and then apply what the subscription tells.', {
    path: ['after'], oldest: String(oldest), head: String(head),
  });
