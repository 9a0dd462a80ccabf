import { around, type Interval } from '../../shared/intervals';
import { addDays, dayStart, MS_PER_DAY, MS_PER_MINUTE, toInstant, toLocal } from '../../shared/time-zone';

/** How long a visit is, and from where to where it may begin. */
export interface Steps {
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
}

/** Whether a visit begins at one of the steps of the window that it lies in. */
export function isAligned(steps: Steps, windows: readonly Interval[], visit: Interval): boolean {
  const window = around(windows, visit);
  if (!window) return false;
  for (const { startAt, endAt } of runsOf(steps, window)) {
    if (startAt <= visit.startAt && visit.startAt < endAt && (visit.startAt - startAt) % steps.stepMs === 0) return true;
  }
  return false;
}

/** Each step of sorted windows, from `first` to `last`, from which a visit fits in its window and beside whatever is `busy`: unions, each for itself. */
export function* startsOf(steps: Steps, windows: readonly Interval[], busy: readonly (readonly Interval[])[], first: number, last: number): Generator<number> {
  const { durationMs, bufferBeforeMs, bufferAfterMs, stepMs } = steps;
  const isFree = busy.map(freeIn);
  for (const window of windows) {
    for (const { startAt, endAt } of runsOf(steps, window)) {
      const latest = Math.min(endAt - 1, window.endAt - durationMs, last);
      // Steps are elapsed time: a change of the clocks within a window moves nothing.
      for (let start = startAt + Math.max(0, Math.ceil((first - startAt) / stepMs)) * stepMs; start <= latest; start += stepMs) {
        if (isFree.every((free) => free(start - bufferBeforeMs, start + durationMs + bufferAfterMs))) yield start;
      }
    }
  }
}

/** Whether nothing of a union lies between two instants. Asked in the order of the first, it goes through the union once. */
function freeIn(taken: readonly Interval[]): (from: number, to: number) => boolean {
  let next = 0;
  return (from, to) => {
    while (next < taken.length && (taken[next] as Interval).endAt <= from) next += 1;
    return next === taken.length || (taken[next] as Interval).startAt >= to;
  };
}

/** Where the steps of a window begin, and until where they go on. */
function* runsOf(steps: Steps, window: Interval): Generator<Interval> {
  let from = window.startAt;
  if (window.endAt - window.startAt > MS_PER_DAY) {
    for (let date = addDays(toLocal(from, steps.timeZone).date, 1); dayStart(date, steps.timeZone) < window.endAt; date = addDays(date, 1)) {
      const midnight = dayStart(date, steps.timeZone);
      if (midnight > from) yield { startAt: originOf(steps, from), endAt: midnight };
      from = midnight;
    }
  }
  yield { startAt: originOf(steps, from), endAt: window.endAt };
}

function originOf({ alignment, stepMs, timeZone }: Steps, windowStart: number): number {
  if (alignment === 'WINDOW') return windowStart;
  const { date, hour, minute } = toLocal(windowStart, timeZone);
  const stepMinutes = stepMs / MS_PER_MINUTE;
  const minutes = Math.ceil((hour * 60 + minute) / stepMinutes) * stepMinutes;
  const local = toInstant({ date, hour: Math.floor(minutes / 60) % 24, minute: minutes % 60, second: 0, millisecond: 0 }, timeZone);
  const aligned = minutes >= 24 * 60 ? local + 24 * 60 * MS_PER_MINUTE : local;
  // A wall clock that shows the same hour twice is read as the first of them, which may lie before the window.
  return aligned + Math.max(0, Math.ceil((windowStart - aligned) / stepMs)) * stepMs;
}
