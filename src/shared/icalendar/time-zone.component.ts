import { MS_PER_DAY, MS_PER_MINUTE, offsetMinutes } from '../time-zone';
import { basic } from './date-time';

interface Change {
  /** The first instant with the new offset. */
  readonly at: number;
  /** Minutes east of UTC. */
  readonly from: number;
  readonly to: number;
}

/** No zone changes twice within a week; changes lie on quarters of an hour. */
const STEP = 7 * MS_PER_DAY;
const QUARTER = 15 * MS_PER_MINUTE;

/** The changes of a zone's offset after one instant and up to another, in order. */
export function changesOf(timeZone: string, from: number, to: number): Change[] {
  const changes: Change[] = [];
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

const two = (value: number): string => String(value).padStart(2, '0');
const utcOffset = (minutes: number): string => `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}${two(Math.abs(minutes) % 60)}`;

function observance({ at, from, to }: Change, standard: number): string[] {
  const kind = to > standard ? 'DAYLIGHT' : 'STANDARD';
  return [
    `BEGIN:${kind}`, `DTSTART:${basic(at + from * MS_PER_MINUTE)}`, `TZOFFSETFROM:${utcOffset(from)}`, `TZOFFSETTO:${utcOffset(to)}`, `END:${kind}`,
  ];
}

const yearOf = (instant: number): number => new Date(instant).getUTCFullYear();

/**
 * The lines of a VTIMEZONE that is right from a year before `first` to a year after `last`. Every change stands for itself: no rule of
 * recurrence says what a country will do, and none could say what Morocco does.
 */
export function timeZoneLines(timeZone: string, first: number, last: number): string[] {
  const from = Date.UTC(yearOf(first) - 1, 0, 1);
  const changes = changesOf(timeZone, from, Date.UTC(yearOf(last) + 2, 0, 1));
  const initial = offsetMinutes(from, timeZone);
  const standard = Math.min(initial, ...changes.map(({ to }) => to));
  const all = [{ at: from, from: initial, to: initial }, ...changes];
  return ['BEGIN:VTIMEZONE', `TZID:${timeZone}`, ...all.flatMap((change) => observance(change, standard)), 'END:VTIMEZONE'];
}
