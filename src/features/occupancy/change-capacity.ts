import { BusinessRule } from '../../business-rule';
import { violatedAt } from '../../errors';
import type { WriteUnit } from '../../context';
import { sql } from '../../db/sql';
import { update } from '../../db/table';
import { lockSubjects } from './occupancy.service';
import { Subject } from './subject.entity';

/**
 * Changes the capacity of a subject. It cannot be less than the units claimed at any instant from
 * now on.
 * @throws DomainError RULE_VIOLATED at `path`, with the instant.
 */
export async function changeCapacity(
  { tx, member: { businessId }, now }: WriteUnit,
  { subjectId, capacity }: { readonly subjectId: number; readonly capacity: number },
  path: readonly string[],
): Promise<void> {
  const before = (await lockSubjects(tx, businessId, [subjectId], now)).get(subjectId);
  if (before === undefined || before === capacity) return;
  if (capacity < before) {
    // Overrides do not count: they exceed the capacity on purpose.
    const claims = await tx.all<{ startMs: number; endMs: number; units: number }>(sql`
      SELECT start_ms AS "startMs", end_ms AS "endMs", units FROM claim
      WHERE business_id = ${businessId} AND subject_id = ${subjectId} AND end_ms > ${now} AND override = ${false} ORDER BY start_ms`);
    const busiest = firstAbove(claims, capacity);
    if (busiest) {
      const at = new Date(Math.max(busiest.at, now)).toISOString();
      throw violatedAt(
        BusinessRule.CAPACITY_BOOKED,
        `${busiest.units} units are booked at ${at}: move or cancel some of these ` +
          'appointments first.',
        path,
      );
    }
  }
  await update(
    tx,
    Subject,
    { businessId, rowId: subjectId },
    { capacity, ...(capacity < before ? { lessSince: now } : {}) },
  );
}

/**
 * Returns the first instant at which more than `capacity` units are claimed. Expects `claims`
 * ordered by start. Pure.
 */
function firstAbove(
  claims: readonly { startMs: number; endMs: number; units: number }[],
  capacity: number,
): { at: number; units: number } | null {
  let open: typeof claims = [];
  for (const claim of claims) {
    open = [...open.filter((other) => other.endMs > claim.startMs), claim];
    const units = open.reduce((sum, other) => sum + other.units, 0);
    if (units > capacity) return { at: claim.startMs, units };
  }
  return null;
}
