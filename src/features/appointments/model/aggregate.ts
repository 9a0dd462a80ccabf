import type { Context, Member } from '../../../context';
import { DomainError, ErrorCode } from '../../../errors';
import type { Reader, Tx } from '../../../db/database';
import { raw, sql } from '../../../db/sql';
import { insertDeferred, remove, update } from '../../../db/table';
import { toGlobalId } from '../../../graphql/global-id';
import { withExplanationInput } from '../../availability/unavailable-error';
import type { ClassSchedule } from '../../classes/class-schedule.entity';
import { classSchedules } from '../../classes/class.source';
import * as log from '../../../log/log.service';
import {
  claim,
  fits,
  heldWithin,
  lockSubjects,
  release,
  type Occupancy,
} from '../../occupancy/occupancy.service';
import type { Staff } from '../../staff/staff.entity';
import { AppointmentAddOn } from './appointment-add-on.entity';
import { AppointmentBlockedStaff } from './appointment-blocked-staff.entity';
import { AppointmentResource } from './appointment-resource.entity';
import { AppointmentStaff } from './appointment-staff.entity';
import { Appointment } from './appointment.entity';
import { BookingEventType, changesBetween, toJson, type Snapshot } from './events';
import { explanationInputFor, seatsOf, recheckSeats } from '../seats/seats';
import { occupies } from './status';

/** An appointment with its staff, resources and session: the unit of logging and of occupancy. */
export interface AppointmentAggregate extends Snapshot {
  /** Main and additional staff, the main one first. */
  readonly staff: readonly Staff[];
  /** Staff who do not serve, but whose time is blocked. */
  readonly blocked?: readonly Staff[];
  readonly resources: readonly TakenResource[];
  /** Session in which it has seats. It then occupies these seats, and no staff. */
  readonly session?: ClassSchedule | null;
}

/** Units of a resource and the subject that they belong to. */
interface TakenResource {
  readonly resourceId: number;
  readonly subjectId: number;
  readonly units: number;
}

/** The row was changed between the read and the write. */
export class StaleVersionError extends Error {}

export const subjectsOf = ({
  staff,
  blocked = [],
  resources,
  session,
}: AppointmentAggregate): number[] =>
  (session ? [session] : [...staff, ...blocked, ...resources]).map(({ subjectId }) => subjectId);

export const idsOfStaff = (staff: readonly Staff[]): number[] =>
  staff.map(({ rowId }) => rowId).sort((one, other) => one - other);

/** Returns the ids of all staff except the main one whose time is blocked. */
const blockedIdsOf = ({ additionalStaffIds, blockedStaffIds = [] }: Snapshot): number[] => [
  ...additionalStaffIds,
  ...blockedStaffIds,
];

/**
 * Returns the seats of a session; else the time of the staff, followed by that of the resources.
 */
export const occupanciesOf = ({
  appointment,
  staff,
  blocked = [],
  resources,
  session,
}: AppointmentAggregate): Occupancy[] => {
  if (session) return seatsOf(appointment, session);
  if (!occupies(appointment.status)) return [];
  const people = [...staff, ...blocked].map(({ subjectId }) => ({ subjectId, units: 1 }));
  return [...people, ...resources].map(({ subjectId, units }) => ({
    subjectId,
    units,
    startMs: appointment.staffStartAt,
    endMs: appointment.staffEndAt,
    expiresAt: appointment.holdExpiresAt,
  }));
};

/**
 * Checks that all subjects are free. The error names the staff who are not, and reveals nothing
 * about their appointments.
 * @throws DomainError TIME_UNAVAILABLE
 */
export async function checkFree(
  tx: Tx,
  served: AppointmentAggregate,
  capacities: ReadonlyMap<number, number>,
): Promise<void> {
  const wanted = occupanciesOf(served);
  const [first] = wanted;
  if (!first) return;
  const { businessId, rowId } = served.appointment;
  const held = await heldWithin(
    tx,
    businessId,
    wanted.map(({ subjectId }) => subjectId),
    first.startMs,
    first.endMs,
    rowId,
  );
  const taken = new Set(
    wanted
      .filter((occupancy) => !fits(occupancy, held, capacities.get(occupancy.subjectId) ?? 0))
      .map(({ subjectId }) => subjectId),
  );
  if (!taken.size) return;
  const people = [...served.staff, ...(served.blocked ?? [])].filter(({ subjectId }) =>
    taken.has(subjectId),
  );
  const message = people.length
    ? `${people.map((person) => person.fullName).join(', ')}: not free at this time. Choose another time or another staff member.`
    : 'A resource that this needs is in use at this time. Choose another time.';
  throw new DomainError(ErrorCode.TIME_UNAVAILABLE, message, {
    path: ['input', 'start'],
    staffIds: people.map((person) => toGlobalId('Staff', person.rowId)),
    ...withExplanationInput(explanationInputFor(served)),
  });
}

/**
 * Inserts a checked booking on locked subjects. `longestMs` is the recorded length of the longest
 * appointment; only a longer one updates it.
 */
export async function writeAppointment(
  tx: Tx,
  member: Member,
  now: number,
  served: AppointmentAggregate,
  capacities: ReadonlyMap<number, number>,
  { type = BookingEventType.CREATED, longestMs = 0 } = {},
): Promise<void> {
  const { appointment, additionalStaffIds, resources, addOnReasonIds } = served;
  const { businessId, rowId: appointmentId, override } = appointment;
  await insertDeferred(tx, Appointment, [appointment]);
  await insertDeferred(
    tx,
    AppointmentStaff,
    additionalStaffIds.map((staffId) => ({
      businessId,
      appointmentId,
      staffId,
      startAt: appointment.startAt,
    })),
  );
  await insertDeferred(
    tx,
    AppointmentBlockedStaff,
    blockedIdsOf(served).map((staffId) => ({ businessId, appointmentId, staffId })),
  );
  await insertDeferred(
    tx,
    AppointmentResource,
    resources.map(({ resourceId, units }) => ({ businessId, appointmentId, resourceId, units })),
  );
  await insertDeferred(
    tx,
    AppointmentAddOn,
    addOnReasonIds.map((reasonId) => ({ businessId, appointmentId, reasonId })),
  );
  await claim(tx, { businessId, appointmentId, override }, occupanciesOf(served), capacities);
  if (lengthOf(appointment) > longestMs) await rememberLength(tx, appointment);
  await append(tx, member, now, type, null, served, null);
}

export const lengthOf = ({ startAt, endAt }: Appointment): number => endAt - startAt;

/**
 * Records the length of the longest appointment, by which a window of days must look back: see the
 * filter of the list.
 */
async function rememberLength(tx: Tx, appointment: Appointment): Promise<void> {
  const lengthMs = lengthOf(appointment);
  await tx.defer(
    sql`UPDATE business SET longest_ms = ${lengthMs} WHERE id = ${appointment.businessId} AND longest_ms < ${lengthMs}`,
  );
}

/**
 * Writes a change: lock the old and new subjects, compare and set the row, move the claims, append
 * to the log.
 * @throws StaleVersionError if the row has another version than `before`; DomainError
 * TIME_UNAVAILABLE
 */
export async function changeAppointment(
  tx: Tx,
  member: Member,
  now: number,
  before: AppointmentAggregate,
  after: AppointmentAggregate,
  type: BookingEventType,
  reason: string | null,
  override: boolean,
): Promise<void> {
  const { businessId, rowId: appointmentId } = before.appointment;
  const moves = JSON.stringify(occupanciesOf(before)) !== JSON.stringify(occupanciesOf(after));
  const capacities = moves
    ? await lockSubjects(
        tx,
        businessId,
        [...new Set([...subjectsOf(before), ...subjectsOf(after)])],
        now,
      )
    : new Map<number, number>();

  const { version } = before.appointment;
  const changed = await update(
    tx,
    Appointment,
    { businessId, rowId: appointmentId, version },
    { ...difference(before.appointment, after.appointment), version: version + 1 },
  );
  if (!changed) throw new StaleVersionError();
  after.appointment.version = version + 1;

  await changeAdditionalStaff(tx, before, after);
  if (String(blockedIdsOf(before)) !== String(blockedIdsOf(after))) {
    await remove(tx, AppointmentBlockedStaff, { businessId, appointmentId });
    await insertDeferred(
      tx,
      AppointmentBlockedStaff,
      blockedIdsOf(after).map((staffId) => ({ businessId, appointmentId, staffId })),
    );
  }
  if (String(before.addOnReasonIds) !== String(after.addOnReasonIds)) {
    await remove(tx, AppointmentAddOn, { businessId, appointmentId });
    await insertDeferred(
      tx,
      AppointmentAddOn,
      after.addOnReasonIds.map((reasonId) => ({ businessId, appointmentId, reasonId })),
    );
  }
  if (JSON.stringify(before.resources) !== JSON.stringify(after.resources)) {
    await remove(tx, AppointmentResource, { businessId, appointmentId });
    await insertDeferred(
      tx,
      AppointmentResource,
      after.resources.map(({ resourceId, units }) => ({
        businessId,
        appointmentId,
        resourceId,
        units,
      })),
    );
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

async function changeAdditionalStaff(
  tx: Tx,
  before: AppointmentAggregate,
  { appointment, additionalStaffIds }: AppointmentAggregate,
): Promise<void> {
  const { businessId, rowId: appointmentId, startAt } = appointment;
  const starts = startAt !== before.appointment.startAt && additionalStaffIds.length > 0;
  if (!starts && String(before.additionalStaffIds) === String(additionalStaffIds)) return;
  await remove(tx, AppointmentStaff, { businessId, appointmentId });
  await insertDeferred(
    tx,
    AppointmentStaff,
    additionalStaffIds.map((staffId) => ({ businessId, appointmentId, staffId, startAt })),
  );
}

async function standsOrStale(
  tx: Tx,
  { appointment, session }: AppointmentAggregate,
  capacities: ReadonlyMap<number, number>,
  override: boolean,
): Promise<void> {
  if (!(await recheckSeats(tx, appointment, session as ClassSchedule, capacities, override)))
    throw new StaleVersionError();
}

function difference(before: Appointment, after: Appointment): Partial<Appointment> {
  const columns = Object.keys(before) as (keyof Appointment)[];
  return Object.fromEntries(
    columns.filter((name) => before[name] !== after[name]).map((name) => [name, after[name]]),
  ) as Partial<Appointment>;
}

function append(
  tx: Tx,
  member: Member,
  now: number,
  type: BookingEventType,
  before: Snapshot | null,
  after: Snapshot,
  reason: string | null,
): Promise<void> {
  return log.appendEvent(tx, member, now, {
    type,
    reason,
    appointmentId: after.appointment.rowId,
    changes: before ? changesBetween(before, after) : {},
    snapshot: Object.assign(toJson(after), { holdSecretHash: null }),
  });
}

const TRIES = 5;

/**
 * Retries an attempt that fails with StaleVersionError.
 * @throws DomainError BUSY after the last try
 */
export async function retryOnStale<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StaleVersionError)) throw error;
      if (tries === TRIES)
        throw new DomainError(
          ErrorCode.BUSY,
          'This appointment is being changed concurrently. Try again.',
          { retryable: true },
        );
    }
  }
}

/** Reads the current aggregate of a row. */
export async function readAggregate(
  context: Context,
  appointment: Appointment,
  load: (ids: readonly number[]) => Promise<Staff[]>,
): Promise<AppointmentAggregate> {
  const {
    additionalStaffIds,
    blockedStaffIds = [],
    ...parts
  } = await wholeOf(context.db, appointment);
  const { classScheduleId } = appointment;
  if (classScheduleId !== null) classSchedules.clear(context, classScheduleId);
  const session =
    classScheduleId === null ? null : await classSchedules.findById(context, classScheduleId);
  const [staff, blocked] = await Promise.all([
    load([appointment.staffId, ...additionalStaffIds]),
    load(blockedStaffIds),
  ]);
  return { ...parts, appointment, additionalStaffIds, blockedStaffIds, session, staff, blocked };
}

/** Returns the ids of the other staff: those who serve, and those whose time is only blocked. */
export async function otherStaffOf(
  reader: Reader,
  { businessId, rowId }: Appointment,
): Promise<Required<Pick<Snapshot, 'additionalStaffIds' | 'blockedStaffIds'>>> {
  const rows = await reader.all<{ id: number; serves: boolean | number }>(sql`
    SELECT b.staff_id AS id, h.staff_id IS NOT NULL AS serves FROM ${raw('appointment_blocked_staff AS b')}
    LEFT JOIN ${raw('appointment_staff AS h')} ON h.business_id = b.business_id AND h.appointment_id = b.appointment_id AND h.staff_id = b.staff_id
    WHERE b.business_id = ${businessId} AND b.appointment_id = ${rowId} ORDER BY b.staff_id`);
  const idsOf = (serving: boolean) =>
    rows.filter(({ serves }) => Boolean(serves) === serving).map(({ id }) => id);
  return { additionalStaffIds: idsOf(true), blockedStaffIds: idsOf(false) };
}

/** Returns the snapshot of a row as of now. */
export async function wholeOf(
  reader: Reader,
  appointment: Appointment,
): Promise<
  Pick<
    AppointmentAggregate,
    'appointment' | 'additionalStaffIds' | 'blockedStaffIds' | 'resources' | 'addOnReasonIds'
  >
> {
  const [others, parts] = await Promise.all([
    otherStaffOf(reader, appointment),
    partsOf(reader, appointment),
  ]);
  return { ...parts, ...others, appointment };
}

/** Returns the resources and add-ons of an appointment, by their ids. */
export async function partsOf(
  reader: Reader,
  { businessId, rowId }: Appointment,
): Promise<Pick<AppointmentAggregate, 'resources' | 'addOnReasonIds'>> {
  const [resources, addOns] = await Promise.all([
    reader.all<TakenResource>(sql`
      SELECT t.resource_id AS "resourceId", r.subject_id AS "subjectId", t.units FROM ${raw('appointment_resource AS t')}
      JOIN ${raw('resource AS r')} ON r.business_id = t.business_id AND r.id = t.resource_id
      WHERE t.business_id = ${businessId} AND t.appointment_id = ${rowId} ORDER BY t.resource_id`),
    reader.all<{ id: number }>(sql`
      SELECT reason_id AS id FROM appointment_add_on WHERE business_id = ${businessId} AND appointment_id = ${rowId} ORDER BY reason_id`),
  ]);
  return { resources, addOnReasonIds: addOns.map(({ id }) => id) };
}
