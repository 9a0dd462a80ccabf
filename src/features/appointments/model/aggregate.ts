import type { Context } from '../../../context';
import { DomainError, ErrorCode } from '../../../errors';
import type { Reader } from '../../../db/database';
import { raw, sql } from '../../../db/sql';
import { toGlobalId } from '../../../graphql/global-id';
import { withExplanationInput } from '../../availability/unavailable-error';
import type { ClassSchedule } from '../../classes/class-schedule.entity';
import { classSchedules } from '../../classes/class.list';
import { fits, heldWithin, type Occupancy } from '../../occupancy/occupancy.service';
import type { Staff } from '../../staff/staff.entity';
import type { Appointment } from './appointment.entity';
import type { Snapshot } from './events';
import { explanationInputFor, seatsOf } from './seats';
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
export const blockedIdsOf = ({ additionalStaffIds, blockedStaffIds = [] }: Snapshot): number[] => [
  ...additionalStaffIds,
  ...blockedStaffIds,
];

/**
 * Returns the seats of a session; else the time of the staff, followed by that of the resources.
 */
export function occupanciesOf({
  appointment,
  staff,
  blocked = [],
  resources,
  session,
}: AppointmentAggregate): Occupancy[] {
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
}

/**
 * Checks that all subjects are free. The error names the staff who are not, and reveals nothing
 * about their appointments.
 * @throws DomainError TIME_UNAVAILABLE
 */
export async function checkFree(
  tx: Reader,
  served: AppointmentAggregate,
  capacities: ReadonlyMap<number, number>,
): Promise<void> {
  const occupancies = occupanciesOf(served);
  const [first] = occupancies;
  if (!first) return;
  const { businessId, rowId } = served.appointment;
  const held = await heldWithin(
    tx,
    occupancies.map(({ subjectId }) => subjectId),
    { businessId, startMs: first.startMs, endMs: first.endMs, exceptAppointmentId: rowId },
  );
  const taken = new Set(
    occupancies
      .filter((occupancy) => !fits(occupancy, held, capacities.get(occupancy.subjectId) ?? 0))
      .map(({ subjectId }) => subjectId),
  );
  if (!taken.size) return;
  const people = [...served.staff, ...(served.blocked ?? [])].filter(({ subjectId }) =>
    taken.has(subjectId),
  );
  const message = people.length
    ? `${people.map((person) => person.fullName).join(', ')}: not free at this time. Choose ` +
      'another time or another staff member.'
    : 'A resource that this needs is in use at this time. Choose another time.';
  throw new DomainError(ErrorCode.TIME_UNAVAILABLE, message, {
    path: ['input', 'start'],
    staffIds: people.map((person) => toGlobalId('Staff', person.rowId)),
    ...withExplanationInput(explanationInputFor(served)),
  });
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
