import type { Context } from '../../../context';
import { badInput, InputProblemCode } from '../../../errors';
import { parseGlobalId } from '../../../graphql/global-id';
import { MS_PER_MINUTE } from '../../../lib/time-zone';
import { businessOf } from '../../businesses/business.list';
import type { ClassSchedule } from '../../classes/class-schedule.entity';
import { ReasonType } from '../../reasons/reason-enums';
import type { StoredHours } from '../../schedules/stored-hours';
import type { Staff } from '../../staff/staff.entity';
import { staff as staffSource } from '../../staff/staff.list';
import { AvailabilityRule } from '../engine/rules';
import type { Wish } from '../wish';
import { MAX_CANDIDATES } from '../candidates';
import { clockOf } from '../clock';
import type { Refusal } from '../engine/engine';
import { aroundOf, describeRefusal, NEAREST, type ExplainedStart } from './rows';
import {
  AvailabilityChangeKind,
  type AvailabilityChange,
  type AvailabilityExplanation,
  type ExplainAvailabilityInput,
  type ExplainedCandidate,
} from './explanation';
import { mayOverride } from '../override';
import {
  offeredRuns,
  seatFactsOf,
  seatRefusals,
  seatsLeftIn,
  type Run,
  type SeatFacts,
} from '../seats';
import { courseSetOf, timeOfRun } from '../sessions';

/** Hours bind the creation of a session. A booking is bound by the session only. */
const NO_HOURS: StoredHours = { periods: [], overrides: [] };

/** A start for which seats are requested, with the facts that decide about it. */
interface ExplainedSeats extends ExplainedStart {
  readonly seats: number;
  readonly facts: SeatFacts;
  /** Bookable runs, by start. */
  readonly offered: readonly Run[];
}

/**
 * Explains why seats that start at a time can be booked with each leader, or not.
 * @throws DomainError BAD_USER_INPUT
 */
export async function explainSeats(
  context: Context,
  wish: Wish,
  input: ExplainAvailabilityInput,
): Promise<AvailabilityExplanation> {
  const { start, seats: requestedSeats } = input;
  const seats = requestedSeats ?? 1;
  const isRequested = requestedRun(wish, input);
  const [facts, { locale }] = await Promise.all([
    seatFactsOf(context, { ...wish, range: aroundOf(start) }),
    businessOf(context),
  ]);
  const here = facts.runs.filter(([first]) => first.startAt === start && isRequested(first));
  const leaders = await leadersOf(context, wish, input, here.length ? here : facts.runs);
  const offered = offeredRuns(facts, seats, wish.now);
  const explained: ExplainedSeats = { wish, start, hours: NO_HOURS, seats, facts, offered };
  const candidates = await Promise.all(
    leaders.map((leader) =>
      explainLeader(
        context,
        explained,
        leader,
        here.find(([{ staffId }]) => staffId === leader.rowId),
      ),
    ),
  );
  const clock = clockOf({ locale }, wish.location);
  return {
    start,
    end: here[0]?.[0].endAt ?? start + wish.reason.visitMinutes * MS_PER_MINUTE,
    bookable: candidates.some(({ bookable }) => bookable),
    candidates,
    nearestTimes: nearestOf(
      input.staffIds?.length
        ? offered.filter(([{ staffId }]) => leaders.some(({ rowId }) => rowId === staffId))
        : offered,
      start,
    ).map((run) =>
      timeOfRun(context, wish, { run, seats, seatsLeft: seatsLeftIn(facts, run) }, clock),
    ),
  };
}

/**
 * Returns a test for the requested session or run.
 * @throws DomainError BAD_USER_INPUT for an invalid id, or for one of the other type
 */
function requestedRun(
  { reason }: Wish,
  { classScheduleId, courseSetId }: ExplainAvailabilityInput,
): (first: ClassSchedule) => boolean {
  const isCourse = reason.reasonType === ReasonType.COURSE;
  if (isCourse && classScheduleId != null)
    throw badInput(
      InputProblemCode.NOT_ALLOWED,
      'A course is booked as a whole: give courseSetId.',
      'classScheduleId',
    );
  if (!isCourse && courseSetId != null)
    throw badInput(
      InputProblemCode.NOT_ALLOWED,
      'A class is booked by session: give classScheduleId.',
      'courseSetId',
    );
  const sessionId =
    classScheduleId == null
      ? null
      : parseGlobalId('ClassSchedule', classScheduleId, ['input', 'classScheduleId']);
  const setId =
    courseSetId == null ? null : parseGlobalId('CourseSet', courseSetId, ['input', 'courseSetId']);
  return (first) =>
    (sessionId === null || first.rowId === sessionId) &&
    (setId === null || first.courseSetId === setId);
}

/** Returns the named staff; else the leaders of the runs; else all staff who could lead one. */
async function leadersOf(
  context: Context,
  { staff }: Wish,
  { staffIds }: ExplainAvailabilityInput,
  runs: readonly Run[],
): Promise<readonly Staff[]> {
  if (staffIds?.length || !runs.length) return staff;
  const ids = [...new Set(runs.map(([first]) => first.staffId))]
    .sort((one, other) => one - other)
    .slice(0, MAX_CANDIDATES);
  return Promise.all(ids.map((id) => staffSource.getById(context, id)));
}

async function explainLeader(
  context: Context,
  explained: ExplainedSeats,
  leader: Staff,
  run: Run | undefined,
): Promise<ExplainedCandidate> {
  const { facts, start, seats } = explained;
  const against = seatRefusals(facts, start, run, seats);
  return {
    staff: leader,
    bookable: against.length === 0,
    ...(run
      ? {
          classSchedule: run[0].courseSetId === null ? run[0] : null,
          seatsLeft: seatsLeftIn(facts, run),
        }
      : {}),
    get courseSet() {
      return run ? courseSetOf(context, run[0]) : null;
    },
    refusals: await Promise.all(
      against.map((refusal) => describeRefusal(context, explained, refusal)),
    ),
    smallestChange: against.length
      ? smallestSeatChange(context, explained, leader, { run, refusals: against })
      : null,
  };
}

/**
 * Returns the smallest change: fewer seats in the same session; else another session of the same
 * leader; else an override, for callers who may override.
 */
function smallestSeatChange(
  context: Context,
  { wish: { member }, facts, start, seats, offered }: ExplainedSeats,
  leader: Staff,
  { run, refusals }: { readonly run: Run | undefined; readonly refusals: readonly Refusal[] },
): AvailabilityChange | null {
  const to = (kind: AvailabilityChangeKind, [first]: Run, count: number): AvailabilityChange => ({
    kind,
    start: first.startAt,
    durationMinutes: (first.endAt - first.startAt) / MS_PER_MINUTE,
    minutes: Math.abs(first.startAt - start) / MS_PER_MINUTE,
    seats: count,
    classSchedule: first.courseSetId === null ? first : null,
    get courseSet() {
      return courseSetOf(context, first);
    },
  });
  const left = run ? seatsLeftIn(facts, run) : 0;
  if (run && left > 0 && refusals.every(({ rule }) => rule === AvailabilityRule.SEATS_TAKEN))
    return to(AvailabilityChangeKind.SEATS, run, left);
  const ofLeader = offered
    .filter(([{ staffId }]) => staffId === leader.rowId)
    .sort(([one], [other]) => Math.abs(one.startAt - start) - Math.abs(other.startAt - start));
  if (ofLeader[0]) return to(AvailabilityChangeKind.START, ofLeader[0], seats);
  return run &&
    mayOverride(
      member,
      run.map(({ locationId }) => locationId),
      refusals,
    )
    ? to(AvailabilityChangeKind.OVERRIDE, run, seats)
    : null;
}

function nearestOf(runs: readonly Run[], start: number): Run[] {
  const [before, after] = [
    runs.filter(([first]) => first.startAt < start),
    runs.filter(([first]) => first.startAt > start),
  ];
  return [...before.slice(-NEAREST), ...after.slice(0, NEAREST)];
}
