import { isStaffSide, memberOf, type Context } from '../../../context';
import { and, raw, sql } from '../../../db/sql';
import type { Appointment } from '../../appointments/model/appointment.entity';
import { seatsLeft } from '../../classes/seats-left';
import { classSchedules } from '../../classes/class.list';
import { ClientStatus } from '../../clients/client.entity';
import { locations } from '../../locations/location.list';
import type { WaitlistEntry } from '../model/waitlist-entry.entity';
import { waitlistEntries } from '../model/waitlist.list';
import { startOf, suitedBy } from '../model/preferences';

const MAX_CANDIDATES = 200;

/**
 * Returns the entries that could take the time of an appointment if it became free, in the order of
 * joining. Null for roles other than staff.
 */
export async function candidatesFor(
  context: Context,
  { reasonId, locationId, staffId, startAt, classScheduleId, seats }: Appointment,
): Promise<WaitlistEntry[] | null> {
  const member = memberOf(context);
  if (!isStaffSide(member)) return null;
  if (startAt <= context.now()) return [];
  const { timeZoneCode } = await locations.getById(context, locationId);
  const { table } = waitlistEntries;
  const column = (property: keyof WaitlistEntry & string) => table.column('a', property);
  const rows = await context.db.all(sql`
    SELECT ${table.select('a')} FROM ${waitlistEntries.from('a')} JOIN ${raw('client AS c')} ON c.business_id = ${column('businessId')} AND c.id = ${column('clientId')}
    WHERE ${and([
      waitlistEntries.visible(member, 'a'),
      sql`${column('reasonId')} = ${reasonId}`,
      sql`${column('locationId')} = ${locationId}`,
      sql`${column('status')} = 'WAITING'`,
      sql`${column('wantedUntil')} >= ${startAt}`,
      sql`c.deleted = ${false}`,
      sql`c.status <> ${ClientStatus.BLACKLISTED}`,
    ])} ORDER BY ${column('createdAt')}, ${column('rowId')}`);
  const session =
    classScheduleId === null ? null : await classSchedules.findById(context, classScheduleId);
  const free = session ? seats + (await seatsLeft(session, context)) : 0;
  const start = startOf(startAt, timeZoneCode);
  return rows
    .map((row) => table.hydrate(row))
    .filter((entry) =>
      session
        ? entry.classScheduleId === classScheduleId && entry.seats <= free
        : suitedBy(entry, start, [staffId]) !== undefined,
    )
    .slice(0, MAX_CANDIDATES);
}
