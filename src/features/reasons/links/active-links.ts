import type { Reader } from '../../../db/database';
import { isOneOf, raw, sql } from '../../../db/sql';
import { groupByKey } from '../../../graphql/relations/loader';
import { ReasonStatus } from '../reason-enums';
import type { Duration } from '../reason-values';

/** An active assignment of a staff member to a reason. */
export interface Serving {
  readonly reasonId: number;
  readonly staffId: number;
  readonly subjectId: number;
  readonly timeZoneCode: string;
  readonly priority: number;
  readonly weight: number;
  /** The staff member's own price; null for the price of the reason. */
  readonly price: string | null;
  /** Lengths with prices of the staff member. */
  readonly durations: readonly Duration[];
}

/** Returns the active staff assignments of these reasons, ordered by staff id, in one statement. */
export async function servingOf(
  reader: Reader,
  businessId: number,
  reasonIds: readonly number[],
): Promise<ReadonlyMap<number, readonly Serving[]>> {
  const rows = await reader.all<StoredServing>(sql`
    SELECT s.reason_id AS "reasonId", s.staff_id AS "staffId", p.subject_id AS "subjectId", p.time_zone_code AS "timeZoneCode", s.priority, s.weight, s.price, s.durations
    FROM ${raw('service_staff AS s')} JOIN ${raw('staff AS p')} ON p.business_id = s.business_id AND p.id = s.staff_id
    WHERE s.business_id = ${businessId} AND ${isOneOf(raw('s.reason_id'), reasonIds)} AND s.active = ${true} AND p.active = ${true} AND p.accepts_appointments = ${true}
    ORDER BY s.reason_id, s.staff_id`);
  return new Map(
    groupByKey(reasonIds, rows.map(withDurations), ({ reasonId }) => reasonId).map(
      (group, index) => [reasonIds[index] as number, group],
    ),
  );
}

type StoredServing = Omit<Serving, 'durations'> & {
  readonly durations: Serving['durations'] | string;
};

/** SQLite returns JSON as text. */
const withDurations = (row: StoredServing): Serving => ({
  ...row,
  durations:
    typeof row.durations === 'string'
      ? (JSON.parse(row.durations) as Serving['durations'])
      : row.durations,
});

/**
 * Returns the locations of these reasons whose work schedule is SELECTED_LOCATIONS, in one
 * statement.
 */
export async function selectedLocationsOf(
  reader: Reader,
  businessId: number,
  reasonIds: readonly number[],
): Promise<ReadonlyMap<number, readonly number[]>> {
  const rows = await reader.all<{ reasonId: number; locationId: number }>(sql`
    SELECT l.reason_id AS "reasonId", l.location_id AS "locationId" FROM ${raw('service_location AS l')}
    WHERE l.business_id = ${businessId} AND ${isOneOf(raw('l.reason_id'), reasonIds)} AND l.active = ${true} ORDER BY l.reason_id, l.location_id`);
  return new Map(
    groupByKey(reasonIds, rows, ({ reasonId }) => reasonId).map((group, index) => [
      reasonIds[index] as number,
      group.map(({ locationId }) => locationId),
    ]),
  );
}

/**
 * Returns the ids of the add-ons that can be booked with each of these reasons, in one statement.
 */
export async function addOnIdsOf(
  reader: Reader,
  businessId: number,
  reasonIds: readonly number[],
): Promise<ReadonlyMap<number, readonly number[]>> {
  const rows = await reader.all<{ reasonId: number; addOnId: number }>(sql`
    SELECT o.reason_id AS "reasonId", o.add_on_id AS "addOnId" FROM ${raw('reason_add_on AS o')}
    JOIN ${raw('reason AS a')} ON a.business_id = o.business_id AND a.id = o.add_on_id
    WHERE o.business_id = ${businessId} AND ${isOneOf(raw('o.reason_id'), reasonIds)} AND a.status = ${ReasonStatus.ACTIVE} ORDER BY o.reason_id, o.add_on_id`);
  return new Map(
    groupByKey(reasonIds, rows, ({ reasonId }) => reasonId).map((group, index) => [
      reasonIds[index] as number,
      group.map(({ addOnId }) => addOnId),
    ]),
  );
}
