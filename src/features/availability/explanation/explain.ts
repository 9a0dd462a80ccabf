import { isStaffSide, type Context } from '../../../context';
import { badInput, InputProblemCode } from '../../../errors';
import { MS_PER_MINUTE } from '../../../lib/time-zone';
import type { Reason } from '../../reasons/reason.entity';
import { ReasonType } from '../../reasons/reason-enums';
import type { Staff } from '../../staff/staff.entity';
import { exceptOf, type MovedAppointment } from '../availability.service';
import { timeOfOffer } from '../offered-times';
import { wishOf, type Wish } from '../wish';
import {
  allocate,
  isBarred,
  needsAt,
  refusals,
  type EngineFacts,
  type AllocationAt,
  type Candidate,
  type Refusal,
} from '../engine/engine';
import { aroundOf, describeRefusal, NEAREST } from './rows';
import { explainSeats } from './seats';
import {
  AvailabilityChangeKind,
  type AvailabilityChange,
  type AvailabilityExplanation,
  type ExplainAvailabilityInput,
  type ExplainedCandidate,
} from './explanation';
import { nearest } from './nearest';
import { mayOverride } from '../override';
import { daysOf, readStored } from '../facts/stored-schedule';
import { loadEngineFacts } from '../facts/engine-facts';

/**
 * Explains why a time can be booked with each candidate, or not. `moved` would move there; the
 * caller must be allowed to see it. `isKept`: see wishOf.
 * @throws DomainError NOT_FOUND, BAD_USER_INPUT, FORBIDDEN, RULE_VIOLATED
 */
export async function explain(
  context: Context,
  input: ExplainAvailabilityInput,
  moved: MovedAppointment | null,
  isKept = false,
): Promise<AvailabilityExplanation> {
  const request = await wishOf(context, input, isKept);
  // The screening question was answered when the appointment was booked.
  const wish: Wish = {
    ...request,
    ...exceptOf(moved),
    screeningAnswer: moved ? (input.screeningAnswer ?? undefined) : request.screeningAnswer,
  };
  if (wish.reason.reasonType === ReasonType.CLASS || wish.reason.reasonType === ReasonType.COURSE)
    return explainSeats(context, wish, input);
  const sessionField = (['classScheduleId', 'courseSetId'] as const).find(
    (field) => input[field] != null,
  );
  if (sessionField)
    throw badInput(
      InputProblemCode.NOT_ALLOWED,
      'Only classes and courses have sessions: leave it out and give only the start.',
      sessionField,
    );
  const { start } = input;
  const range = aroundOf(start);
  const stored = await readStored(context.db, wish.member.businessId, {
    reasonId: wish.reason.rowId,
    locationId: wish.location.rowId,
    staffIds: [...wish.staff, ...wish.companions].map(({ rowId }) => rowId),
    days: daysOf(range, wish.durationMinutes * MS_PER_MINUTE),
  });
  const facts = await loadEngineFacts(context.db, { ...wish, range }, { stored, lists: true });
  const needed = needsAt(facts);
  const explained = { wish, start, hours: stored.hours };
  const search: Search = { wish, facts, start, needed };
  const found =
    wish.reason.reasonType === ReasonType.SERVICE
      ? nearest(
          facts,
          { startAt: Math.max(range.startAt, wish.now + 1), endAt: range.endAt },
          { at: start, count: NEAREST, needed },
        )
      : [];
  const candidates = await Promise.all(
    facts.people.map(async (person, index): Promise<ExplainedCandidate> => {
      const against = refusals(facts, person, start);
      return {
        staff: wish.staff[index] as Staff,
        bookable: against.length === 0,
        refusals: await Promise.all(
          against.map((refusal) => describeRefusal(context, explained, refusal)),
        ),
        smallestChange: against.length ? smallestChange(search, person, against) : null,
      };
    }),
  );
  return {
    start,
    end: start + facts.rules.durationMs,
    bookable: candidates.some(({ bookable }) => bookable),
    candidates,
    nearestTimes: found.map(await timeOfOffer(context, wish, facts.serving)),
  };
}

/** A start, and the facts in which another one is searched. */
interface Search {
  readonly wish: Wish;
  readonly facts: EngineFacts;
  readonly start: number;
  readonly needed: AllocationAt;
}

/**
 * Returns the smallest change that makes the time bookable with this candidate: another start or a
 * shorter length, by minutes; else an override, for callers who may override.
 */
function smallestChange(
  search: Search,
  person: Candidate,
  against: readonly Refusal[],
): AvailabilityChange | null {
  const { wish, facts, start } = search;
  const changes = isBarred(facts, person)
    ? []
    : [otherStart(search, person), lessTime(search, person)].filter((change) => change !== null);
  const [least] = changes.sort((one, other) => one.minutes - other.minutes);
  if (least) return least;
  return mayOverride(wish.member, [wish.location.rowId], against) && allocate(facts, start, true)
    ? {
        kind: AvailabilityChangeKind.OVERRIDE,
        start,
        durationMinutes: wish.durationMinutes,
        minutes: 0,
      }
    : null;
}

function otherStart(
  { wish: { now, durationMinutes }, facts, start, needed }: Search,
  person: Candidate,
): AvailabilityChange | null {
  const range = { ...aroundOf(start), startAt: Math.max(aroundOf(start).startAt, now + 1) };
  const offered = nearest({ ...facts, people: [person] }, range, {
    at: start,
    count: 1,
    needed,
  }).map(({ startAt }) => startAt);
  const edges = facts.rules.grid
    ? []
    : edgesOf(facts, person).filter((at) => at >= range.startAt && at < range.endAt);
  const starts = [...offered, ...edges].sort(
    (one, other) => Math.abs(one - start) - Math.abs(other - start) || one - other,
  );
  const first = starts.find((at) => refusals(facts, person, at).length === 0);
  return first === undefined
    ? null
    : {
        kind: AvailabilityChangeKind.START,
        start: first,
        durationMinutes,
        minutes: Math.abs(first - start) / MS_PER_MINUTE,
      };
}

/**
 * Returns the starts at which a visit begins to fit, for callers not bound to steps: right after or
 * right before a conflicting claim, and at the ends of hours.
 */
function edgesOf(
  { rules, open, offered, things, companions }: EngineFacts,
  person: Candidate,
): number[] {
  const { durationMs, bufferBeforeMs, bufferAfterMs } = rules;
  const owners = [person, ...companions, ...things.values()];
  return [
    ...owners
      .flatMap(({ taken }) => taken)
      .flatMap(({ startAt, endAt }) => [
        endAt + bufferBeforeMs,
        startAt - bufferAfterMs - durationMs,
      ]),
    ...[...owners.map(({ windows }) => windows), open, offered]
      .flat()
      .flatMap(({ startAt, endAt }) => [startAt, endAt - durationMs]),
  ];
}

const STEP_MINUTES = 5;

function lessTime(
  { wish: { reason, member, durationMinutes }, facts, start }: Search,
  person: Candidate,
): AvailabilityChange | null {
  const shorter = isStaffSide(member)
    ? Array.from(
        { length: Math.ceil(durationMinutes / STEP_MINUTES) - 1 },
        (_, index) => (Math.ceil(durationMinutes / STEP_MINUTES) - 1 - index) * STEP_MINUTES,
      )
    : offeredLengths(reason).filter((minutes) => minutes < durationMinutes);
  const fits = shorter.find((minutes) => {
    const stepMs = reason.slotStepMinutes === null ? minutes * MS_PER_MINUTE : facts.rules.stepMs;
    return (
      refusals(
        { ...facts, rules: { ...facts.rules, durationMs: minutes * MS_PER_MINUTE, stepMs } },
        person,
        start,
      ).length === 0
    );
  });
  return fits === undefined
    ? null
    : {
        kind: AvailabilityChangeKind.DURATION,
        start,
        durationMinutes: fits,
        minutes: durationMinutes - fits,
      };
}

/** Returns the lengths in descending order. */
const offeredLengths = ({ visitMinutes, durations }: Reason): number[] =>
  [visitMinutes, ...durations.map(({ minutes }) => minutes)].sort((one, other) => other - one);
