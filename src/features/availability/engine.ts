import { addDays, dayStart, MS_PER_DAY, MS_PER_MINUTE, toInstant, toLocal } from '../../shared/time-zone';

/** Half-open, epoch milliseconds. */
export interface Interval { readonly startAt: number; readonly endAt: number }

/** Somebody who could serve: when they work for this reason at this place, and when they are taken. Both sorted; windows do not touch. */
export interface Candidate {
  readonly staffId: number;
  readonly windows: readonly Interval[];
  readonly taken: readonly Interval[];
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
  /** Whose clock and midnights are meant. */
  readonly timeZone: string;
  /** Notice and horizon: no start before the one or after the other. */
  readonly earliest: number;
  readonly latest: number;
}

/** A start that is offered, with those who could serve, in the order of the candidates. */
export interface Offer { readonly startAt: number; readonly endAt: number; readonly staffIds: readonly number[] }

/**
 * Every start within `[from, to)` that can be booked. Pure, and linear in windows, claims and offers: the same question on the same facts has the
 * same answer, so what is offered is what a booking accepts.
 */
export function offers(rules: Rules, candidates: readonly Candidate[], { startAt: from, endAt: to }: Interval): Offer[] {
  const byStart = new Map<number, number[]>();
  const first = Math.max(from, rules.earliest);
  const last = Math.min(to - 1, rules.latest);
  for (const candidate of candidates) {
    for (const start of startsOf(rules, candidate, first, last)) {
      const known = byStart.get(start);
      if (known) known.push(candidate.staffId);
      else byStart.set(start, [candidate.staffId]);
    }
  }
  return [...byStart].sort(([one], [other]) => one - other).map(([startAt, staffIds]) => ({ startAt, endAt: startAt + rules.durationMs, staffIds }));
}

/** Whether this start is among the offers of one candidate. */
export const isOffered = (rules: Rules, candidate: Candidate, startAt: number): boolean => offers(rules, [candidate], { startAt, endAt: startAt + 1 }).length > 0;

function* startsOf(rules: Rules, { windows, taken }: Candidate, first: number, last: number): Generator<number> {
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
  return aligned < windowStart ? aligned + stepMs : aligned;
}

/** What lies in all of the lists. Each is sorted and does not touch itself. Pure, linear. */
export function intersection(lists: readonly (readonly Interval[])[]): readonly Interval[] {
  return lists.reduce((left, right) => {
    const common: Interval[] = [];
    for (let i = 0, j = 0; i < left.length && j < right.length; ) {
      const [one, other] = [left[i] as Interval, right[j] as Interval];
      const [startAt, endAt] = [Math.max(one.startAt, other.startAt), Math.min(one.endAt, other.endAt)];
      if (startAt < endAt) common.push({ startAt, endAt });
      if (one.endAt < other.endAt) i += 1;
      else j += 1;
    }
    return common;
  });
}

/** Sorted by start, and those that touch or overlap as one: a list that can be walked once. */
export function merged(intervals: readonly Interval[]): Interval[] {
  const found: Interval[] = [];
  for (const one of [...intervals].sort((left, right) => left.startAt - right.startAt)) {
    const last = found.at(-1);
    if (last && one.startAt <= last.endAt) found[found.length - 1] = { startAt: last.startAt, endAt: Math.max(last.endAt, one.endAt) };
    else found.push(one);
  }
  return found;
}
