import { DomainError, ErrorCode } from '../../errors';
import type { Tx } from '../../shared/db/database';
import { isOccupancyViolation } from '../../shared/db/failures';
import { byDialect, isOneOf, raw, sql } from '../../shared/db/sql';
import { insert, remove } from '../../shared/db/table';
import { Claim } from './claim.entity';

/** Units of a subject's time that somebody wants or has: half-open, epoch milliseconds, buffers included. */
export interface Occupancy {
  readonly subjectId: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly units: number;
}

/** Counts what only the database stopped. It stays 0 while the check before it is right. */
export const backstop = { hits: 0 };

/**
 * Locks subjects, always in the order of their ids so that no two bookings wait for each other in a ring.
 * SQLite needs no lock: its transaction is the only writer already. Answers each subject's capacity.
 */
export async function lockSubjects(tx: Tx, businessId: number, subjectIds: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const lock = byDialect({ postgres: raw('FOR NO KEY UPDATE'), sqlite: raw('') });
  const rows = await tx.all<{ id: number; capacity: number }>(sql`
    SELECT id, capacity FROM subject WHERE business_id = ${businessId} AND ${isOneOf(raw('id'), subjectIds)} ORDER BY id ${lock}`);
  return new Map(rows.map((row) => [row.id, row.capacity]));
}

/** What others hold of these subjects within an interval, claims of `exceptAppointmentId` apart. Call it on locked subjects. */
export async function heldWithin(
  tx: Tx, businessId: number, subjectIds: readonly number[], startMs: number, endMs: number, exceptAppointmentId: number,
): Promise<Occupancy[]> {
  return tx.all<Occupancy>(sql`
    SELECT subject_id AS "subjectId", start_ms AS "startMs", end_ms AS "endMs", units FROM claim
    WHERE business_id = ${businessId} AND ${isOneOf(raw('subject_id'), subjectIds)}
      AND end_ms > ${startMs} AND start_ms < ${endMs} AND appointment_id <> ${exceptAppointmentId}`);
}

/** Whether `wanted` fits beside `held` in a subject's capacity at every instant. Pure. */
export function fits(wanted: Occupancy, held: readonly Occupancy[], capacity: number): boolean {
  const rivals = held.filter((other) => other.subjectId === wanted.subjectId && other.startMs < wanted.endMs && other.endMs > wanted.startMs);
  // Units taken change at starts and ends alone, and rise at starts: the peak is at one of them.
  const instants = [wanted.startMs, ...rivals.map((other) => other.startMs).filter((start) => start > wanted.startMs)];
  return instants.every((at) => {
    const taken = rivals.reduce((sum, other) => (other.startMs <= at && at < other.endMs ? sum + other.units : sum), 0);
    return taken + wanted.units <= capacity;
  });
}

export interface Claimed { readonly businessId: number; readonly appointmentId: number; readonly override: boolean }

/**
 * Writes the claims of an appointment.
 * @throws DomainError TIME_UNAVAILABLE when the database refuses what the check let through; the transaction is dead then.
 */
export async function claim(tx: Tx, owner: Claimed, wanted: readonly Occupancy[], capacities: ReadonlyMap<number, number>): Promise<void> {
  const rows = wanted.map((occupancy) => ({ ...owner, ...occupancy, exclusive: !owner.override && capacities.get(occupancy.subjectId) === 1 }));
  try {
    await insert(tx, Claim, ...rows);
  } catch (error) {
    if (!isOccupancyViolation(error)) throw error;
    backstop.hits += 1;
    throw new DomainError(ErrorCode.TIME_UNAVAILABLE, 'This time has just been taken. Choose another.');
  }
}

/** Gives back whatever an appointment holds. */
export async function release(tx: Tx, businessId: number, appointmentId: number): Promise<void> {
  await remove(tx, Claim, { businessId, appointmentId });
}
