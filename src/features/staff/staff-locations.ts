import type { Reader } from '../../db/database';
import { isOneOf, raw, sql } from '../../db/sql';
import { groupByKey } from '../../graphql/relations/loader';

/** Reads the location ids of staff members with one statement. */
export async function locationIdsOfStaff(
  reader: Reader,
  businessId: number,
  staffIds: readonly number[],
): Promise<ReadonlyMap<number, readonly number[]>> {
  const rows = await reader.all<{ staffId: number; locationId: number }>(sql`
    SELECT l.staff_id AS "staffId", l.location_id AS "locationId" FROM ${raw('staff_location AS l')}
    WHERE l.business_id = ${businessId} AND ${isOneOf(raw('l.staff_id'), staffIds)} ORDER BY l.staff_id, l.location_id`);
  return new Map(
    groupByKey(staffIds, rows, ({ staffId }) => staffId).map((group, index) => [
      staffIds[index] as number,
      group.map(({ locationId }) => locationId),
    ]),
  );
}
