import { badValue, DomainError, ErrorCode, InputProblemCode } from '../errors';
import type { Reader, Tx } from '../db/database';
import { EPOCH } from '../db/state/epoch';
import { isOneOf, raw, sql } from '../db/sql';
import { insert, tableOf } from '../db/table';
import { cursorOf, type Place } from './cursor';
import { LogEvent } from './event.entity';
import { actorIdOf, type Author } from './actors/stamps';

/**
 * The event to append. A step of an appointment names the appointment; other events name the type
 * and id of the row.
 */
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

/** A unit of work, as far as the log needs it. */
export interface LogUnit {
  readonly tx: Tx;
  readonly member: Author & { readonly businessId: number; readonly role: string };
  readonly now: number;
}

export const APPOINTMENT = 'Appointment';

/**
 * Appends one event in the transaction of its change. SQLite has a single writer, so the event
 * gets its number here. On PostgreSQL commits overtake each other, so the sequencer assigns
 * numbers once a commit is visible. Assigning here would leave gaps that fill later, or hold a
 * lock until the commit.
 * Deferred events of one transaction have no order among themselves. An event with `atOnce`
 * precedes all events appended after it.
 */
export async function appendEvent(
  { tx, member, now: occurredAt }: LogUnit,
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
    actorId: actorIdOf(member),
    actorRole: member.role,
  };
  await (atOnce ? insert(tx, LogEvent, row) : tx.insert(LogEvent, [row]));
  tx.afterCommit(() => {
    tx.signals.committed.emit(businessId);
    tx.signals.appended.emit({ entityType, type });
  });
}

async function nextNumber(tx: Tx, businessId: number) {
  const [row] = await tx.all<{ position: number; seq: number }>(sql`
    UPDATE log_head SET last_seq = last_seq + 1 WHERE business_id = ${businessId}
    RETURNING last_seq AS seq, last_seq + (SELECT position_base FROM database_epoch) AS position`);
  return row as { position: number; seq: number };
}

/**
 * Reads numbered events after a position, oldest first. Pruned events are absent: then the first
 * number is not the next one. Returns none for a position of another epoch.
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

/** Returns the number of the newest event; 0 before the first. */
export const headOf = async (db: Reader, businessId: number): Promise<number> =>
  (await headPlaceOf(db, businessId)).seq;

/** Returns the position after the newest event. */
export async function headPlaceOf(
  db: Reader,
  businessId: number,
): Promise<{ epoch: number; seq: number }> {
  const { epoch, head } = await endsOf(db, businessId);
  return { epoch, seq: head };
}

/** Returns the position after the newest event of each business. */
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
 * Resolves a cursor to a position. 0 is the beginning of the retained log.
 * @throws DomainError CURSOR_EXPIRED if events after it were pruned or its epoch has ended;
 * BAD_USER_INPUT if it is beyond the end.
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
    throw badValue(
      InputProblemCode.OUT_OF_RANGE,
      'This cursor is not of this log: it is beyond the end of the log.',
      ['after'],
    );
  if (after.seq > 0 && after.seq < pruned) throw cursorExpired(ends, FORGOTTEN);
  return { epoch, seq: Math.max(after.seq, pruned) };
}

const FORGOTTEN = 'The events after this cursor are no longer retained.';
const OTHER_EPOCH =
  'This cursor is from before the database was restored or failed over. Events after it may be lost.';
const RESYNCHRONISE =
  'Subscribe with "head" as "after", reload the data that you cache, then apply the events of the subscription.';

const cursorExpired = ({ epoch, head, pruned }: Ends, reason: string): DomainError =>
  new DomainError(ErrorCode.CURSOR_EXPIRED, `${reason} ${RESYNCHRONISE}`, {
    path: ['after'],
    oldest: cursorOf(epoch, pruned),
    head: cursorOf(epoch, head),
  });

export interface LogLag {
  readonly unnumbered: number;
  /** When the first of them occurred, in epoch milliseconds; null if there is none. */
  readonly oldest: number | null;
}

/**
 * Returns the events without a number, over all businesses. On SQLite a transaction numbers its
 * own, so there is none.
 */
export const logLagOf = (reader: Reader): Promise<LogLag> =>
  reader.dialect === 'sqlite'
    ? Promise.resolve({ unnumbered: 0, oldest: null })
    : reader.one<LogLag>(
        sql`SELECT count(*) AS unnumbered, min(occurred_at) AS oldest FROM event WHERE seq IS NULL`,
      );
