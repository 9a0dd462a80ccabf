import { memberOf, type Context } from '../../context';
import type { Reader } from '../../shared/db/database';
import { isOneOf, raw, sql } from '../../shared/db/sql';
import { defineLoader, groupByKey } from '../../shared/loader';
import { ClassScheduleStatus, type ClassSchedule } from './class-schedule.entity';

/** Seats taken of each of these subjects, by claims, those of holds that have ended and of `exceptAppointmentId` apart: one statement however many there are. */
export async function seatsTaken(reader: Reader, businessId: number, subjectIds: readonly number[], now: number, exceptAppointmentId = 0): Promise<ReadonlyMap<number, number>> {
  const rows = await reader.all<{ subjectId: number; units: number }>(sql`
    SELECT subject_id AS "subjectId", sum(units) AS units FROM claim
    WHERE business_id = ${businessId} AND ${isOneOf(raw('subject_id'), subjectIds)} AND (expires_at IS NULL OR expires_at > ${now})
      AND appointment_id <> ${exceptAppointmentId} GROUP BY subject_id`);
  return new Map(rows.map(({ subjectId, units }) => [subjectId, Number(units)]));
}

/** Free seats; an override may have taken more than there are. */
export const seatsLeftOf = ({ subjectId, capacity, status }: ClassSchedule, taken: ReadonlyMap<number, number>): number =>
  status === ClassScheduleStatus.OPEN ? Math.max(0, capacity - (taken.get(subjectId) ?? 0)) : 0;

const takenBySubjectId = defineLoader(async (context: Context, subjectIds: readonly number[]) => {
  const taken = await seatsTaken(context.db, memberOf(context).businessId, subjectIds, context.now());
  return subjectIds.map((id) => taken.get(id) ?? 0);
});

export async function seatsLeft(context: Context, session: ClassSchedule): Promise<number> {
  return seatsLeftOf(session, new Map([[session.subjectId, await takenBySubjectId(context).load(session.subjectId)]]));
}

/** Of each set the seats that are free in all of its open sessions; 0 where none is open. */
export const seatsLeftBySetId = defineLoader(async (context: Context, setIds: readonly number[]) => {
  const { businessId } = memberOf(context);
  const rows = await context.db.all<Pick<ClassSchedule, 'courseSetId' | 'subjectId' | 'capacity'>>(sql`
    SELECT course_set_id AS "courseSetId", subject_id AS "subjectId", capacity FROM class_schedule
    WHERE business_id = ${businessId} AND ${isOneOf(raw('course_set_id'), setIds)} AND status = ${ClassScheduleStatus.OPEN}`);
  const taken = await seatsTaken(context.db, businessId, rows.map(({ subjectId }) => subjectId), context.now());
  return groupByKey(setIds, rows, ({ courseSetId }) => courseSetId as number).map((sessions) =>
    sessions.length ? Math.max(0, Math.min(...sessions.map(({ subjectId, capacity }) => capacity - (taken.get(subjectId) ?? 0)))) : 0);
});
