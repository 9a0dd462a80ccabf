import { Role, type Member } from '../../context';
import type { Database } from '../../shared/db/database';
import { isOneOf, raw, sql } from '../../shared/db/sql';
import { tableOf } from '../../shared/db/table';
import { Staff } from '../staff/staff.entity';
import { Appointment } from './appointment.entity';
import { BookingEventType } from './appointment.events';
import { AppointmentStatus, stateOf } from './appointment.status';
import { replace, Stale, type Served } from './appointment.write';

const BATCH = 100;

const systemOf = (businessId: number): Member => ({
  businessId, role: Role.ADMINISTRATOR, actor: 'system', actorName: 'Slotgraph', staffId: null, clientId: null, clientIds: [], locationIds: [],
});

/**
 * Ends holds that are past their instant: for whoever listens, and so that lists do not show them. Their time is free without it. Any number of
 * processes may do it at once. Answers how many it ended.
 */
export async function endExpiredHolds(db: Database, now: number): Promise<number> {
  const [appointments, staff] = [tableOf(Appointment), tableOf(Staff)];
  const rows = (await db.all(sql`
    SELECT ${appointments.select('a')} FROM ${raw('appointment AS a')}
    WHERE a.hold_expires_at IS NOT NULL AND a.hold_expires_at <= ${now} AND a.status = 'PENDING' ORDER BY a.hold_expires_at LIMIT ${BATCH}`)).map((row) => appointments.hydrate(row));
  const people = (await db.all(sql`SELECT ${staff.select('s')} FROM ${raw('staff AS s')} WHERE ${isOneOf(raw('s.id'), rows.map(({ staffId }) => staffId))}`)).map((row) => staff.hydrate(row));
  let ended = 0;
  for (const appointment of rows) {
    const person = people.find(({ businessId, rowId }) => businessId === appointment.businessId && rowId === appointment.staffId) as Staff;
    // What else it takes is given back by its claims, whoever they are of.
    const before: Served = { appointment, additionalStaffIds: [], resources: [], addOnReasonIds: [], staff: [person] };
    const after = Object.assign(new Appointment(), appointment, stateOf(AppointmentStatus.DELETED), { modifiedAt: now, modifiedBy: 'Slotgraph' });
    const member = systemOf(appointment.businessId);
    try {
      await db.transaction((tx) => replace(tx, member, now, before, { ...before, appointment: after }, BookingEventType.HOLD_EXPIRED, null, false));
      ended += 1;
    } catch (error) {
      // Another process was faster, or the holder.
      if (!(error instanceof Stale)) throw error;
    }
  }
  return ended;
}
