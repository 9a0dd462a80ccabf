import type { Reader } from '../../db/database';
import { isOneOf, raw, sql, type Sql } from '../../db/sql';
import { computedField, value, valueOf } from '../../graphql/relations/computed-field';
import { ClassSchedule, ClassScheduleStatus } from './class-schedule.entity';
import { classSchedules, courseSets } from './class.list';
import { CourseSet } from './course-set.entity';
import { Int } from 'type-graphql';

/** Selects claims of subjects, except those of expired holds. */
const claimsOn = (businessId: number, subjects: Sql, now: number): Sql =>
  sql`FROM claim WHERE business_id = ${businessId} AND ${subjects} AND (expires_at IS NULL OR expires_at > ${now})`;

/** Sessions whose seats are counted, by their subjects. */
interface SeatsQuery {
  readonly businessId: number;
  readonly subjectIds: readonly number[];
  /** Holds that have expired at this instant are not counted. */
  readonly now: number;
  /** The appointment whose own seats are not counted. */
  readonly exceptAppointmentId?: number;
}

/** Returns the taken seats by subject. One statement for all subjects. */
export async function seatsTaken(
  reader: Reader,
  { businessId, subjectIds, now, exceptAppointmentId = 0 }: SeatsQuery,
): Promise<ReadonlyMap<number, number>> {
  const rows = await reader.all<{ subjectId: number; units: number }>(sql`
    SELECT subject_id AS "subjectId", sum(units) AS units ${claimsOn(businessId, isOneOf(raw('subject_id'), subjectIds), now)}
      AND appointment_id <> ${exceptAppointmentId} GROUP BY subject_id`);
  return new Map(rows.map(({ subjectId, units }) => [subjectId, Number(units)]));
}

/** Returns the free seats, at least 0: overrides can exceed the capacity. */
export const seatsLeftOf = (
  { subjectId, capacity, status }: Pick<ClassSchedule, 'subjectId' | 'capacity' | 'status'>,
  taken: ReadonlyMap<number, number>,
): number =>
  status === ClassScheduleStatus.OPEN ? Math.max(0, capacity - (taken.get(subjectId) ?? 0)) : 0;

const takenOfSession = value(
  classSchedules,
  ['subjectId'],
  ({ member, now }, column) =>
    sql`(SELECT coalesce(sum(units), 0) ${claimsOn(member.businessId, sql`subject_id = ${column('subjectId')}`, now())})`,
);

export const seatsLeft = computedField(ClassSchedule, 'seatsLeft', {
  type: () => Int,
  description: 'Free seats, neither booked nor held. 0 for a cancelled session.',
  reads: ['subjectId', 'capacity', 'status'],
  across: [valueOf(takenOfSession)],
  compute: (session, _context, taken) =>
    seatsLeftOf(session, new Map([[session.subjectId, taken]])),
});

const leastOfSet = value(
  courseSets,
  [],
  ({ member, now }, column) => sql`(
  SELECT coalesce(min(s.capacity - (SELECT coalesce(sum(units), 0) ${claimsOn(member.businessId, sql`subject_id = s.subject_id`, now())})), 0)
  FROM class_schedule AS s WHERE s.business_id = ${member.businessId} AND s.course_set_id = ${column('rowId')} AND s.status = ${ClassScheduleStatus.OPEN})`,
);

/** Seats free in every open session of a set. 0 if none is open. */
export const seatsLeftOfSet = computedField(CourseSet, 'seatsLeft', {
  type: () => Int,
  description: 'Seats free in every open session of the run.',
  across: [valueOf(leastOfSet)],
  compute: (_set, _context, left) => Math.max(0, left),
});
