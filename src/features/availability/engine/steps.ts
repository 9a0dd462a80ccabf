import { around, type Interval } from '../../../lib/intervals';
import { MS_PER_DAY, MS_PER_MINUTE, offsetMinutes, toLocal } from '../../../lib/time-zone';

/** Length of a visit, and the steps of a working window at which it may start. */
export interface Steps {
  readonly durationMs: number;
  readonly bufferBeforeMs: number;
  readonly bufferAfterMs: number;
  readonly stepMs: number;
  /**
   * WINDOW counts elapsed time from the start of each window, regardless of its length. CLOCK
   * selects each instant at which the local time is a multiple of the step, counted from midnight.
   */
  readonly alignment: 'WINDOW' | 'CLOCK';
  /** Time zone for CLOCK. */
  readonly timeZone: string;
}

/** Whether a visit lies in a window and starts at one of its steps. */
export function isAligned(steps: Steps, windows: readonly Interval[], visit: Interval): boolean {
  const window = around(windows, visit);
  if (!window) return false;
  const { alignment, stepMs, timeZone } = steps;
  if (alignment === 'WINDOW') return (visit.startAt - window.startAt) % stepMs === 0;
  const { hour, minute, second, millisecond } = toLocal(visit.startAt, timeZone);
  return second === 0 && millisecond === 0 && ((hour * 60 + minute) * MS_PER_MINUTE) % stepMs === 0;
}

/** Bounds of a start, inclusive. */
export interface StartBounds {
  readonly first: number;
  readonly last: number;
}

/**
 * Yields each step of sorted windows, from `first` to `last`, at which a visit fits into its window
 * and between the `busy` intervals. Each element of `busy` is a union of its own.
 */
export function* startsOf(
  steps: Steps,
  windows: readonly Interval[],
  busy: readonly (readonly Interval[])[],
  { first, last }: StartBounds,
): Generator<number> {
  const { durationMs, bufferBeforeMs, bufferAfterMs, alignment } = steps;
  const busyUntil = busy.map(busyUntilIn);
  for (const window of windows) {
    const [from, to] = [Math.max(window.startAt, first), Math.min(window.endAt - durationMs, last)];
    if (from > to) continue;
    let earliest = from;
    for (const start of alignment === 'WINDOW'
      ? elapsedSteps(window.startAt, steps.stepMs, from, to)
      : clockSteps(steps, from, to)) {
      if (start < earliest) continue;
      const occupied = {
        startAt: start - bufferBeforeMs,
        endAt: start + durationMs + bufferAfterMs,
      };
      const until = busyUntil.reduce((latest, until) => Math.max(latest, until(occupied)), FREE);
      if (until === FREE) yield start;
      else earliest = until + bufferBeforeMs;
    }
  }
}

const FREE = Number.NEGATIVE_INFINITY;

/**
 * Returns a function for the end of the first interval of a union that overlaps an interval; FREE
 * if none does. Intervals must be given in ascending order, so that the union is scanned once.
 */
function busyUntilIn(taken: readonly Interval[]): (occupied: Interval) => number {
  let next = 0;
  return ({ startAt, endAt }) => {
    while (next < taken.length && (taken[next] as Interval).endAt <= startAt) next += 1;
    const rival = taken[next];
    return rival && rival.startAt < endAt ? rival.endAt : FREE;
  };
}

/** Yields the steps from `from` to `to`, inclusive. Changes of the UTC offset do not shift them. */
function* elapsedSteps(
  origin: number,
  stepMs: number,
  from: number,
  to: number,
): Generator<number> {
  for (
    let start = origin + Math.ceil((from - origin) / stepMs) * stepMs;
    start <= to;
    start += stepMs
  )
    yield start;
}

/**
 * Yields the instants from `from` to `to`, inclusive, at which the local time is a multiple of the
 * step.
 */
function* clockSteps({ stepMs, timeZone }: Steps, from: number, to: number): Generator<number> {
  for (const { startAt, endAt, offsetMs } of evenRuns(from, to + 1, timeZone)) {
    const [first, end] = [startAt + offsetMs, endAt + offsetMs];
    for (
      let midnight = Math.floor(first / MS_PER_DAY) * MS_PER_DAY;
      midnight < end;
      midnight += MS_PER_DAY
    ) {
      const dayEnd = Math.min(midnight + MS_PER_DAY, end);
      for (
        let wall = midnight + Math.max(0, Math.ceil((first - midnight) / stepMs)) * stepMs;
        wall < dayEnd;
        wall += stepMs
      )
        yield wall - offsetMs;
    }
  }
}

/** Splits an interval into pieces, each at most one UTC day long, with a constant UTC offset. */
function* evenRuns(
  from: number,
  to: number,
  timeZone: string,
): Generator<Interval & { offsetMs: number }> {
  for (let startAt = from; startAt < to;) {
    const offset = offsetMinutes(startAt, timeZone);
    let endAt = Math.min((Math.floor(startAt / MS_PER_DAY) + 1) * MS_PER_DAY, to);
    // A zone changes at most once in a UTC day, at a full minute.
    if (offsetMinutes(endAt - 1, timeZone) !== offset)
      endAt = changeBetween(startAt, endAt, offset, timeZone);
    yield { startAt, endAt, offsetMs: offset * MS_PER_MINUTE };
    startAt = endAt;
  }
}

/** Returns the first instant with another offset. */
function changeBetween(startAt: number, endAt: number, offset: number, timeZone: string): number {
  let [same, other] = [Math.floor(startAt / MS_PER_MINUTE), Math.ceil(endAt / MS_PER_MINUTE)];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (offsetMinutes(middle * MS_PER_MINUTE, timeZone) === offset) same = middle;
    else other = middle;
  }
  return other * MS_PER_MINUTE;
}
