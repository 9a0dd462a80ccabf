import { MS_PER_DAY, MS_PER_MINUTE, offsetMinutes } from '../time-zone';

/** A change of a zone's offset. Offsets are minutes east of UTC. */
export interface OffsetChange {
  /** The first instant with the new offset. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** The offsets of a zone over some years, as a calendar needs them. */
export interface ZoneSpan {
  readonly timeZone: string;
  readonly start: number;
  readonly initial: number;
  /** Ascending. */
  readonly changes: readonly OffsetChange[];
}

/** No zone changes twice within a week; changes lie on quarters of an hour. */
const STEP = 7 * MS_PER_DAY;
const QUARTER = 15 * MS_PER_MINUTE;

function changesOf(timeZone: string, from: number, to: number): OffsetChange[] {
  const changes: OffsetChange[] = [];
  for (let start = from; start < to; start += STEP) {
    const [before, after] = [offsetMinutes(start, timeZone), offsetMinutes(start + STEP, timeZone)];
    if (before === after) continue;
    let [old, changed] = [start, start + STEP];
    while (changed - old > QUARTER) {
      const middle = old + Math.floor((changed - old) / 2 / QUARTER) * QUARTER;
      if (offsetMinutes(middle, timeZone) === before) old = middle;
      else changed = middle;
    }
    changes.push({ at: changed, from: before, to: after });
  }
  return changes;
}

const yearOf = (instant: number): number => new Date(instant).getUTCFullYear();

/**
 * Returns the offsets from the beginning of the year before `first` to the end of the year after
 * `last`.
 */
export function zoneSpan(timeZone: string, first: number, last: number): ZoneSpan {
  const start = Date.UTC(yearOf(first) - 1, 0, 1);
  return {
    timeZone,
    start,
    initial: offsetMinutes(start, timeZone),
    changes: changesOf(timeZone, start, Date.UTC(yearOf(last) + 2, 0, 1)),
  };
}

/** Minutes east of UTC at an instant of the span. */
export const offsetAt = ({ initial, changes }: ZoneSpan, instant: number): number =>
  changes.findLast(({ at }) => at <= instant)?.to ?? initial;

/**
 * Whether the wall clock at an instant of the span occurs twice: the instant is closer to a
 * backward change than the clocks go back.
 */
export const occursTwice = ({ changes }: ZoneSpan, instant: number): boolean =>
  changes.some(({ at, from, to }) => {
    const back = (from - to) * MS_PER_MINUTE;
    return at - back <= instant && instant < at + back;
  });
