import type { WriteUnit } from '../../../context';
import type { Database } from '../../../db/database';
import { and, raw, sql, type Sql } from '../../../db/sql';
import { findOne, tableOf } from '../../../db/table';
import { Appointment } from '../../appointments/model/appointment.entity';
import { BookingEventType } from '../../appointments/model/events';
import { AppointmentStatus } from '../../appointments/model/status';
import { wholeOf } from '../../appointments/model/aggregate';
import { StaleVersionError } from '../../appointments/model/write';
import { endHold, systemOf } from '../../appointments/holds/expire-holds';
import { WaitlistEntry } from '../model/waitlist-entry.entity';
import { returnToList } from './claim';
import { changeEntry } from '../model/events';
import { WaitlistStatus } from '../model/status';

const BATCH = 100;

/**
 * Persists the effects of time on waitlists: expired invitations, preferences in the past, holds
 * without an invited entry.
 * An expired invitation cannot be claimed even before it is persisted. Safe on several processes
 * concurrently. Returns the number of changed entries.
 */
export async function expireInvitations(db: Database, now: number): Promise<number> {
  const unclaimed = sql`e.status = 'INVITED' AND e.invitation_expires_at <= ${now}`;
  const outdated = sql`e.status = 'WAITING' AND (e.wanted_until <= ${now} OR EXISTS (
    SELECT 1 FROM class_schedule AS s WHERE s.business_id = e.business_id AND s.id = e.class_schedule_id AND s.status <> 'OPEN'))`;
  const released = sql`e.status = 'INVITED' AND e.invitation_expires_at > ${now} AND EXISTS (
    SELECT 1 FROM appointment AS a WHERE a.business_id = e.business_id AND a.id = e.appointment_id AND a.status <> 'PENDING')`;
  const changed = [
    await changeEach(db, now, unclaimed, expire),
    await changeEach(db, now, outdated, expire),
    await changeEach(db, now, released, followAppointment),
  ];
  await endUnusedHolds(db, now);
  return changed.reduce((sum, count) => sum + count, 0);
}

async function changeEach(
  db: Database,
  now: number,
  condition: Sql,
  change: (unit: WriteUnit, entry: WaitlistEntry) => Promise<unknown>,
): Promise<number> {
  const table = tableOf(WaitlistEntry);
  const rows = await db.all(
    sql`SELECT ${table.select('e')} FROM ${raw('waitlist_entry AS e')} WHERE ${condition} ORDER BY e.business_id, e.id LIMIT ${BATCH}`,
  );
  let changed = 0;
  for (const row of rows) {
    try {
      const entry = table.hydrate(row);
      await db.transaction((tx) => change({ tx, member: systemOf(entry.businessId), now }, entry));
      changed += 1;
    } catch (error) {
      // Another process or the client has changed the entry first.
      if (!(error instanceof StaleVersionError)) throw error;
    }
  }
  return changed;
}

async function expire(unit: WriteUnit, entry: WaitlistEntry): Promise<void> {
  const { tx } = unit;
  const held =
    entry.appointmentId === null
      ? null
      : await findOne(tx, Appointment, {
          businessId: entry.businessId,
          rowId: entry.appointmentId,
        });
  await changeEntry(
    unit,
    entry,
    { status: WaitlistStatus.EXPIRED, appointmentId: null },
    {
      type: BookingEventType.WAITLIST_EXPIRED,
      ...(held ? { about: await wholeOf(tx, held) } : {}),
    },
  );
}

/**
 * Adapts an entry whose hold staff have booked for its client, booked for another client, or
 * released.
 */
async function followAppointment(unit: WriteUnit, entry: WaitlistEntry): Promise<void> {
  const { tx } = unit;
  const appointment = await findOne(tx, Appointment, {
    businessId: entry.businessId,
    rowId: entry.appointmentId as number,
  });
  if (appointment?.status === AppointmentStatus.OPEN && appointment.clientId === entry.clientId) {
    await changeEntry(
      unit,
      entry,
      { status: WaitlistStatus.BOOKED },
      { type: BookingEventType.WAITLIST_BOOKED, about: await wholeOf(tx, appointment) },
    );
  } else await returnToList(unit, entry);
}

/**
 * Ends unused holds before the next sweep. Ignores errors: the command has already committed, and
 * the sweep retries.
 */
export const releaseUnusedHolds = (db: Database, now: number): Promise<void> =>
  endUnusedHolds(db, now).catch(() => undefined);

/** Ends holds to which no entry is invited any more. */
async function endUnusedHolds(db: Database, now: number): Promise<void> {
  const table = tableOf(Appointment);
  const rows = await db.all(sql`
    SELECT ${table.select('a')} FROM ${raw('appointment AS a')}
    WHERE ${and([
      raw(
        `a.hold_expires_at IS NOT NULL AND a.status = 'PENDING' AND a.sub_status_code = 'PENDING_WAITLIST'`,
      ),
      sql`a.hold_expires_at > ${now}`,
      raw(
        `NOT EXISTS (SELECT 1 FROM waitlist_entry AS e WHERE e.business_id = a.business_id AND e.appointment_id = a.id AND e.status = 'INVITED')`,
      ),
    ])} LIMIT ${BATCH}`);
  for (const row of rows) await endHold(db, table.hydrate(row), now);
}
