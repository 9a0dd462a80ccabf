import type { Context, Member } from '../../context';
import type { Reader } from '../../shared/db/database';
import { sql, type Sql } from '../../shared/db/sql';
import { groupByKey } from '../../shared/loader';
import type { Interval } from '../../shared/intervals';
import { MS_PER_MINUTE } from '../../shared/time-zone';
import { ClassScheduleStatus, type ClassSchedule } from '../classes/class-schedule.entity';
import { seatsLeftOf, seatsTaken } from '../classes/class.seats';
import { classSchedules, courseSets } from '../classes/class.source';
import { resources } from '../resources/resource.source';
import { ReasonType } from '../reasons/reason.enums';
import { staff as staffSource } from '../staff/staff.source';
import type { Staff } from '../staff/staff.entity';
import { MAX_TIMES, tooMuch } from './availability.bounds';
import type { AvailableTime, AvailableUnit } from './availability.type';
import { quotaOf } from './quota';
import { policyOf } from './round-robin';
import { barredOf, boundsOf, type Question } from './snapshot';

/** Seats wanted in a class or a course, of sessions that one of `leaderIds` leads, or anybody. */
export interface SeatsQuestion { readonly question: Question; readonly seats: number; readonly leaderIds: readonly number[] | null }

/** A session of a class, or the first of the run of a course. */
interface Offered { readonly session: ClassSchedule; readonly seatsLeft: number }

/** What can be booked of a class or a course, as times: by the same bounds as any other time, and by the seats that are free. */
export async function sessionTimes(context: Context, asked: SeatsQuestion, words: (instant: number) => string): Promise<AvailableTime[]> {
  const { reason, location } = asked.question;
  const roundRobin = policyOf(reason, location);
  const found = await offeredSessions(context.db, asked);
  const unitsOf = async ({ staffId, resourceId }: ClassSchedule): Promise<AvailableUnit[]> => {
    const [leader, resource] = await Promise.all([staffSource.granted(context, staffId), resourceId === null ? null : resources.granted(context, resourceId)]);
    return [{ staff: leader as Staff, location, reason, roundRobin, resource, resources: resource ? [resource] : [] }];
  };
  return found.map(({ session, seatsLeft }): AvailableTime => {
    const { startAt, endAt, courseSetId } = session;
    return {
      start: startAt, end: endAt, durationMinutes: (endAt - startAt) / MS_PER_MINUTE, seatsLeft, classSchedule: courseSetId === null ? session : null,
      get text() { return words(startAt); },
      get units() { return unitsOf(session); },
      get courseSet() { return courseSetId === null ? null : courseSets.granted(context, courseSetId); },
    };
  });
}

async function offeredSessions(reader: Reader, asked: SeatsQuestion): Promise<Offered[]> {
  const { question, seats, leaderIds } = asked;
  const { member, reason, now } = question;
  if (barredOf(question, { selected: [] }).length) return [];
  const { earliest, latest } = boundsOf(member, reason, now);
  const range = { startAt: Math.max(question.range.startAt, earliest, now + 1), endAt: Math.min(question.range.endAt, latest + 1) };
  const rows = await openSessions(reader, member, question, range);
  const taken = await seatsTaken(reader, member.businessId, rows.map(({ subjectId }) => subjectId), now);
  const runs = reason.reasonType === ReasonType.COURSE ? byKey(rows, ({ courseSetId }) => courseSetId as number) : rows.map((row) => [row]);
  const quota = reason.reasonType === ReasonType.COURSE ? null : await quotaOf(reader, question);
  return runs
    .map((run) => ({ session: run[0] as ClassSchedule, seatsLeft: Math.min(...run.map((session) => seatsLeftOf(session, taken))) }))
    .filter(({ session, seatsLeft }) => seatsLeft >= seats && (!leaderIds || leaderIds.includes(session.staffId))
      && (!quota || quota.used(quota.periodOf(session.localStart.slice(0, 10))) < quota.limit));
}

const byKey = <T>(rows: readonly T[], keyOf: (row: T) => number): T[][] => groupByKey([...new Set(rows.map(keyOf))], rows, keyOf);

/** Open sessions by their start, no more than one answer holds: of a class those that start in the range, of a course all of each run that does. */
async function openSessions(reader: Reader, member: Member, { reason, location }: Question, { startAt, endAt }: Interval): Promise<ClassSchedule[]> {
  const { table } = classSchedules;
  const within: Sql = reason.reasonType === ReasonType.COURSE
    ? sql`a.course_set_id IN (SELECT c.id FROM course_set AS c WHERE c.business_id = ${member.businessId} AND c.reason_id = ${reason.rowId} AND c.location_id = ${location.rowId}
        AND c.start_at >= ${startAt} AND c.start_at < ${endAt})`
    : sql`a.course_set_id IS NULL AND a.location_id = ${location.rowId} AND a.start_at >= ${startAt} AND a.start_at < ${endAt}`;
  const rows = await reader.all(sql`
    SELECT ${table.select('a')} FROM ${classSchedules.from('a')}
    WHERE ${classSchedules.visible(member, 'a')} AND a.reason_id = ${reason.rowId} AND a.status = ${ClassScheduleStatus.OPEN} AND ${within}
    ORDER BY a.start_at, a.id LIMIT ${MAX_TIMES + 1}`);
  if (rows.length > MAX_TIMES) throw tooMuch('sessions', MAX_TIMES);
  return rows.map((row) => table.hydrate(row));
}
