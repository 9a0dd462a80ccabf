import type { Context, Member } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import type { Tx } from '../../shared/db/database';
import { sql } from '../../shared/db/sql';
import { insertLater, remove, update } from '../../shared/db/table';
import { toGlobalId } from '../../shared/global-id';
import type { ClassSchedule } from '../classes/class-schedule.entity';
import { classSchedules } from '../classes/class.source';
import * as log from '../log/log.service';
import { claim, fits, heldWithin, lockSubjects, release, type Occupancy } from '../occupancy/occupancy.service';
import type { Staff } from '../staff/staff.entity';
import { Appointment, AppointmentStaff } from './appointment.entity';
import { BookingEventType, changesBetween, toJson, type Snapshot } from './appointment.events';
import { seatsOf, seatsStand } from './appointment.seats';
import { occupies } from './appointment.status';

/** An appointment with those who serve: what the log keeps, and what occupies. */
export interface Served extends Snapshot {
  /** Main and additional staff, the main one first. */
  readonly staff: readonly Staff[];
  /** The session that it has seats in: these are what it occupies, and nobody who serves. */
  readonly session?: ClassSchedule | null;
}

/** Somebody changed the row between our reading and our writing. */
export class Stale extends Error {}

export const subjectsOf = ({ staff, session }: Served): number[] => (session ? [session.subjectId] : staff.map((person) => person.subjectId));

export const occupanciesOf = ({ appointment, staff, session }: Served): Occupancy[] =>
  session ? seatsOf(appointment, session) : occupies(appointment.status)
    ? staff.map(({ subjectId }) => ({ subjectId, startMs: appointment.staffStartAt, endMs: appointment.staffEndAt, units: 1, expiresAt: appointment.holdExpiresAt }))
    : [];

/** @throws DomainError TIME_UNAVAILABLE that names those of the staff who are taken, and nothing of whom they serve. */
export async function checkFree(tx: Tx, served: Served, capacities: ReadonlyMap<number, number>): Promise<void> {
  const taken = takenBy(served, await rivalsOf(tx, served), capacities);
  if (taken.length) throw timeUnavailable(taken);
}

/** What others hold of those who would serve, while they would. Call it on locked subjects, or right behind the lock. */
export async function rivalsOf(tx: Tx, served: Served): Promise<readonly Occupancy[]> {
  const wanted = occupanciesOf(served);
  const [first] = wanted;
  if (!first) return [];
  const { businessId, rowId } = served.appointment;
  return heldWithin(tx, businessId, wanted.map((occupancy) => occupancy.subjectId), first.startMs, first.endMs, rowId);
}

/** Those of the staff who are taken. Pure. */
export function takenBy(served: Served, held: readonly Occupancy[], capacities: ReadonlyMap<number, number>): Staff[] {
  const wanted = occupanciesOf(served);
  if (!wanted.length) return [];
  return served.staff.filter((_, index) => {
    const occupancy = wanted[index] as Occupancy;
    return !fits(occupancy, held, capacities.get(occupancy.subjectId) ?? 0);
  });
}

export function timeUnavailable(taken: readonly Staff[]): DomainError {
  return new DomainError(ErrorCode.TIME_UNAVAILABLE, `${taken.map((person) => person.fullName).join(', ')}: not free at this time. Choose another time or somebody else.`, {
    path: ['input', 'start'], staffIds: taken.map((person) => toGlobalId('Staff', person.rowId)),
  });
}

/** Adds a booking whose time has been checked, on locked subjects. */
export async function add(tx: Tx, member: Member, now: number, served: Served, capacities: ReadonlyMap<number, number>, type = BookingEventType.CREATED): Promise<void> {
  const { appointment, additionalStaffIds } = served;
  const { businessId, rowId: appointmentId, override } = appointment;
  await insertLater(tx, Appointment, [appointment]);
  await insertLater(tx, AppointmentStaff, additionalStaffIds.map((staffId) => ({ businessId, appointmentId, staffId })));
  await claim(tx, { businessId, appointmentId, override }, occupanciesOf(served), capacities);
  await rememberLength(tx, appointment);
  await append(tx, member, now, type, null, served, null);
}

/** A window of days must look back as far as the longest appointment reaches: see the list's filter. */
async function rememberLength(tx: Tx, { businessId, startAt, endAt }: Appointment): Promise<void> {
  await tx.later(sql`UPDATE business SET longest_ms = ${endAt - startAt} WHERE id = ${businessId} AND longest_ms < ${endAt - startAt}`);
}

/**
 * Writes a change: lock the subjects it leaves and enters, compare and set the row, move the claims, tell the log.
 * @throws Stale when the row is no longer at `before`'s version; DomainError TIME_UNAVAILABLE.
 */
export async function replace(
  tx: Tx, member: Member, now: number, before: Served, after: Served, type: BookingEventType, reason: string | null, override: boolean,
): Promise<void> {
  const { businessId, rowId: appointmentId } = before.appointment;
  const moves = JSON.stringify(occupanciesOf(before)) !== JSON.stringify(occupanciesOf(after));
  const capacities = moves ? await lockSubjects(tx, businessId, [...new Set([...subjectsOf(before), ...subjectsOf(after)])], now) : new Map<number, number>();

  const { version } = before.appointment;
  const changed = await update(tx, Appointment, { businessId, rowId: appointmentId, version }, { ...difference(before.appointment, after.appointment), version: version + 1 });
  if (!changed) throw new Stale();
  after.appointment.version = version + 1;

  if (String(before.additionalStaffIds) !== String(after.additionalStaffIds)) {
    await remove(tx, AppointmentStaff, { businessId, appointmentId });
    await insertLater(tx, AppointmentStaff, after.additionalStaffIds.map((staffId) => ({ businessId, appointmentId, staffId })));
  }
  if (moves) {
    await release(tx, businessId, appointmentId);
    if (after.session) await standsOrStale(tx, after, capacities, override);
    else if (!override) await checkFree(tx, after, capacities);
    await claim(tx, { businessId, appointmentId, override }, occupanciesOf(after), capacities);
    await rememberLength(tx, after.appointment);
  }
  await append(tx, member, now, type, before, after, reason);
}

async function standsOrStale(tx: Tx, { appointment, session }: Served, capacities: ReadonlyMap<number, number>, override: boolean): Promise<void> {
  if (!(await seatsStand(tx, appointment, session as ClassSchedule, capacities, override))) throw new Stale();
}

function difference(before: Appointment, after: Appointment): Partial<Appointment> {
  const columns = Object.keys(before) as (keyof Appointment)[];
  return Object.fromEntries(columns.filter((name) => before[name] !== after[name]).map((name) => [name, after[name]])) as Partial<Appointment>;
}

function append(tx: Tx, member: Member, now: number, type: BookingEventType, before: Snapshot | null, after: Snapshot, reason: string | null): Promise<void> {
  return log.append(tx, member, now, {
    type, reason, appointmentId: after.appointment.rowId, changes: before ? changesBetween(before, after) : {}, snapshot: { ...toJson(after), holdSecretHash: null },
  });
}

const TRIES = 5;

/** Reads, decides and writes again when somebody else was faster, unless the caller insists on a version. */
export async function untilCurrent<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
      if (tries === TRIES) throw new DomainError(ErrorCode.BUSY, 'This appointment is being changed by others at this moment. Try again.', { retryable: true });
    }
  }
}

/** Whoever serves an appointment, with the row itself, as of now. */
export async function servedOf(context: Context, appointment: Appointment, load: (ids: readonly number[]) => Promise<Staff[]>): Promise<Served> {
  const { businessId, rowId } = appointment;
  const rows = await context.db.all<{ id: number }>(sql`
    SELECT staff_id AS id FROM appointment_staff WHERE business_id = ${businessId} AND appointment_id = ${rowId} ORDER BY staff_id`);
  const additionalStaffIds = rows.map((row) => row.id);
  const { classScheduleId } = appointment;
  if (classScheduleId !== null) classSchedules.forget(context, classScheduleId);
  const session = classScheduleId === null ? null : await classSchedules.granted(context, classScheduleId);
  return { appointment, additionalStaffIds, session, staff: await load([appointment.staffId, ...additionalStaffIds]) };
}
