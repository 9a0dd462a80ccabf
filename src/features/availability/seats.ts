import type { Context } from '../../context';
import { raw, sql, type Sql } from '../../db/sql';
import type { Interval } from '../../lib/intervals';
import { groupByKey } from '../../graphql/relations/loader';
import { ClassScheduleStatus, type ClassSchedule } from '../classes/class-schedule.entity';
import { seatsLeftOf, seatsTaken } from '../classes/seats-left';
import { classSchedules, courseSets } from '../classes/class.list';
import { locations } from '../locations/location.list';
import { ReasonType } from '../reasons/reason-enums';
import { mayBookAt } from './authorise';
import { MAX_TIMES, tooMuch } from './engine/bounds';
import { AvailabilityRule } from './engine/rules';
import type { Quota, Refusal, Rules } from './engine/engine';
import { quotaOf } from './facts/quota';
import { barredOf } from './facts/barred';
import { boundsOf, type AvailabilityQuery } from './facts/query';

/**
 * Sessions booked as a whole, by start: one of a class, or the open sessions of a run of a course.
 */
export type Run = readonly [ClassSchedule, ...ClassSchedule[]];

/**
 * Everything that decides whether seats can be booked. Equal facts give equal offers and
 * explanations.
 */
export interface SeatFacts {
  /** Refusals that apply to any seat at any time. */
  readonly barred: readonly Refusal[];
  readonly bounds: Pick<Rules, 'earliest' | 'latest'>;
  /** Runs that start in the range, by start. */
  readonly runs: readonly Run[];
  readonly left: (session: ClassSchedule) => number;
  /** Ids of locations that no longer take appointments. */
  readonly closed: ReadonlySet<number>;
  readonly quota: Quota | null;
}

/** @throws DomainError QUERY_TOO_COMPLEX for more sessions than the limit of one response */
export async function seatFactsOf(context: Context, query: AvailabilityQuery): Promise<SeatFacts> {
  const { member, reason, location, now, exceptAppointmentId } = query;
  const sessions = await openSessions(context, query);
  const [taken, quota, closed] = await Promise.all([
    seatsTaken(context.db, {
      businessId: member.businessId,
      subjectIds: sessions.map(({ subjectId }) => subjectId),
      now,
      exceptAppointmentId,
    }),
    quotaOf(context.db, query),
    closedOf(context, sessions),
  ]);
  return {
    // A session defines where and when it is offered.
    barred: barredOf(query, { selected: [location.rowId] }),
    bounds: boundsOf(member, reason, now),
    // A course is booked at all of its locations or not at all.
    runs: (reason.reasonType === ReasonType.COURSE
      ? byCourse(sessions)
      : sessions.map((session): Run => [session])
    ).filter((run) => run.every(({ locationId }) => mayBookAt(member, locationId))),
    left: (session) => seatsLeftOf(session, taken),
    closed,
    quota,
  };
}

/**
 * Returns every rule that refuses this number of seats in a run, the broader ones first; empty if
 * they can be booked. Pure.
 */
export function seatRefusals(
  { barred, bounds, left, closed, quota }: SeatFacts,
  startAt: number,
  run: Run | undefined,
  seats: number,
): Refusal[] {
  const found: Refusal[] = [...barred];
  if (startAt < bounds.earliest) found.push({ rule: AvailabilityRule.NOTICE });
  if (startAt > bounds.latest) found.push({ rule: AvailabilityRule.HORIZON });
  if (!run) return [...found, { rule: AvailabilityRule.NO_SESSION }];
  const elsewhere = run.find(({ locationId }) => closed.has(locationId));
  if (elsewhere && !found.some(({ rule }) => rule === AvailabilityRule.LOCATION_INACTIVE))
    found.push({ rule: AvailabilityRule.LOCATION_INACTIVE, locationId: elsewhere.locationId });
  const full = run.filter((session) => left(session) < seats);
  if (full.length)
    found.push({
      rule: AvailabilityRule.SEATS_TAKEN,
      classScheduleIds: full.map(({ rowId }) => rowId),
    });
  if (quota && quota.used(quota.periodOf(run[0].localStart.slice(0, 10))) >= quota.limit)
    found.push({ rule: AvailabilityRule.QUOTA_REACHED });
  return found;
}

/** Returns the number of seats that are free in every session of the run. */
export const seatsLeftIn = ({ left }: SeatFacts, run: Run): number => Math.min(...run.map(left));

/** Returns the bookable runs that have not started. */
export const offeredRuns = (facts: SeatFacts, seats: number, now: number): Run[] =>
  facts.runs.filter(
    (run) => run[0].startAt > now && seatRefusals(facts, run[0].startAt, run, seats).length === 0,
  );

const byCourse = (sessions: readonly ClassSchedule[]): Run[] =>
  groupByKey(
    [...new Set(sessions.map(({ courseSetId }) => courseSetId))],
    sessions,
    ({ courseSetId }) => courseSetId,
  ) as unknown as Run[];

/**
 * Reads open sessions by start, up to the limit of one response: of a class those that start in the
 * range, of a course all sessions of each run that starts in it.
 */
async function openSessions(
  { db }: Context,
  { member, reason, location, range }: AvailabilityQuery,
): Promise<ClassSchedule[]> {
  const { table } = classSchedules;
  const which =
    reason.reasonType === ReasonType.COURSE
      ? sql`a.business_id = ${member.businessId} AND a.course_set_id IN (SELECT c.id FROM ${courseSets.from('c')} WHERE ${courseSets.visible(member, 'c')} AND c.reason_id = ${reason.rowId} AND c.location_id = ${location.rowId} AND ${starting(raw('c.start_at'), range)})`
      : sql`${classSchedules.visible(member, 'a')} AND a.reason_id = ${reason.rowId} AND a.course_set_id IS NULL AND a.location_id = ${location.rowId} AND ${starting(raw('a.start_at'), range)}`;
  const rows = await db.all(sql`
    SELECT ${table.select('a')} FROM ${classSchedules.from('a')} WHERE ${which} AND a.status = ${ClassScheduleStatus.OPEN} ORDER BY a.start_at, a.id LIMIT ${MAX_TIMES + 1}`);
  if (rows.length > MAX_TIMES) throw tooMuch('sessions', MAX_TIMES);
  return rows.map((row) => table.hydrate(row));
}

const starting = (column: Sql, { startAt, endAt }: Interval): Sql =>
  sql`${column} >= ${startAt} AND ${column} < ${endAt}`;

async function closedOf(
  context: Context,
  sessions: readonly ClassSchedule[],
): Promise<ReadonlySet<number>> {
  const places = await Promise.all(
    [...new Set(sessions.map(({ locationId }) => locationId))].map((id) =>
      locations.getById(context, id),
    ),
  );
  return new Set(places.filter(({ active }) => !active).map(({ rowId }) => rowId));
}
