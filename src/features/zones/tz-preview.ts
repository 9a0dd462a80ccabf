import type { Database } from '../../db/database';
import { isOneOf, join, raw, sql } from '../../db/sql';
import { MS_PER_DAY } from '../../lib/time-zone';
import { fits, heldWithin } from '../occupancy/occupancy.service';
import { KINDS, type Kept, type Prepared } from './keep-wall-clock';
import { derive, type Timed, type ZoneData } from './zone-data';

/** Whether somebody or something would be taken once everything else that keeps its wall clock has moved as well. Reads, and writes nothing. */
export async function wouldCollide(
  db: Database,
  { businessId, rowId }: Kept,
  { occupancies: wanted, override }: Prepared,
  data: ZoneData,
  now: number,
): Promise<boolean> {
  const [first] = wanted;
  if (!first || override) return false;
  const subjectIds = wanted.map(({ subjectId }) => subjectId);
  // No country moves its clocks by a day and a day, so nothing further away can come near.
  const held = await heldWithin(
    db,
    businessId,
    subjectIds,
    first.startMs - MS_PER_DAY,
    first.endMs + MS_PER_DAY,
    rowId,
    now,
  );
  const [shifts, capacities] = await Promise.all([
    shiftsOf(
      db,
      businessId,
      held.map(({ appointmentId }) => appointmentId),
      data,
    ),
    db.all<{ id: number; capacity: number }>(
      sql`SELECT id, capacity FROM subject WHERE business_id = ${businessId} AND ${isOneOf(raw('id'), subjectIds)}`,
    ),
  ]);
  const there = held.map((other) => {
    const shift = shifts.get(other.appointmentId) ?? 0;
    return { ...other, startMs: other.startMs + shift, endMs: other.endMs + shift };
  });
  return wanted.some(
    (occupancy) =>
      !fits(
        occupancy,
        there,
        capacities.find(({ id }) => id === occupancy.subjectId)?.capacity ?? 0,
      ),
  );
}

/** By how much each of them moves by the data. */
async function shiftsOf(
  db: Database,
  businessId: number,
  ids: readonly number[],
  data: ZoneData,
): Promise<ReadonlyMap<number, number>> {
  const rows = await db.all<Timed & { id: number }>(
    join(
      KINDS.map(
        ({ table }) => sql`
    SELECT id, start_at AS "startAt", end_at AS "endAt", staff_start_at AS "staffStartAt", staff_end_at AS "staffEndAt", time_zone_code AS "timeZoneCode", local_start AS "localStart"
    FROM ${raw(table)} WHERE business_id = ${businessId} AND ${isOneOf(raw('id'), ids)} AND time_zone_data <> ${data.version}`,
      ),
      ' UNION ALL ',
    ),
  );
  return new Map(
    rows.map((row) => [row.id, derive(row, row.timeZoneCode, data).startAt - row.startAt]),
  );
}
