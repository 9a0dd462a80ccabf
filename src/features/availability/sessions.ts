import type { Context } from '../../context';
import { MS_PER_MINUTE } from '../../lib/time-zone';
import type { ClassSchedule } from '../classes/class-schedule.entity';
import { courseSets } from '../classes/class.list';
import type { CourseSet } from '../classes/course-set.entity';
import { resources } from '../resources/resource.list';
import { staff as staffSource } from '../staff/staff.list';
import type { AppointmentOffer, AvailableTime, AvailableUnit } from './graphql/availability';
import type { Clock } from './clock';
import { isMove, seatOffer } from './offers/priced-offers';
import { policyOf } from './round-robin';
import { offeredRuns, seatFactsOf, seatsLeftIn, type Run } from './seats';
import { boundsOf, type AvailabilityQuery } from './facts/query';
import type { Wish } from './wish';

/**
 * A query for seats in a class or a course, in sessions led by one of `leaderIds`; null for any
 * leader.
 */
export interface SeatsQuery {
  readonly query: AvailabilityQuery & Wish;
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
    .map((run) =>
      timeOfRun(context, query, { run, seats, seatsLeft: seatsLeftIn(facts, run) }, clock),
    );
}

/** A run in which a number of seats can be booked. */
interface OfferedRun {
  readonly run: Run;
  readonly seats: number;
  readonly seatsLeft: number;
}

/** Maps a session of a class, or the run of a course by its first session, to a time. */
export function timeOfRun(
  context: Context,
  wish: Wish,
  { run: [first], seats, seatsLeft }: OfferedRun,
  clock: Clock,
): AvailableTime {
  const { startAt, endAt, courseSetId } = first;
  return {
    start: startAt,
    end: endAt,
    durationMinutes: (endAt - startAt) / MS_PER_MINUTE,
    seatsLeft,
    sessionId: first.rowId,
    locale: clock.locale,
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
    get offers() {
      return isMove(wish) ? [] : offersOf(context, wish, first, seats);
    },
    get units() {
      return unitsOf(context, wish, first);
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

async function offersOf(
  context: Context,
  wish: Wish,
  session: ClassSchedule,
  seats: number,
): Promise<AppointmentOffer[]> {
  const [{ leader, resource }, set] = await Promise.all([
    leaderAndRoom(context, session),
    courseSetOf(context, session),
  ]);
  const taken = resource ? [resource] : [];
  return [seatOffer(context, wish, { session, set, seats, leader, resources: taken })];
}

async function leaderAndRoom(context: Context, { staffId, resourceId }: ClassSchedule) {
  const [leader, resource] = await Promise.all([
    staffSource.getById(context, staffId),
    resourceId === null ? null : resources.getById(context, resourceId),
  ]);
  return { leader, resource };
}

async function unitsOf(
  context: Context,
  { reason, location }: Pick<AvailabilityQuery, 'reason' | 'location'>,
  session: ClassSchedule,
): Promise<AvailableUnit[]> {
  const { leader, resource } = await leaderAndRoom(context, session);
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
