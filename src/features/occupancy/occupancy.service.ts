import type { Member } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import type { Reader, Tx } from '../../db/database';
import { isOccupancyViolation } from '../../db/errors';
import { byDialect, FOR_UPDATE, isOneOf, raw, sql, type Sql } from '../../db/sql';
import { remove } from '../../db/table';
import type { Interval } from '../../lib/intervals';
import { Claim } from './claim.entity';

/**
 * Units of a subject's time, requested or taken: half-open, epoch milliseconds, including buffers.
 */
export interface Occupancy {
  readonly subjectId: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly units: number;
  /** When the hold expires. Null or omitted for anything except a hold. */
  readonly expiresAt?: number | null;
}

/**
 * Locks subjects and removes their expired claims. Locks in ascending order of id, so that
 * concurrent bookings cannot deadlock. SQLite needs no lock, since only one transaction writes at a
 * time. Returns the capacity of each subject.
 */
export async function lockSubjects(
  tx: Tx,
  businessId: number,
  subjectIds: readonly number[],
  now: number,
): Promise<ReadonlyMap<number, number>> {
  return lockWhere(tx, businessId, (id) => isOneOf(id, subjectIds), now);
}

/** Locks the subjects selected by a condition on their id, like `lockSubjects`. */
export async function lockWhere(
  tx: Tx,
  businessId: number,
  which: (id: Sql) => Sql,
  now: number,
): Promise<ReadonlyMap<number, number>> {
  const locked = tx.all<{ id: number; capacity: number }>(sql`
    SELECT id, capacity FROM subject WHERE business_id = ${businessId} AND ${which(raw('id'))} ORDER BY id ${FOR_UPDATE}`);
  // Removes expired holds here, so that bookings do not depend on the background job.
  const [rows] = await Promise.all([
    locked,
    tx.run(sql`
    DELETE FROM claim WHERE business_id = ${businessId} AND ${which(raw('subject_id'))} AND expires_at IS NOT NULL AND expires_at <= ${now}`),
  ]);
  return new Map(rows.map((row) => [row.id, row.capacity]));
}

/** Time of a subject that an appointment occupies. */
export interface Held extends Occupancy {
  readonly appointmentId: number;
}

/** Claims to read: those that overlap an interval. */
export interface HeldQuery {
  readonly businessId: number;
  readonly startMs: number;
  readonly endMs: number;
  /** The appointment whose own claims are excluded; 0 for none. */
  readonly exceptAppointmentId: number;
  /** Excludes holds that have expired at this instant, which an unlocked read may still find. */
  readonly now?: number;
}

/** Returns the claims on these subjects. Call it on locked subjects. */
export async function heldWithin(
  reader: Reader,
  subjectIds: readonly number[],
  query: HeldQuery,
): Promise<Held[]> {
  return heldWhere(reader, (id) => isOneOf(id, subjectIds), query);
}

/** Returns the claims on the subjects selected by a condition on their id. */
export async function heldWhere(
  reader: Reader,
  which: (id: Sql) => Sql,
  { businessId, startMs, endMs, exceptAppointmentId, now }: HeldQuery,
): Promise<Held[]> {
  const lasting =
    now === undefined ? raw('') : sql` AND (expires_at IS NULL OR expires_at > ${now})`;
  const of = sql`business_id = ${businessId} AND ${which(raw('subject_id'))} AND appointment_id <> ${exceptAppointmentId}${lasting}`;
  const columns = raw(
    'appointment_id AS "appointmentId", subject_id AS "subjectId", start_ms AS "startMs", ' +
      'end_ms AS "endMs", units',
  );
  const overlaps = sql`int8range(start_ms, end_ms) && int8range(${startMs}, ${endMs})`;
  return reader.all<Held>(
    byDialect({
      // Each half uses a separate index: see the migration.
      postgres: sql`SELECT ${columns} FROM claim WHERE exclusive AND ${of} AND ${overlaps} UNION ALL SELECT ${columns} FROM claim WHERE NOT exclusive AND ${of} AND ${overlaps}`,
      sqlite: sql`SELECT ${columns} FROM claim WHERE ${of} AND end_ms > ${startMs} AND start_ms < ${endMs}`,
    }),
  );
}

/**
 * Returns the claims on the selected subjects that overlap any of the intervals, in one statement
 * that reads the index once for each interval.
 */
export async function heldInAny(
  reader: Reader,
  which: (id: Sql) => Sql,
  { businessId, intervals }: { businessId: number; intervals: readonly Interval[] },
): Promise<Held[]> {
  const list = JSON.stringify(intervals.map(({ startAt, endAt }) => [startAt, endAt]));
  const columns = raw(
    'DISTINCT c.appointment_id AS "appointmentId", c.subject_id AS "subjectId", ' +
      'c.start_ms AS "startMs", c.end_ms AS "endMs", c.units',
  );
  const of = sql`c.business_id = ${businessId} AND ${which(raw('c.subject_id'))}`;
  const each = byDialect({
    postgres: sql`(SELECT (w ->> 0)::bigint AS low, (w ->> 1)::bigint AS high FROM json_array_elements(${list}::json) AS w) AS t`,
    sqlite: sql`(SELECT value ->> 0 AS low, value ->> 1 AS high FROM json_each(${list})) AS t`,
  });
  const overlaps = raw('int8range(c.start_ms, c.end_ms) && int8range(t.low, t.high)');
  return reader.all<Held>(
    byDialect({
      postgres: sql`SELECT ${columns} FROM ${each}, ${raw('claim AS c')} WHERE c.exclusive AND ${of} AND ${overlaps} UNION ALL SELECT ${columns} FROM ${each}, ${raw('claim AS c')} WHERE NOT c.exclusive AND ${of} AND ${overlaps}`,
      sqlite: sql`SELECT ${columns} FROM ${each} CROSS JOIN ${raw('claim AS c')} WHERE ${of} AND c.end_ms > t.low AND c.start_ms < t.high`,
    }),
  );
}

/** Whether `occupancy` fits beside `held` into a subject's capacity at every instant. Pure. */
export function fits(occupancy: Occupancy, held: readonly Occupancy[], capacity: number): boolean {
  const rivals = held.filter(
    (other) =>
      other.subjectId === occupancy.subjectId &&
      other.startMs < occupancy.endMs &&
      other.endMs > occupancy.startMs,
  );
  // The units in use rise only at starts, so that the peak is at one of them.
  const instants = [
    occupancy.startMs,
    ...rivals.map((other) => other.startMs).filter((start) => start > occupancy.startMs),
  ];
  return instants.every((at) => {
    const taken = rivals.reduce(
      (sum, other) => (other.startMs <= at && at < other.endMs ? sum + other.units : sum),
      0,
    );
    return taken + occupancy.units <= capacity;
  });
}

/** A unit of work, as far as claims need it. */
interface ClaimUnit {
  readonly tx: Tx;
  readonly member: Pick<Member, 'businessId'>;
}

/** The appointment or session that claims. */
interface ClaimOwner {
  readonly appointmentId: number;
  readonly override: boolean;
}

/**
 * Writes the claims of an appointment or a session.
 * @throws DomainError TIME_UNAVAILABLE if the database rejects them; the transaction is then
 * aborted.
 */
export async function insertClaims(
  { tx, member: { businessId } }: ClaimUnit,
  owner: ClaimOwner,
  occupancies: readonly Occupancy[],
  capacities: ReadonlyMap<number, number>,
): Promise<void> {
  const rows = occupancies.map((occupancy) => ({
    businessId,
    ...owner,
    ...occupancy,
    exclusive: !owner.override && capacities.get(occupancy.subjectId) === 1,
  }));
  await tx.insert(Claim, rows, (error) => {
    if (!isOccupancyViolation(error)) return error;
    tx.signals.occupancyRejected.emit();
    return new DomainError(
      ErrorCode.TIME_UNAVAILABLE,
      'This time has just been taken. Choose another time.',
    );
  });
}

/** Removes the claims of an appointment or a session. */
export async function removeClaims(
  { tx, member: { businessId } }: ClaimUnit,
  appointmentId: number,
): Promise<void> {
  await remove(tx, Claim, { businessId, appointmentId });
}
