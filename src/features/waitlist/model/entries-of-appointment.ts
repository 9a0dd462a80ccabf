import { memberOf, type Context } from '../../../context';
import type { Reader } from '../../../db/database';
import { isOneOf, raw, sql } from '../../../db/sql';
import { tableOf } from '../../../db/table';
import { alignByKey, defineLoader, groupByKey } from '../../../graphql/relations/loader';
import { WaitlistEntry } from './waitlist-entry.entity';
import { WaitlistStatus } from './status';

/** Returns the entries invited to the place that an appointment holds, in the order of joining. */
export async function invitedTo(
  reader: Reader,
  businessId: number,
  appointmentId: number,
): Promise<WaitlistEntry[]> {
  const table = tableOf(WaitlistEntry);
  const rows = await reader.all(sql`
    SELECT ${table.select('e')} FROM ${raw('waitlist_entry AS e')}
    WHERE e.business_id = ${businessId} AND e.appointment_id = ${appointmentId} AND e.status = ${WaitlistStatus.INVITED} ORDER BY e.created_at, e.id`);
  return rows.map((row) => table.hydrate(row));
}

const byAppointment =
  (status: WaitlistStatus) =>
  async (context: Context, ids: readonly number[]): Promise<WaitlistEntry[]> => {
    const table = tableOf(WaitlistEntry);
    const rows = await context.db.all(sql`
    SELECT ${table.select('e')} FROM ${raw('waitlist_entry AS e')}
    WHERE e.business_id = ${memberOf(context).businessId} AND e.status = ${status} AND ${isOneOf(raw('e.appointment_id'), ids)} ORDER BY e.created_at, e.id`);
    return rows.map((row) => table.hydrate(row));
  };

/** Loads the entry from which an appointment was booked. */
export const bookedByAppointmentId = defineLoader(
  async (context: Context, ids: readonly number[]) =>
    alignByKey(
      ids,
      await byAppointment(WaitlistStatus.BOOKED)(context, ids),
      (row) => row.appointmentId as number,
    ),
);

export const invitedByAppointmentId = defineLoader(
  async (context: Context, ids: readonly number[]) =>
    groupByKey(
      ids,
      await byAppointment(WaitlistStatus.INVITED)(context, ids),
      (row) => row.appointmentId as number,
    ),
);
