import type { Reader } from '../../db/database';
import { isOneOf, or, raw, sql, type Sql } from '../../db/sql';
import { tableOf } from '../../db/table';
import { addDays } from '../../lib/time-zone';
import { DateOverride } from './date-override.entity';
import { SchedulePeriod } from './schedule-period.entity';

export interface HoursOwners {
  readonly staffIds?: readonly number[];
  readonly locationIds?: readonly number[];
  readonly reasonIds?: readonly number[];
  readonly resourceIds?: readonly number[];
}

export interface StoredHours {
  readonly periods: readonly SchedulePeriod[];
  readonly overrides: readonly DateOverride[];
}

/**
 * Reads the hours of these owners on local days `from` to `to`, inclusive, keyed by owner id, in
 * two statements. Includes the day before, whose ranges may extend past midnight.
 */
export async function schedulesOf(
  reader: Reader,
  businessId: number,
  owners: HoursOwners,
  { from, to }: { from: string; to: string },
): Promise<StoredHours> {
  const [periods, overrides] = [tableOf(SchedulePeriod), tableOf(DateOverride)];
  const owned = (alias: string): Sql =>
    or([
      ...(owners.staffIds?.length ? [isOneOf(raw(`${alias}.staff_id`), owners.staffIds)] : []),
      ...(owners.locationIds?.length
        ? [isOneOf(raw(`${alias}.of_location_id`), owners.locationIds)]
        : []),
      ...(owners.reasonIds?.length
        ? [isOneOf(raw(`${alias}.of_reason_id`), owners.reasonIds)]
        : []),
      ...(owners.resourceIds?.length
        ? [isOneOf(raw(`${alias}.resource_id`), owners.resourceIds)]
        : []),
    ]);
  const first = addDays(from, -1);
  const [foundPeriods, foundOverrides] = await Promise.all([
    reader.all(sql`
      SELECT ${periods.select('p')} FROM ${raw('schedule_period AS p')}
      WHERE p.business_id = ${businessId} AND ${owned('p')} AND p.valid_from <= ${to} AND (p.valid_to IS NULL OR p.valid_to >= ${first}) ORDER BY p.id`),
    reader.all(sql`
      SELECT ${overrides.select('o')} FROM ${raw('date_override AS o')}
      WHERE o.business_id = ${businessId} AND ${owned('o')} AND o.date >= ${first} AND o.date <= ${to} ORDER BY o.id`),
  ]);
  return {
    periods: foundPeriods.map((row) => periods.hydrate(row)),
    overrides: foundOverrides.map((row) => overrides.hydrate(row)),
  };
}
