import type { Reader } from '../../db/database';
import { isOneOf, raw, sql } from '../../db/sql';
import { addDays, dayStart, toLocal } from '../../lib/time-zone';
import type { Location } from '../locations/location.entity';
import { RoundRobin } from '../locations/round-robin';
import type { Reason } from '../reasons/reason.entity';
import type { Serving } from '../reasons/links/active-links';

/** Appointments assigned to a staff member in the period. */
export interface Tally {
  readonly staffId: number;
  readonly count: number;
  /** When the last of them was assigned, in epoch milliseconds. */
  readonly lastAt: number;
}

/**
 * Returns the policy that chooses the staff member if the caller names none: that of the reason,
 * else of the location.
 */
export const policyOf = (reason: Reason, location: Location): RoundRobin =>
  reason.roundRobin ?? location.roundRobin;

const WEIGHT = 100;

/** Assignments of the candidates, and the appointments assigned to them. */
interface Standings {
  readonly serving: readonly Serving[];
  readonly tallies: readonly Tally[];
}

/**
 * Returns the order in which candidates are considered. BALANCED and COMBINED: by priority, then by
 * count relative to weight, then by the longest time since the last booking. RANDOM: uniformly
 * random. NONE: as given. Pure, except for `random`.
 */
export function inTurn(
  policy: RoundRobin,
  staffIds: readonly number[],
  { serving, tallies }: Standings,
  random: () => number,
): number[] {
  if (policy === RoundRobin.NONE) return [...staffIds];
  if (policy === RoundRobin.RANDOM) return shuffled(staffIds, random);
  const assignments = new Map(serving.map((one) => [one.staffId, one]));
  const tallyOf = new Map(tallies.map((one) => [one.staffId, one]));
  const keys = (staffId: number): readonly number[] => {
    const [{ priority, weight }, { count, lastAt }] = [
      assignments.get(staffId) ?? { priority: 0, weight: WEIGHT },
      tallyOf.get(staffId) ?? { count: 0, lastAt: 0 },
    ];
    // Includes the new appointment, so that of unequal weights the greater one starts.
    return [
      priority,
      weight > 0 ? (count + 1) / weight : Number.POSITIVE_INFINITY,
      lastAt,
      staffId,
    ];
  };
  const ranked = staffIds.map((staffId) => ({ staffId, rank: keys(staffId) }));
  return ranked.sort((one, other) => compare(one.rank, other.rank)).map(({ staffId }) => staffId);
}

const compare = (one: readonly number[], other: readonly number[]): number => {
  const index = one.findIndex((value, place) => value !== other[place]);
  return index < 0 ? 0 : (one[index] as number) - (other[index] as number) || 0;
};

function shuffled(ids: readonly number[], random: () => number): number[] {
  const found = [...ids];
  for (let left = found.length - 1; left > 0; left -= 1) {
    const chosen = Math.floor(random() * (left + 1));
    [found[left], found[chosen]] = [found[chosen] as number, found[left] as number];
  }
  return found;
}

/** The reason or the location whose appointments are counted. */
interface CountedPlace {
  readonly businessId: number;
  readonly reason: Reason;
  readonly location: Location;
}

/**
 * Counts the appointments of each candidate in the local month of a start: for the reason or at the
 * location, depending on whose policy applies. Excludes cancelled appointments, expired holds, and
 * seats in a class that the candidate leads.
 */
export async function talliesOf(
  reader: Reader,
  { businessId, reason, location }: CountedPlace,
  staffIds: readonly number[],
  { startAt, now }: { readonly startAt: number; readonly now: number },
): Promise<readonly Tally[]> {
  const month = toLocal(startAt, location.timeZoneCode).date.slice(0, 7);
  const first = `${month}-01`;
  const next = `${addDays(first, 31).slice(0, 7)}-01`;
  const whose =
    reason.roundRobin === null
      ? sql`location_id = ${location.rowId}`
      : sql`reason_id = ${reason.rowId}`;
  const rows = await reader.all<{ staffId: number; count: number; lastAt: number }>(sql`
    SELECT staff_id AS "staffId", count(*) AS count, max(created_at) AS "lastAt" FROM appointment
    WHERE business_id = ${businessId} AND ${isOneOf(raw('staff_id'), staffIds)} AND ${whose}
      AND start_at >= ${dayStart(first, location.timeZoneCode)} AND start_at < ${dayStart(next, location.timeZoneCode)}
      AND status NOT IN ('CANCELLED', 'DELETED') AND (hold_expires_at IS NULL OR hold_expires_at > ${now}) AND class_schedule_id IS NULL
    GROUP BY staff_id`);
  return rows.map(({ staffId, count, lastAt }) => ({
    staffId,
    count: Number(count),
    lastAt: Number(lastAt),
  }));
}
