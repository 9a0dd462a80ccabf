import type { Member } from '../context';
import { DomainError, ErrorCode } from '../errors';
import type { Reader, Tx } from '../db/database';
import { EPOCH } from '../db/state/epoch';
import { isOneOf, raw, sql } from '../db/sql';
import { insert, insertDeferred, tableOf } from '../db/table';
import { appended, committed } from './signals';
import { cursorOf, type Place } from './cursor';
import { LogEvent } from './event.entity';

/** What to append. Of an appointment's life, it names the appointment; of anything else, what it is and its number. */
export type NewEvent = Pick<LogEvent, 'type' | 'reason' | 'changes' | 'snapshot'> &
  (
    | { readonly appointmentId: number }
    | {
        readonly entityType: string;
        readonly entityId: number;
        readonly appointmentId?: number | null;
        readonly waitlistEntryId?: number | null;
      }
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
export async function appendEvent(
  tx: Tx,
  member: Actor,
  occurredAt: number,
  event: NewEvent,
  { atOnce = false } = {},
): Promise<void> {
  const { businessId } = member;
  const { entityType, entityId } =
    'entityType' in event ? event : { entityType: APPOINTMENT, entityId: event.appointmentId };
  const { type, reason, changes, snapshot, appointmentId = null } = event;
  const waitlistEntryId = 'waitlistEntryId' in event ? event.waitlistEntryId : null;
  const { position, seq } =
    tx.dialect === 'sqlite'
      ? await nextNumber(tx, businessId)
      : { position: sql`nextval('event_position')`, seq: null };
  const row = {
    type,
    entityType,
    entityId,
    appointmentId,
    waitlistEntryId,
    reason,
    changes,
    snapshot,
    businessId,
    position,
    seq,
    occurredAt,
    actor: member.actorName,
    actorRole: member.role,
  };
  await (atOnce ? insert(tx, LogEvent, row) : insertDeferred(tx, LogEvent, [row]));
  tx.afterCommit(() => {
    committed.tell(businessId);
    appended.tell({ entityType, type });
  });
}

async function nextNumber(tx: Tx, businessId: number) {
  const [row] = await tx.all<{ position: number; seq: number }>(sql`
    UPDATE log_head SET last_seq = last_seq + 1 WHERE business_id = ${businessId}
    RETURNING last_seq AS seq, last_seq + (SELECT position_base FROM database_epoch) AS position`);
  return row as { position: number; seq: number };
}

/**
 * Numbered events after a place, oldest first. What is forgotten is left out: a first number that is not the next one tells of it.
 * None where the place is of another epoch: they would not follow what was read before.
 */
export async function readAfter(
  db: Reader,
  businessId: number,
  after: number | Place,
  limit: number,
): Promise<LogEvent[]> {
  const table = tableOf(LogEvent);
  const { epoch, seq } = typeof after === 'number' ? { epoch: null, seq: after } : after;
  const rows = await db.all<{ epoch: number }>(sql`
    SELECT ${table.select('e')}, ${EPOCH} AS epoch FROM ${raw('event AS e')}
    WHERE e.business_id = ${businessId} AND e.seq > ${seq} AND e.seq > (SELECT pruned_seq FROM log_head WHERE business_id = ${businessId})
      ${epoch === null ? raw('') : sql`AND ${EPOCH} = ${epoch}`} ORDER BY e.seq LIMIT ${limit}`);
  return rows.map((row) => {
    const event = table.hydrate(row);
    return Object.assign(event, { cursor: cursorOf(row.epoch, event.seq as number) });
  });
}

/** The number of the newest event; 0 before the first. */
export const headOf = async (db: Reader, businessId: number): Promise<number> =>
  (await headPlaceOf(db, businessId)).seq;

/** The place behind the newest event. */
export async function headPlaceOf(
  db: Reader,
  businessId: number,
): Promise<{ epoch: number; seq: number }> {
  const { epoch, head } = await endsOf(db, businessId);
  return { epoch, seq: head };
}

/** The same of several businesses at once. */
export async function headsOf(
  db: Reader,
  businessIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  if (!businessIds.length) return new Map();
  const rows = await db.all<{ businessId: number; seq: number }>(sql`
    SELECT business_id AS "businessId", last_seq AS seq FROM log_head WHERE ${isOneOf(raw('business_id'), businessIds)}`);
  return new Map(rows.map(({ businessId, seq }) => [businessId, seq]));
}

interface Ends {
  readonly epoch: number;
  readonly head: number;
  readonly pruned: number;
}

async function endsOf(db: Reader, businessId: number): Promise<Ends> {
  const [row] = await db.all<Ends>(sql`
    SELECT ${EPOCH} AS epoch, last_seq AS head, pruned_seq AS pruned FROM log_head WHERE business_id = ${businessId}`);
  return row ?? { epoch: 0, head: 0, pruned: 0 };
}

/**
 * The place that a cursor names. Before the first event there is nothing that could have been forgotten: 0 is wherever the log begins.
 * @throws DomainError CURSOR_EXPIRED where what follows it is partly forgotten, or it is of another epoch; BAD_USER_INPUT for one that lies beyond
 * the end.
 */
export async function placeOf(
  db: Reader,
  businessId: number,
  after: Place,
): Promise<{ epoch: number; seq: number }> {
  const ends = await endsOf(db, businessId);
  const { epoch, head, pruned } = ends;
  if (after.epoch !== null && after.epoch !== epoch) throw cursorExpired(ends, OTHER_EPOCH);
  if (after.seq > head)
    throw new DomainError(
      ErrorCode.BAD_USER_INPUT,
      'This cursor is not of this log: it lies beyond its end.',
      { path: ['after'] },
    );
  if (after.seq > 0 && after.seq < pruned) throw cursorExpired(ends, FORGOTTEN);
  return { epoch, seq: Math.max(after.seq, pruned) };
}

const FORGOTTEN = 'The log no longer goes back to this cursor.';
const OTHER_EPOCH =
  'This cursor is from before the database was restored or failed over, and what followed it may be lost.';
const RESYNCHRONISE =
  'Subscribe with "head" as "after", read again what you keep, and then apply what the subscription delivers.';

export const cursorExpired = ({ epoch, head, pruned }: Ends, reason: string): DomainError =>
  new DomainError(ErrorCode.CURSOR_EXPIRED, `${reason} ${RESYNCHRONISE}`, {
    path: ['after'],
    oldest: cursorOf(epoch, pruned),
    head: cursorOf(epoch, head),
  });
