import { around, intersection, union, type Interval } from '../../../lib/intervals';
import { toLocal } from '../../../lib/time-zone';
import { allocateUnits, type Needs, type Allocation } from './allocation';
import { mergedStarts } from './merged-starts';
import { AvailabilityRule } from './rules';
import { isAligned, startsOf, type Steps } from './steps';

/** Units of a subject's time that are taken, including buffers. */
export interface Taken extends Interval {
  readonly units: number;
  readonly appointmentId: number;
}

/** A staff member who could serve, or who must be free as well. `taken` is sorted by start. */
export interface Candidate {
  readonly staffId: number;
  readonly timeZone: string;
  /** Refusals that apply to the staff member at any time. */
  readonly barred: readonly Refusal[];
  readonly windows: readonly Interval[];
  readonly taken: readonly Taken[];
}

/** A room, or equipment of one kind. */
export interface ResourcePool {
  readonly resourceId: number;
  readonly subjectId: number;
  readonly quantity: number;
  readonly windows: readonly Interval[];
  readonly taken: readonly Taken[];
}

export interface Quota {
  readonly limit: number;
  readonly used: (period: string) => number;
  readonly periodOf: (localDate: string) => string;
}

export interface Rules extends Steps {
  /** Whether only aligned starts can be booked. Binds clients; staff may start at any minute. */
  readonly grid: boolean;
  /** Bounds of the start by notice and horizon, inclusive. */
  readonly earliest: number;
  readonly latest: number;
}

/** Everything that the engine needs. Equal facts give equal results, regardless of the caller. */
export interface EngineFacts extends Needs {
  readonly rules: Rules;
  /** Refusals that apply to all candidates at any time. */
  readonly barred: readonly Refusal[];
  /** When the location is open, and when the reason is offered. */
  readonly open: readonly Interval[];
  readonly offered: readonly Interval[];
  readonly people: readonly Candidate[];
  /** Staff who must be free in addition to the candidate. */
  readonly companions: readonly Candidate[];
  readonly things: ReadonlyMap<number, ResourcePool>;
  readonly quota: Quota | null;
}

/** A rule that refuses a start with a candidate, and the rows that it comes from. */
export interface Refusal {
  readonly rule: AvailabilityRule;
  readonly staffId?: number;
  readonly resourceIds?: readonly number[];
  readonly locationId?: number;
  readonly classScheduleIds?: readonly number[];
  /** Conflicting claims. */
  readonly taken?: readonly Taken[];
}

/** A bookable start with the staff who could serve, in the order of the candidates. */
export interface Offer {
  readonly startAt: number;
  readonly endAt: number;
  readonly staffIds: readonly number[];
  readonly takes: readonly Allocation[];
}

/** Options of a search. */
interface Search {
  /**
   * Called for each start at which candidates are free, before needs and quota are checked, with
   * their number. Throws to stop the search.
   */
  readonly look?: (people: number) => void;
  /** Memoized allocation, shared between searches in the same facts. */
  readonly needed?: AllocationAt;
}

/**
 * Yields every bookable start within `[from, to)`, in order. Pure, and linear in windows, claims
 * and starts. Equal queries on equal facts give equal results, so that a booking accepts every
 * offer.
 */
export function* offers(
  facts: EngineFacts,
  { startAt: from, endAt: to }: Interval,
  { look, needed = needsAt(facts) }: Search = {},
): Generator<Offer> {
  const { rules, companions } = facts;
  if (isBarred(facts)) return;
  const common = commonOf(facts);
  const theirs = union(companions.flatMap(({ taken }) => taken));
  const bounds = { first: Math.max(from, rules.earliest), last: Math.min(to - 1, rules.latest) };
  const queues = facts.people
    .filter(({ barred }) => !barred.length)
    .map((person) => ({
      item: person,
      starts: startsOf(
        rules,
        intersection([person.windows, common]),
        [union(person.taken), theirs],
        bounds,
      ),
    }));
  const hasQuota = quotaAt(facts);
  for (const { startAt, items: people } of mergedStarts(queues)) {
    look?.(people.length);
    const takes = needed(startAt);
    const staffIds = takes
      ? people.filter((person) => hasQuota(startAt, person)).map(({ staffId }) => staffId)
      : [];
    if (takes && staffIds.length)
      yield { startAt, endAt: startAt + rules.durationMs, staffIds, takes };
  }
}

/** Whether the candidate, or every candidate, is refused at any time. */
export const isBarred = ({ barred, companions }: EngineFacts, person?: Candidate): boolean =>
  [{ barred }, ...companions, ...(person ? [person] : [])].some((one) => one.barred.length > 0);

const commonOf = ({ open, offered, companions }: EngineFacts): readonly Interval[] =>
  intersection([open, offered, ...companions.map(({ windows }) => windows)]);

/**
 * Returns every rule that refuses a start with a candidate, the broader ones first; empty if it can
 * be booked. Agrees with `offers` on every start.
 */
export function refusals(facts: EngineFacts, person: Candidate, startAt: number): Refusal[] {
  const { rules, companions } = facts;
  const visit = { startAt, endAt: startAt + rules.durationMs };
  const found: Refusal[] = [...facts.barred];
  if (startAt < rules.earliest) found.push({ rule: AvailabilityRule.NOTICE });
  if (startAt > rules.latest) found.push({ rule: AvailabilityRule.HORIZON });
  if (!around(facts.open, visit)) found.push({ rule: AvailabilityRule.LOCATION_CLOSED });
  if (!around(facts.offered, visit)) found.push({ rule: AvailabilityRule.REASON_NOT_OFFERED });
  for (const one of [person, ...companions]) {
    found.push(...one.barred);
    if (!around(one.windows, visit))
      found.push({ rule: AvailabilityRule.STAFF_NOT_WORKING, staffId: one.staffId });
  }
  if (
    rules.grid &&
    !found.length &&
    !isAligned(rules, intersection([person.windows, commonOf(facts)]), visit)
  )
    found.push({ rule: AvailabilityRule.NOT_ALIGNED });
  const occupied = occupiedBy(rules, startAt);
  for (const { staffId, taken } of [person, ...companions]) {
    const rivals = within(taken, occupied);
    if (rivals.length) found.push({ rule: AvailabilityRule.STAFF_TAKEN, staffId, taken: rivals });
  }
  if (!allocate(facts, startAt)) found.push(lacking(facts, startAt));
  if (!quotaAt(facts)(startAt, person)) found.push({ rule: AvailabilityRule.QUOTA_REACHED });
  return found;
}

/**
 * Returns the resources that a booking takes; null if there are not enough. `regardless` ignores
 * claims and hours, for an override.
 */
export function allocate(
  { rules, needs, named, things }: Pick<EngineFacts, 'rules' | 'needs' | 'named' | 'things'>,
  startAt: number,
  regardless = false,
): readonly Allocation[] | null {
  const occupied = occupiedBy(rules, startAt);
  const visit = { startAt, endAt: startAt + rules.durationMs };
  const known = new Map<number, number>();
  const freeOf = ({ quantity, windows, taken }: ResourcePool): number => {
    if (regardless) return Number.POSITIVE_INFINITY;
    return around(windows, visit) ? quantity - peak(taken, occupied) : 0;
  };
  return allocateUnits({ needs, named }, (resourceId) => {
    let free = known.get(resourceId);
    if (free === undefined) {
      const thing = things.get(resourceId);
      known.set(resourceId, (free = thing ? freeOf(thing) : 0));
    }
    return free;
  });
}

/**
 * Returns a refusal for the first need that no option meets, else for the first named resource that
 * is not free. If each is met separately, names all of them.
 */
function lacking(facts: EngineFacts, startAt: number): Refusal {
  const { named } = facts;
  const each = [...facts.needs, ...named.map((resourceId) => [[{ resourceId, units: 1 }]])];
  const need =
    each.find((one) => !allocate({ ...facts, needs: [one], named: [] }, startAt)) ?? each.flat();
  const resourceIds = [...new Set(need.flat().map(({ resourceId }) => resourceId))];
  return {
    rule: AvailabilityRule.RESOURCE_TAKEN,
    resourceIds,
    taken: resourceIds.flatMap((id) =>
      within(facts.things.get(id)?.taken ?? [], occupiedBy(facts.rules, startAt)),
    ),
  };
}

/** Returns the maximum of the units in use within an interval. Units in use rise only at starts. */
function peak(taken: readonly Taken[], interval: Interval): number {
  const rivals = within(taken, interval);
  const instants = [
    interval.startAt,
    ...rivals.map(({ startAt }) => startAt).filter((start) => start > interval.startAt),
  ];
  return Math.max(
    0,
    ...instants.map((at) =>
      rivals.reduce((sum, one) => (one.startAt <= at && at < one.endAt ? sum + one.units : sum), 0),
    ),
  );
}

const within = (taken: readonly Taken[], { startAt, endAt }: Interval): Taken[] =>
  taken.filter((one) => one.startAt < endAt && one.endAt > startAt);

const occupiedBy = (
  { durationMs, bufferBeforeMs, bufferAfterMs }: Rules,
  startAt: number,
): Interval => ({ startAt: startAt - bufferBeforeMs, endAt: startAt + durationMs + bufferAfterMs });

const NOTHING: readonly Allocation[] = [];

export type AllocationAt = (startAt: number) => readonly Allocation[] | null;

/** Memoizes the allocation of each start, which does not depend on the candidate. */
export function needsAt(facts: EngineFacts): AllocationAt {
  if (!facts.needs.length && !facts.named.length) return () => NOTHING;
  const known = new Map<number, readonly Allocation[] | null>();
  return (startAt) => {
    let takes = known.get(startAt);
    if (takes === undefined) known.set(startAt, (takes = allocate(facts, startAt)));
    return takes;
  };
}

/** Counts on the local day of the candidate. Memoizes by start and time zone. */
function quotaAt({ quota }: EngineFacts): (startAt: number, person: Candidate) => boolean {
  if (!quota) return () => true;
  const known = new Map<string, boolean>();
  let at = Number.NaN;
  return (startAt, { timeZone }) => {
    if (startAt !== at) known.clear();
    at = startAt;
    let left = known.get(timeZone);
    if (left === undefined)
      known.set(
        timeZone,
        (left = quota.used(quota.periodOf(toLocal(startAt, timeZone).date)) < quota.limit),
      );
    return left;
  };
}
