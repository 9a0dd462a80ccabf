import type { Reader } from '../../../db/database';
import { isOneOf, raw, sql } from '../../../db/sql';
import type { Interval } from '../../../lib/intervals';
import { addDays } from '../../../lib/time-zone';
import { selectedLocationsOf, servingOf, type Serving } from '../../reasons/links/active-links';
import { resourceNeedsOf, type UsableNeed } from '../../resources/resource-needs';
import { schedulesOf, type StoredHours } from '../../schedules/stored-hours';
import { locationIdsOfStaff } from '../../staff/staff-locations';
import { LOOK_BACK_DAYS, type Days, type ReadHours } from './hours';

/**
 * Stored rows that are selected by ids only, so that they can be read before the ids are resolved.
 */
export interface StoredSchedule {
  readonly hours: StoredHours;
  readonly placeHasHours: boolean;
  readonly serving: readonly Serving[];
  readonly places: ReadonlyMap<number, readonly number[]>;
  readonly needs: readonly UsableNeed[];
  readonly selected: readonly number[];
}

export interface ScheduleKey {
  readonly reasonId: number;
  readonly locationId: number;
  readonly staffIds: readonly number[];
  readonly days: Days;
}

/** Reads the rows of a schedule, in one batch of statements. */
export async function readStored(
  reader: Reader,
  businessId: number,
  { reasonId, locationId, staffIds, days }: ScheduleKey,
): Promise<StoredSchedule> {
  const [hours, placeHasHours, serving, places, needs, selected] = await Promise.all([
    schedulesOf(
      reader,
      businessId,
      { staffIds, locationIds: [locationId], reasonIds: [reasonId] },
      { ...days, from: addDays(days.from, -LOOK_BACK_DAYS) },
    ),
    ownersWithHours(reader, businessId, 'of_location_id', [locationId]),
    servingOf(reader, businessId, [reasonId]),
    locationIdsOfStaff(reader, businessId, staffIds),
    resourceNeedsOf(reader, businessId, [reasonId]),
    selectedLocationsOf(reader, businessId, [reasonId]),
  ]);
  return {
    hours,
    placeHasHours: placeHasHours.has(locationId),
    serving: serving.get(reasonId) ?? [],
    places,
    needs: needs.get(reasonId) ?? [],
    selected: selected.get(reasonId) ?? [],
  };
}

/**
 * Selects the hours for these days and the look-back before them. Includes the day before the first
 * one, whose hours may extend past midnight.
 */
export function scheduleWithin(
  { hours, ...others }: StoredSchedule,
  { from, to }: Days,
): StoredSchedule {
  const first = addDays(from, -LOOK_BACK_DAYS - 1);
  return {
    ...others,
    hours: {
      periods: hours.periods.filter(
        ({ validFrom, validTo }) => validFrom <= to && (validTo === null || validTo >= first),
      ),
      overrides: hours.overrides.filter(({ date }) => date >= first && date <= to),
    },
  };
}

/** Returns the local days, in any time zone, of visits that start in the range. */
export const daysOf = ({ startAt, endAt }: Interval, durationMs = 0): Days => ({
  from: addDays(new Date(startAt).toISOString().slice(0, 10), -1),
  to: addDays(new Date(endAt + durationMs).toISOString().slice(0, 10), 1),
});

/** Reads the hours of all days up to one, for windows that are longer than a week. */
export const earlierHours =
  (reader: Reader, businessId: number): ReadHours =>
  (owners, to) =>
    schedulesOf(reader, businessId, owners, { from: FIRST_DAY, to });

/** The earliest day from which hours can be valid: see LocalDate. */
const FIRST_DAY = '1900-01-01';

/**
 * Returns the owners that have any hours. A location or a resource without hours is always open.
 */
export async function ownersWithHours(
  reader: Reader,
  businessId: number,
  column: 'of_location_id' | 'resource_id',
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  const rows = await reader.all<{ id: number }>(sql`
    SELECT DISTINCT ${raw(column)} AS id FROM schedule_period WHERE business_id = ${businessId} AND ${isOneOf(raw(column), ids)}`);
  return new Set(rows.map(({ id }) => id));
}
