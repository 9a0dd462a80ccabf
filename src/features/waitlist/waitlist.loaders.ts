import { memberOf, type Context } from '../../context';
import type { Reader } from '../../shared/db/database';
import { isOneOf, raw, sql } from '../../shared/db/sql';
import { tableOf } from '../../shared/db/table';
import { alignByKey, defineLoader, groupByKey } from '../../shared/loader';
import { LogEvent } from '../log/event.entity';
import { WaitlistEntry } from './waitlist-entry.entity';
import { WaitlistStatus } from './waitlist.status';

/** Who is invited to what an appointment holds, as they joined. */
export async function invitedTo(reader: Reader, businessId: number, appointmentId: number): Promise<WaitlistEntry[]> {
  const table = tableOf(WaitlistEntry);
  const rows = await reader.all(sql`
    SELECT ${table.select('e')} FROM ${raw('waitlist_entry AS e')}
    WHERE e.business_id = ${businessId} AND e.appointment_id = ${appointmentId} AND e.status = ${WaitlistStatus.INVITED} ORDER BY e.created_at, e.id`);
  return rows.map((row) => table.hydrate(row));
}

const byAppointment = (status: WaitlistStatus) => async (context: Context, ids: readonly number[]): Promise<WaitlistEntry[]> => {
  const table = tableOf(WaitlistEntry);
  const rows = await context.db.all(sql`
    SELECT ${table.select('e')} FROM ${raw('waitlist_entry AS e')}
    WHERE e.business_id = ${memberOf(context).businessId} AND e.status = ${status} AND ${isOneOf(raw('e.appointment_id'), ids)} ORDER BY e.created_at, e.id`);
  return rows.map((row) => table.hydrate(row));
};

/** Whose place an appointment was, while they waited. */
export const bookedByAppointmentId = defineLoader(async (context: Context, ids: readonly number[]) =>
  alignByKey(ids, await byAppointment(WaitlistStatus.BOOKED)(context, ids), (row) => row.appointmentId as number));

export const invitedByAppointmentId = defineLoader(async (context: Context, ids: readonly number[]) =>
  groupByKey(ids, await byAppointment(WaitlistStatus.INVITED)(context, ids), (row) => row.appointmentId as number));

/** Of those who wait, how many joined before, for the same reason and location, or the same session; and itself. */
export const positionById = defineLoader(async (context: Context, ids: readonly number[]) => {
  const { businessId } = memberOf(context);
  const rows = await context.db.all<{ id: number; position: number }>(sql`
    SELECT e.id AS id, count(*) AS position FROM ${raw('waitlist_entry AS e')}
    JOIN ${raw('waitlist_entry AS o')} ON o.business_id = e.business_id AND o.reason_id = e.reason_id AND o.location_id = e.location_id
      AND coalesce(o.class_schedule_id, 0) = coalesce(e.class_schedule_id, 0)
      AND o.status = 'WAITING' AND (o.created_at, o.id) <= (e.created_at, e.id)
    WHERE e.business_id = ${businessId} AND e.status = 'WAITING' AND ${isOneOf(raw('e.id'), ids)} GROUP BY e.id`);
  const byId = new Map(rows.map((row) => [row.id, row.position]));
  return ids.map((id) => byId.get(id) ?? null);
});

const MAX_HISTORY = 200;

/** Oldest first. */
export const historyByEntryId = defineLoader(async (context: Context, ids: readonly number[]) => {
  const table = tableOf(LogEvent);
  const rows = await context.db.all(sql`
    SELECT ${table.select('e')} FROM ${raw('event AS e')}
    WHERE e.business_id = ${memberOf(context).businessId} AND ${isOneOf(raw('e.waitlist_entry_id'), ids)}
    ORDER BY e.waitlist_entry_id, e.position LIMIT ${MAX_HISTORY * ids.length}`);
  return groupByKey(ids, rows.map((row) => table.hydrate(row)), (event) => event.waitlistEntryId as number);
});
