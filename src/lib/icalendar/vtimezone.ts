import { MS_PER_MINUTE } from '../time-zone';
import { basic } from './date-time';
import type { OffsetChange, ZoneSpan } from './zone-span';

const two = (value: number): string => String(value).padStart(2, '0');
const utcOffset = (minutes: number): string =>
  `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}${two(Math.abs(minutes) % 60)}`;

function observance({ at, from, to }: OffsetChange, standard: number): string[] {
  const kind = to > standard ? 'DAYLIGHT' : 'STANDARD';
  return [
    `BEGIN:${kind}`,
    `DTSTART:${basic(at + from * MS_PER_MINUTE)}`,
    `TZOFFSETFROM:${utcOffset(from)}`,
    `TZOFFSETTO:${utcOffset(to)}`,
    `END:${kind}`,
  ];
}

/**
 * Renders the lines of a VTIMEZONE, with one observance for each change. A recurrence rule cannot
 * express future legislation or Morocco's changes.
 */
export function timeZoneLines({ timeZone, start, initial, changes }: ZoneSpan): string[] {
  const standard = Math.min(initial, ...changes.map(({ to }) => to));
  const all = [{ at: start, from: initial, to: initial }, ...changes];
  return [
    'BEGIN:VTIMEZONE',
    `TZID:${timeZone}`,
    ...all.flatMap((change) => observance(change, standard)),
    'END:VTIMEZONE',
  ];
}
