import { DomainError, ErrorCode } from '../../errors';
import type { Reader, Tx } from '../../db/database';
import { isOccupancyViolation } from '../../db/errors';
import { byDialect, FOR_UPDATE, isOneOf, raw, sql, type Sql } from '../../db/sql';
import { insertDeferred, remove } from '../../db/table';
import { Claim } from './claim.entity';

/** Units of a subject's time that somebody wants or has: half-open, epoch milliseconds, buffers included. */
export interface Occupancy {
  readonly subjectId: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly units: number;
  /** Of a hold: when it ends. */
  readonly expiresAt?: number | null;
}

/** Counts what only the database stopped. It stays 0 while the check before it is right. */
export const backstop = { hits: 0 };

/**
 * Locks subjects, and takes the claims of expired holds off them. Always in the order of their ids so that no two bookings wait for each other in a ring.
 * SQLite needs no lock: its transaction is the only writer already. Answers each subject's capacity.
 */
export async function lockSubjects(
  tx: Tx,
  businessId: number,
  subjectIds: readonly number[],
  now: number,
): Promise<ReadonlyMap<number, number>> {
  return lockWhere(tx, businessId, (id) => isOneOf(id, subjectIds), now);
}

/** The same for subjects by a condition on their id, such as that they are somebody's. */
export async function lockWhere(
  tx: Tx,
  businessId: number,
  which: (id: Sql) => Sql,
  now: number,
): Promise<ReadonlyMap<number, number>> {
  const locked = tx.all<{ id: number; capacity: number }>(sql`
    SELECT id, capacity FROM subject WHERE business_id = ${businessId} AND ${which(raw('id'))} ORDER BY id ${FOR_UPDATE}`);
  // Nobody has to have swept: an expired hold is in nobody's way.
  const [rows] = await Promise.all([
    locked,
    tx.run(sql`
    DELETE FROM claim WHERE business_id = ${businessId} AND ${which(raw('subject_id'))} AND expires_at IS NOT NULL AND expires_at <= ${now}`),
  ]);
  return new Map(rows.map((row) => [row.id, row.capacity]));
}

/** What an appointment has. */
export interface Held extends Occupancy {
  readonly appointmentId: number;
}

/** What others hold of these subjects within an interval, claims of `exceptAppointmentId` apart. Call it on locked subjects. */
export async function heldWithin(
  tx: Reader,
  businessId: number,
  subjectIds: readonly number[],
  startMs: number,
  endMs: number,
  exceptAppointmentId: number,
  now?: number,
): Promise<Held[]> {
  return heldWhere(
    tx,
    businessId,
    (id) => isOneOf(id, subjectIds),
    startMs,
    endMs,
    exceptAppointmentId,
    now,
  );
}

/** The same for subjects by a condition on their id. With `now` holds that have ended are left out: without a lock they may still be there. */
export async function heldWhere(
  tx: Reader,
  businessId: number,
  which: (id: Sql) => Sql,
  startMs: number,
  endMs: number,
  exceptAppointmentId: number,
  now?: number,
): Promise<Held[]> {
  const lasting =
    now === undefined ? raw('') : sql` AND (expires_at IS NULL OR expires_at > ${now})`;
  const of = sql`business_id = ${businessId} AND ${which(raw('subject_id'))} AND appointment_id <> ${exceptAppointmentId}${lasting}`;
  const columns = raw(
    'appointment_id AS "appointmentId", subject_id AS "subjectId", start_ms AS "startMs", end_ms AS "endMs", units',
  );
  const overlaps = sql`int8range(start_ms, end_ms) && int8range(${startMs}, ${endMs})`;
  return tx.all<Held>(
    byDialect({
      // Each half has an index of its own: see the migration.
      postgres: sql`SELECT ${columns} FROM claim WHERE exclusive AND ${of} AND ${overlaps} UNION ALL SELECT ${columns} FROM claim WHERE NOT exclusive AND ${of} AND ${overlaps}`,
      sqlite: sql`SELECT ${columns} FROM claim WHERE ${of} AND end_ms > ${startMs} AND start_ms < ${endMs}`,
    }),
  );
}

/** Whether `wanted` fits beside `held` in a subject's capacity at every instant. Pure. */
export function fits(wanted: Occupancy, held: readonly Occupancy[], capacity: number): boolean {
  const rivals = held.filter(
    (other) =>
      other.subjectId === wanted.subjectId &&
      other.startMs < wanted.endMs &&
      other.endMs > wanted.startMs,
  );
  // Units taken change at starts and ends alone, and rise at starts: the peak is at one of them.
  const instants = [
    wanted.startMs,
    ...rivals.map((other) => other.startMs).filter((start) => start > wanted.startMs),
  ];
  return instants.every((at) => {
    const taken = rivals.reduce(
      (sum, other) => (other.startMs <= at && at < other.endMs ? sum + other.units : sum),
      0,
    );
    return taken + wanted.units <= capacity;
  });
}

export interface Claimed {
  readonly businessId: number;
  readonly appointmentId: number;
  readonly override: boolean;
}

/**
 * Writes the claims of an appointment.
 * @throws DomainError TIME_UNAVAILABLE when the database refuses what the check let through; the transaction is dead then.
 */
export async function claim(
  tx: Tx,
  owner: Claimed,
  wanted: readonly Occupancy[],
  capacities: ReadonlyMap<number, number>,
): Promise<void> {
  const rows = wanted.map((occupancy) => ({
    ...owner,
    ...occupancy,
    exclusive: !owner.override && capacities.get(occupancy.subjectId) === 1,
  }));
  await insertDeferred(tx, Claim, rows, (error) => {
    if (!isOccupancyViolation(error)) return error;
    backstop.hits += 1;
    return new DomainError(
      ErrorCode.TIME_UNAVAILABLE,
      'This time has just been taken. Choose another.',
    );
  });
}

/** Gives back whatever an appointment holds. */
export async function release(tx: Tx, businessId: number, appointmentId: number): Promise<void> {
  await remove(tx, Claim, { businessId, appointmentId });
}
