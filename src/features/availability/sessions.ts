import type { Context } from '../../context';
import { MS_PER_MINUTE } from '../../lib/time-zone';
import type { ClassSchedule } from '../classes/class-schedule.entity';
import { courseSets } from '../classes/class.list';
import type { CourseSet } from '../classes/course-set.entity';
import { resources } from '../resources/resource.list';
import { staff as staffSource } from '../staff/staff.list';
import type { AvailableTime, AvailableUnit } from './graphql/availability';
import type { Clock } from './clock';
import { policyOf } from './round-robin';
import { offeredRuns, seatFactsOf, seatsLeftIn, type Run } from './seats';
import { boundsOf, type AvailabilityQuery } from './facts/query';

/**
 * A query for seats in a class or a course, in sessions led by one of `leaderIds`; null for any
 * leader.
 */
export interface SeatsQuery {
  readonly query: AvailabilityQuery;
  readonly seats: number;
  readonly leaderIds: readonly number[] | null;
}

/**
 * Returns the bookable sessions or runs as times, within the bounds of notice and horizon and by
 * free seats.
 */
export async function sessionTimes(
  context: Context,
  { query, seats, leaderIds }: SeatsQuery,
  clock: Clock,
): Promise<AvailableTime[]> {
  const { member, reason, range, now } = query;
  const { earliest, latest } = boundsOf(member, reason, now);
  const facts = await seatFactsOf(context, {
    ...query,
    range: {
      startAt: Math.max(range.startAt, earliest, now + 1),
      endAt: Math.min(range.endAt, latest + 1),
    },
  });
  return offeredRuns(facts, seats, now)
    .filter(([{ staffId }]) => !leaderIds || leaderIds.includes(staffId))
    .map((run) => timeOfRun(context, query, { run, seatsLeft: seatsLeftIn(facts, run) }, clock));
}

/** Maps a session of a class, or the run of a course by its first session, to a time. */
export function timeOfRun(
  context: Context,
  { reason, location }: Pick<AvailabilityQuery, 'reason' | 'location'>,
  { run: [first], seatsLeft }: { readonly run: Run; readonly seatsLeft: number },
  clock: Clock,
): AvailableTime {
  const { startAt, endAt, courseSetId } = first;
  return {
    start: startAt,
    end: endAt,
    durationMinutes: (endAt - startAt) / MS_PER_MINUTE,
    seatsLeft,
    classSchedule: courseSetId === null ? first : null,
    get courseSet() {
      return courseSetOf(context, first);
    },
    get text() {
      return staffSource
        .getById(context, first.staffId)
        .then(({ fullName }) => clock.read(startAt, endAt, [fullName]));
    },
    get localStart() {
      return clock.wallOf(startAt);
    },
    get localEnd() {
      return clock.wallOf(endAt);
    },
    get timeZone() {
      return clock.zoneAt(startAt);
    },
    get units() {
      return unitsOf(context, { reason, location }, first);
    },
  };
}

/**
 * Loads the run that a booking of a course names; null for a class, whose booking names the
 * session.
 */
export const courseSetOf = (
  context: Context,
  { courseSetId }: ClassSchedule,
): Promise<CourseSet> | null =>
  courseSetId === null ? null : courseSets.getById(context, courseSetId);

async function unitsOf(
  context: Context,
  { reason, location }: Pick<AvailabilityQuery, 'reason' | 'location'>,
  { staffId, resourceId }: ClassSchedule,
): Promise<AvailableUnit[]> {
  const [leader, resource] = await Promise.all([
    staffSource.getById(context, staffId),
    resourceId === null ? null : resources.getById(context, resourceId),
  ]);
  return [
    {
      staff: leader,
      location,
      reason,
      roundRobin: policyOf(reason, location),
      resource,
      resources: resource ? [resource] : [],
    },
  ];
}
