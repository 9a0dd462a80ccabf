import type { Database } from '../../db/database';
import { isOneOf, join, raw, sql } from '../../db/sql';
import { MS_PER_DAY } from '../../lib/time-zone';
import { fits, heldWithin } from '../occupancy/occupancy.service';
import { KINDS, type ZonedRow, type PreparedMove } from './keep-wall-clock';
import { derive, type ZonedTimes, type ZoneData } from './zone-data';

/**
 * Whether a move would conflict after all other rows have moved to their wall-clock times as well.
 * Writes nothing.
 */
export async function wouldCollide(
  db: Database,
  { businessId, rowId }: ZonedRow,
  { occupancies, override }: PreparedMove,
  { data, now }: { readonly data: ZoneData; readonly now: number },
): Promise<boolean> {
  const [first] = occupancies;
  if (!first || override) return false;
  const subjectIds = occupancies.map(({ subjectId }) => subjectId);
  // No zone changes its offset by more than a day, so rows further away cannot conflict.
  const held = await heldWithin(db, subjectIds, {
    businessId,
    startMs: first.startMs - MS_PER_DAY,
    endMs: first.endMs + MS_PER_DAY,
    exceptAppointmentId: rowId,
    now,
  });
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
  const movedClaims = held.map((other) => {
    const shift = shifts.get(other.appointmentId) ?? 0;
    return { ...other, startMs: other.startMs + shift, endMs: other.endMs + shift };
  });
  return occupancies.some(
    (occupancy) =>
      !fits(
        occupancy,
        movedClaims,
        capacities.find(({ id }) => id === occupancy.subjectId)?.capacity ?? 0,
      ),
  );
}

/** Returns the shift of each row in the new data, in milliseconds. */
async function shiftsOf(
  db: Database,
  businessId: number,
  ids: readonly number[],
  data: ZoneData,
): Promise<ReadonlyMap<number, number>> {
  const rows = await db.all<ZonedTimes & { id: number }>(
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
