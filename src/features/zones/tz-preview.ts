import type { Database } from '../../shared/db/database';
import { isOneOf, raw, sql } from '../../shared/db/sql';
import { tableOf } from '../../shared/db/table';
import { MS_PER_DAY } from '../../shared/time-zone';
import { Appointment } from '../appointments/appointment.entity';
import { occupanciesOf, type Served } from '../appointments/appointment.write';
import { fits, heldWithin } from '../occupancy/occupancy.service';
import { derive, type ZoneData } from './zone-data';

/** Whether somebody who serves would be taken once everything else that keeps its wall clock has moved as well. Reads, and writes nothing. */
export async function wouldCollide(db: Database, after: Served, data: ZoneData, now: number): Promise<boolean> {
  const { businessId, rowId, override } = after.appointment;
  const wanted = occupanciesOf(after);
  const [first] = wanted;
  if (!first || override) return false;
  const subjectIds = wanted.map(({ subjectId }) => subjectId);
  // No country moves its clocks by a day and a day, so nothing further away can come near.
  const held = await heldWithin(db, businessId, subjectIds, first.startMs - MS_PER_DAY, first.endMs + MS_PER_DAY, rowId, now);
  const [shifts, capacities] = await Promise.all([
    shiftsOf(db, businessId, held.map(({ appointmentId }) => appointmentId), data),
    db.all<{ id: number; capacity: number }>(sql`SELECT id, capacity FROM subject WHERE business_id = ${businessId} AND ${isOneOf(raw('id'), subjectIds)}`),
  ]);
  const there = held.map((other) => {
    const shift = shifts.get(other.appointmentId) ?? 0;
    return { ...other, startMs: other.startMs + shift, endMs: other.endMs + shift };
  });
  return wanted.some((occupancy) => !fits(occupancy, there, capacities.find(({ id }) => id === occupancy.subjectId)?.capacity ?? 0));
}

/** By how much each appointment moves by the data. */
async function shiftsOf(db: Database, businessId: number, ids: readonly number[], data: ZoneData): Promise<ReadonlyMap<number, number>> {
  const table = tableOf(Appointment);
  const rows = await db.all(sql`
    SELECT ${table.select('a')} FROM ${raw('appointment AS a')} WHERE a.business_id = ${businessId} AND ${isOneOf(raw('a.id'), ids)} AND a.time_zone_data <> ${data.version}`);
  return new Map(rows.map((row) => {
    const appointment = table.hydrate(row);
    return [appointment.rowId, derive(appointment, appointment.timeZoneCode, data).startAt - appointment.startAt];
  }));
}
