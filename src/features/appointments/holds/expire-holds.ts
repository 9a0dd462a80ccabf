import { changedRow } from '../../../db/new-row';
import { Role, type Member, type WriteUnit } from '../../../context';
import type { Database } from '../../../db/database';
import { isOneOf, raw, sql } from '../../../db/sql';
import { findOne, tableOf } from '../../../db/table';
import { ClassSchedule } from '../../classes/class-schedule.entity';
import { lockSubjects } from '../../occupancy/occupancy.service';
import { Staff } from '../../staff/staff.entity';
import { Appointment } from '../model/appointment.entity';
import { BookingEventType } from '../model/events';
import { recheckSeats } from '../model/seats';
import { AppointmentStatus, stateOf } from '../model/status';
import {
  checkFree,
  otherStaffOf,
  partsOf,
  type AppointmentAggregate,
  subjectsOf,
} from '../model/aggregate';
import { writeAppointment, changeAppointment, StaleVersionError } from '../model/write';
import { creatorOf, modifierOf } from '../../../log/actors/stamps';
import { NO_GROUPS } from '../../groups/assigned-groups';

const BATCH = 100;

/** Returns the actor of background work. */
export const systemOf = (businessId: number): Member => ({
  businessId,
  role: Role.ADMINISTRATOR,
  actor: 'system',
  actorName: 'Slotgraph',
  staffId: null,
  clientId: null,
  clientIds: [],
  locationIds: [],
});

/**
 * Ends expired holds, so that subscribers are notified and lists exclude them. Their time is free
 * regardless. Safe to run in several processes. Returns the number of holds ended.
 */
export async function expireHolds(db: Database, now: number): Promise<number> {
  const table = tableOf(Appointment);
  const rows = await db.all(sql`
    SELECT ${table.select('a')} FROM ${raw('appointment AS a')}
    WHERE a.hold_expires_at IS NOT NULL AND a.hold_expires_at <= ${now} AND a.status = 'PENDING' ORDER BY a.hold_expires_at LIMIT ${BATCH}`);
  let ended = 0;
  for (const row of rows) ended += Number(await endHold(db, table.hydrate(row), now));
  return ended;
}

/**
 * Ends one hold and frees its time. Returns false if another process or the holder changed it
 * first.
 */
export async function endHold(
  db: Database,
  appointment: Appointment,
  now: number,
): Promise<boolean> {
  const before = await servedBy(db, appointment);
  const member = systemOf(appointment.businessId);
  const after = changedRow(Appointment, appointment, {
    ...stateOf(AppointmentStatus.DELETED),
    modifiedAt: now,
    ...modifierOf(member),
  });
  try {
    await db.transaction((tx) =>
      changeAppointment(
        { tx, member, now },
        {
          before,
          after: { ...before, appointment: after },
          type: BookingEventType.HOLD_EXPIRED,
          reason: null,
          override: false,
        },
      ),
    );
    return true;
  } catch (error) {
    if (error instanceof StaleVersionError) return false;
    throw error;
  }
}

async function servedBy(db: Database, appointment: Appointment): Promise<AppointmentAggregate> {
  const { businessId, staffId } = appointment;
  const { additionalStaffIds, blockedStaffIds } = await otherStaffOf(db, appointment);
  const table = tableOf(Staff);
  const people = (
    await db.all(sql`
    SELECT ${table.select('s')} FROM ${raw('staff AS s')} WHERE s.business_id = ${businessId} AND ${isOneOf(raw('s.id'), [staffId, ...additionalStaffIds, ...blockedStaffIds])}`)
  ).map((row) => table.hydrate(row));
  const rowsOf = (ids: readonly number[]) =>
    ids.map((id) => people.find((person) => person.rowId === id) as Staff);
  const session =
    appointment.classScheduleId === null
      ? null
      : await findOne(db, ClassSchedule, { businessId, rowId: appointment.classScheduleId });
  return {
    ...(await partsOf(db, appointment)),
    appointment,
    additionalStaffIds,
    blockedStaffIds,
    session,
    staff: rowsOf([staffId, ...additionalStaffIds]),
    blocked: rowsOf(blockedStaffIds),
  };
}

/**
 * Holds the time freed by an appointment, in the same transaction, so that no other booking can
 * take it.
 * @throws DomainError TIME_UNAVAILABLE if it was double-booked, SEATS_UNAVAILABLE for more seats
 * than are free; StaleVersionError if the session has changed
 */
export async function holdFreed(
  unit: WriteUnit,
  freed: AppointmentAggregate,
  hold: Pick<Appointment, 'rowId' | 'holdExpiresAt' | 'subStatusCode' | 'seats' | 'price'> &
    Partial<Pick<Appointment, 'address' | 'meetingUrl'>>,
): Promise<AppointmentAggregate> {
  const { tx, member, now } = unit;
  const appointment = changedRow(Appointment, freed.appointment, {
    ...stateOf(AppointmentStatus.PENDING),
    version: 1,
    clientId: null,
    note: null,
    fieldValues: null,
    ownColor: null,
    override: false,
    originalStartAt: null,
    cancelledAt: null,
    cancelledBy: null,
    cancelledById: null,
    cancelReason: null,
    cancelReasonCode: null,
    clientConfirmedAt: null,
    checkedInAt: null,
    startedAt: null,
    changeReason: null,
    clientRescheduleCount: 0,
    staffRescheduleCount: 0,
    discount: null,
    couponId: null,
    packageSoldId: null,
    ...NO_GROUPS,
    invoiceReference: null,
    taxAmount: null,
    transactionFee: null,
    paidAmount: null,
    paymentReference: null,
    externalEventId: null,
    batchId: null,
    invitationId: null,
    jobRequisitionId: null,
    recurringAppointmentId: null,
    recurrenceStart: null,
    createdAt: now,
    ...creatorOf(member),
    modifiedAt: now,
    ...modifierOf(member),
    ...hold,
  });
  const held = { ...freed, appointment, addOnReasonIds: [] };
  const capacities = await lockSubjects(tx, member.businessId, subjectsOf(held), now);
  if (!held.session) await checkFree(tx, held, capacities);
  else if (
    !(await recheckSeats(tx, { appointment, session: held.session, override: false }, capacities))
  )
    throw new StaleVersionError();
  await writeAppointment(unit, held, capacities, { type: BookingEventType.HELD });
  return held;
}
