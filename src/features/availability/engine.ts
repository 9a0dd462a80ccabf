import { around, intersection, union, type Interval } from '../../shared/intervals';
import { addDays, dayStart, MS_PER_DAY, MS_PER_MINUTE, toInstant, toLocal } from '../../shared/time-zone';
import { AvailabilityRule } from './availability.rules';

/** Units of somebody's or something's time that are taken, buffers included. */
export interface Taken extends Interval {
  readonly units: number;
  readonly appointmentId: number;
}

/** Somebody who could serve, or must serve too. `taken` is sorted by its starts. */
export interface Person {
  readonly staffId: number;
  readonly timeZone: string;
  /** What keeps them from serving at any time. */
  readonly barred: readonly Refusal[];
  readonly windows: readonly Interval[];
  readonly taken: readonly Taken[];
}

/** A room, or things of one kind. */
export interface Thing {
  readonly resourceId: number;
  readonly subjectId: number;
  readonly quantity: number;
  readonly windows: readonly Interval[];
  readonly taken: readonly Taken[];
}

export interface Take { readonly resourceId: number; readonly units: number }

/** A need is met by the first of its options that is free; all needs are met by different units. */
export type Need = readonly (readonly Take[])[];

export interface Quota {
  readonly limit: number;
  readonly used: (period: string) => number;
  readonly periodOf: (localDate: string) => string;
}

export interface Rules {
  readonly durationMs: number;
  readonly bufferBeforeMs: number;
  readonly bufferAfterMs: number;
  readonly stepMs: number;
  /**
   * WINDOW: from the start of each window; in one that is longer than a day anew from each local midnight, since it may have no start at all.
   * CLOCK: from the first multiple of the step on the local clock.
   */
  readonly alignment: 'WINDOW' | 'CLOCK';
  /** Whether only those starts can be booked: clients keep to them, staff may begin at any minute. */
  readonly grid: boolean;
  /** Whose clock and midnights are meant. */
  readonly timeZone: string;
  /** Notice and horizon: no start before the one or after the other. */
  readonly earliest: number;
  readonly latest: number;
}

/** Everything that the engine has to know. The same facts give the same answers, whoever asks. */
export interface Facts {
  readonly rules: Rules;
  /** What keeps everybody from serving at any time. */
  readonly barred: readonly Refusal[];
  /** When the location is open, and when the reason is offered. */
  readonly open: readonly Interval[];
  readonly offered: readonly Interval[];
  readonly people: readonly Person[];
  /** Those who have to be there as well, whoever serves. */
  readonly companions: readonly Person[];
  readonly needs: readonly Need[];
  readonly things: ReadonlyMap<number, Thing>;
  readonly quota: Quota | null;
}

/** Why a start cannot be booked with somebody: the rule, and whose row it comes from. */
export interface Refusal {
  readonly rule: AvailabilityRule;
  readonly staffId?: number;
  readonly resourceIds?: readonly number[];
  /** What is in the way. */
  readonly taken?: readonly Taken[];
}

/** A start that is offered, with those who could serve, in the order of the people. */
export interface Offer {
  readonly startAt: number;
  readonly endAt: number;
  readonly staffIds: readonly number[];
  readonly takes: readonly Take[];
}

/**
 * Every start within `[from, to)` that can be booked. Pure, and linear in windows, claims and offers: the same question on the same facts has the
 * same answer, so what is offered is what a booking accepts.
 */
export function offers(facts: Facts, { startAt: from, endAt: to }: Interval): Offer[] {
  const { rules, companions } = facts;
  if (facts.barred.length || companions.some(({ barred }) => barred.length)) return [];
  const byStart = new Map<number, number[]>();
  const common = commonOf(facts);
  const needed = needsAt(facts);
  for (const person of facts.people) {
    if (person.barred.length) continue;
    const taken = union([person, ...companions].flatMap((one) => one.taken));
    const hasQuota = quotaAt(facts, person);
    for (const startAt of startsOf(rules, intersection([person.windows, common]), taken, Math.max(from, rules.earliest), Math.min(to - 1, rules.latest))) {
      if (!needed(startAt) || !hasQuota(startAt)) continue;
      const known = byStart.get(startAt);
      if (known) known.push(person.staffId);
      else byStart.set(startAt, [person.staffId]);
    }
  }
  return [...byStart].sort(([one], [other]) => one - other)
    .map(([startAt, staffIds]) => ({ startAt, endAt: startAt + rules.durationMs, staffIds, takes: needed(startAt) ?? [] }));
}

const commonOf = ({ open, offered, companions }: Facts): readonly Interval[] => intersection([open, offered, ...companions.map(({ windows }) => windows)]);

/**
 * Every rule that refuses a start with somebody, the broader ones first; none means that it can be booked. Says of each start exactly what `offers`
 * says, and why.
 */
export function refusals(facts: Facts, person: Person, startAt: number): Refusal[] {
  const { rules, companions } = facts;
  const visit = { startAt, endAt: startAt + rules.durationMs };
  const found: Refusal[] = [...facts.barred];
  if (startAt < rules.earliest) found.push({ rule: AvailabilityRule.NOTICE });
  if (startAt > rules.latest) found.push({ rule: AvailabilityRule.HORIZON });
  if (!around(facts.open, visit)) found.push({ rule: AvailabilityRule.LOCATION_CLOSED });
  if (!around(facts.offered, visit)) found.push({ rule: AvailabilityRule.REASON_NOT_OFFERED });
  for (const one of [person, ...companions]) {
    found.push(...one.barred);
    if (!around(one.windows, visit)) found.push({ rule: AvailabilityRule.STAFF_NOT_WORKING, staffId: one.staffId });
  }
  if (rules.grid && !found.length && !isAligned(rules, intersection([person.windows, commonOf(facts)]), visit)) found.push({ rule: AvailabilityRule.NOT_ALIGNED });
  const occupied = occupiedBy(rules, startAt);
  for (const { staffId, taken } of [person, ...companions]) {
    const rivals = within(taken, occupied);
    if (rivals.length) found.push({ rule: AvailabilityRule.STAFF_TAKEN, staffId, taken: rivals });
  }
  if (!allocate(facts, startAt)) found.push(lacking(facts, startAt));
  if (!quotaAt(facts, person)(startAt)) found.push({ rule: AvailabilityRule.QUOTA_REACHED });
  return found;
}

const MAX_TRIES = 2_000;

/** The resources that a booking would take, each need by its first option that goes with the rest; null where there are not enough. */
export function allocate({ rules, needs, things }: Facts, startAt: number, regardless = false): readonly Take[] | null {
  const occupied = occupiedBy(rules, startAt);
  const visit = { startAt, endAt: startAt + rules.durationMs };
  const taken = new Map<number, number>();
  const inUse = (resourceId: number): number => taken.get(resourceId) ?? 0;
  const add = (takes: readonly Take[], sign: 1 | -1) => {
    for (const { resourceId, units } of takes) taken.set(resourceId, inUse(resourceId) + sign * units);
  };
  const isFree = ({ resourceId }: Take): boolean => {
    const thing = things.get(resourceId);
    if (!thing || regardless) return thing !== undefined;
    return around(thing.windows, visit) !== undefined && peak(thing.taken, occupied) + inUse(resourceId) <= thing.quantity;
  };
  // Needs and options are few, and most days the first try holds. Those that want each other's resources have an end, the same for everybody who asks.
  let tries = MAX_TRIES;
  const meet = (index: number): boolean => index === needs.length || (needs[index] as Need).some((option) => {
    if ((tries -= 1) < 0) return false;
    add(option, 1);
    if (option.every(isFree) && meet(index + 1)) return true;
    add(option, -1);
    return false;
  });
  return meet(0) ? [...taken].filter(([, units]) => units > 0).map(([resourceId, units]) => ({ resourceId, units })) : null;
}

/** The first need that nothing meets, even alone; where each has something, all of them together. */
function lacking(facts: Facts, startAt: number): Refusal {
  const need = facts.needs.find((one) => !allocate({ ...facts, needs: [one] }, startAt)) ?? facts.needs.flat();
  const resourceIds = [...new Set(need.flat().map(({ resourceId }) => resourceId))];
  return { rule: AvailabilityRule.RESOURCE_TAKEN, resourceIds, taken: resourceIds.flatMap((id) => within(facts.things.get(id)?.taken ?? [], occupiedBy(facts.rules, startAt))) };
}

/** Units in use at the worst instant of an interval. They rise at starts alone. */
function peak(taken: readonly Taken[], interval: Interval): number {
  const rivals = within(taken, interval);
  const instants = [interval.startAt, ...rivals.map(({ startAt }) => startAt).filter((start) => start > interval.startAt)];
  return Math.max(0, ...instants.map((at) => rivals.reduce((sum, one) => (one.startAt <= at && at < one.endAt ? sum + one.units : sum), 0)));
}

const within = (taken: readonly Taken[], { startAt, endAt }: Interval): Taken[] => taken.filter((one) => one.startAt < endAt && one.endAt > startAt);

const occupiedBy = ({ durationMs, bufferBeforeMs, bufferAfterMs }: Rules, startAt: number): Interval =>
  ({ startAt: startAt - bufferBeforeMs, endAt: startAt + durationMs + bufferAfterMs });

const NOTHING: readonly Take[] = [];

/** Asked once for each start, however many people could serve then. */
function needsAt(facts: Facts): (startAt: number) => readonly Take[] | null {
  if (!facts.needs.length) return () => NOTHING;
  const known = new Map<number, readonly Take[] | null>();
  return (startAt) => {
    let takes = known.get(startAt);
    if (takes === undefined) known.set(startAt, (takes = allocate(facts, startAt)));
    return takes;
  };
}

/** Counts the local day of whoever serves. */
function quotaAt({ quota }: Facts, { timeZone }: Person): (startAt: number) => boolean {
  return quota ? (startAt) => quota.used(quota.periodOf(toLocal(startAt, timeZone).date)) < quota.limit : () => true;
}

function isAligned(rules: Rules, windows: readonly Interval[], visit: Interval): boolean {
  const window = around(windows, visit);
  if (!window) return false;
  for (const { startAt, endAt } of runsOf(rules, window)) {
    if (startAt <= visit.startAt && visit.startAt < endAt && (visit.startAt - startAt) % rules.stepMs === 0) return true;
  }
  return false;
}

function* startsOf(rules: Rules, windows: readonly Interval[], taken: readonly Interval[], first: number, last: number): Generator<number> {
  const { durationMs, bufferBeforeMs, bufferAfterMs, stepMs } = rules;
  let next = 0;
  for (const window of windows) {
    for (const { startAt, endAt } of runsOf(rules, window)) {
      const latest = Math.min(endAt - 1, window.endAt - durationMs, last);
      // Steps are elapsed time: a change of the clocks within a window moves nothing.
      for (let start = startAt + Math.max(0, Math.ceil((first - startAt) / stepMs)) * stepMs; start <= latest; start += stepMs) {
        const [occupiedFrom, occupiedTo] = [start - bufferBeforeMs, start + durationMs + bufferAfterMs];
        while (next < taken.length && (taken[next] as Interval).endAt <= occupiedFrom) next += 1;
        if (next === taken.length || (taken[next] as Interval).startAt >= occupiedTo) yield start;
      }
    }
  }
}

/** Where the steps of a window begin, and until where they go on. */
function* runsOf(rules: Rules, window: Interval): Generator<Interval> {
  let from = window.startAt;
  if (window.endAt - window.startAt > MS_PER_DAY) {
    for (let date = addDays(toLocal(from, rules.timeZone).date, 1); dayStart(date, rules.timeZone) < window.endAt; date = addDays(date, 1)) {
      const midnight = dayStart(date, rules.timeZone);
      if (midnight > from) yield { startAt: originOf(rules, from), endAt: midnight };
      from = midnight;
    }
  }
  yield { startAt: originOf(rules, from), endAt: window.endAt };
}

function originOf({ alignment, stepMs, timeZone }: Rules, windowStart: number): number {
  if (alignment === 'WINDOW') return windowStart;
  const { date, hour, minute } = toLocal(windowStart, timeZone);
  const stepMinutes = stepMs / MS_PER_MINUTE;
  const minutes = Math.ceil((hour * 60 + minute) / stepMinutes) * stepMinutes;
  const local = toInstant({ date, hour: Math.floor(minutes / 60) % 24, minute: minutes % 60, second: 0, millisecond: 0 }, timeZone);
  const aligned = minutes >= 24 * 60 ? local + 24 * 60 * MS_PER_MINUTE : local;
  // A wall clock that shows the same hour twice is read as the first of them, which may lie before the window.
  return aligned + Math.max(0, Math.ceil((windowStart - aligned) / stepMs)) * stepMs;
}
