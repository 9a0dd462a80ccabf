import { changedRow } from '../../db/new-row';
import type { WriteUnit } from '../../context';
import { byDialect, isOneOf, join, raw, sql, type Sql } from '../../db/sql';
import { setsOf, tableOf } from '../../db/table';
import { originalStartOf } from '../../lib/appointment-times';
import { Appointment } from '../appointments/model/appointment.entity';
import {
  withoutExtras,
  changesBetween,
  toJson,
  type BookingEventType,
} from '../appointments/model/events';
import type { AppointmentStatus } from '../appointments/model/status';
import { redeem } from '../prices/redeem';
import type { ClassSchedule } from '../classes/class-schedule.entity';
import * as log from '../../log/log.service';
import { modifierOf } from '../../log/actors/stamps';

/**
 * Locks the appointments with seats in sessions, in the order of their ids, except expired holds.
 * The locks of the seats prevent further bookings.
 */
export async function lockAttendees(
  { tx, member: { businessId }, now }: WriteUnit,
  sessions: readonly ClassSchedule[],
  statuses: readonly AppointmentStatus[],
): Promise<Appointment[]> {
  const table = tableOf(Appointment);
  const rows = await tx.all(sql`
    SELECT ${table.select('a')} FROM ${raw('appointment AS a')}
    WHERE a.business_id = ${businessId} AND ${isOneOf(
      raw('a.class_schedule_id'),
      sessions.map(({ rowId }) => rowId),
    )} AND ${isOneOf(raw('a.status'), statuses)}
      AND (a.hold_expires_at IS NULL OR a.hold_expires_at > ${now}) ORDER BY a.id ${byDialect({ postgres: raw('FOR UPDATE OF a'), sqlite: raw('') })}`);
  return rows.map((row) => table.hydrate(row));
}

const BATCH = 500;

/** The change that all attendees of a session receive. */
interface AttendeesChange {
  readonly changes: Partial<Appointment>;
  readonly type: BookingEventType;
  readonly reason: string | null;
  /** Whether their time changes, which counts as a reschedule by staff. */
  readonly moved?: boolean;
  /** Whether only the rules of the zone changed, which leaves the original start. */
  readonly keepsWallClock?: boolean;
}

/**
 * Applies the same changes to appointments and appends an event for each. Returns their new state.
 */
export async function changeAttendees(
  unit: WriteUnit,
  attendees: readonly Appointment[],
  { changes, type, reason, moved = false, keepsWallClock = false }: AttendeesChange,
): Promise<Appointment[]> {
  const { tx, member, now } = unit;
  const stamps = { modifiedAt: now, ...modifierOf(member) };
  const sets = [setsOf(Appointment, { ...changes, ...stamps }) as Sql];
  const counters = raw(
    moved
      ? 'version = version + 1, staff_reschedule_count = staff_reschedule_count + 1'
      : 'version = version + 1',
  );
  const startAt = keepsWallClock ? undefined : changes.startAt;
  if (startAt !== undefined)
    sets.push(
      sql`original_start_at = coalesce(original_start_at, CASE WHEN start_at = ${startAt} THEN NULL ELSE start_at END)`,
    );
  const changed: Appointment[] = [];
  for (let from = 0; from < attendees.length; from += BATCH) {
    const batch = attendees.slice(from, from + BATCH);
    await tx.run(
      sql`UPDATE appointment SET ${counters}, ${join(sets)} WHERE business_id = ${member.businessId} AND ${isOneOf(
        raw('id'),
        batch.map(({ rowId }) => rowId),
      )}`,
    );
    for (const before of batch) {
      const after = changedRow(Appointment, before, {
        ...changes,
        ...stamps,
        version: before.version + 1,
        ...(startAt === undefined ? {} : { originalStartAt: originalStartOf(before, startAt) }),
        staffRescheduleCount: before.staffRescheduleCount + (moved ? 1 : 0),
      });
      changed.push(after);
      await redeem(unit, { before, after });
      await log.appendEvent(unit, {
        type,
        reason,
        appointmentId: after.rowId,
        changes: changesBetween(withoutExtras(before), withoutExtras(after)),
        snapshot: toJson(withoutExtras(after)),
      });
    }
  }
  return changed;
}
