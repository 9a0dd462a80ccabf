import { MS_PER_MINUTE } from '../time-zone';
import { occursTwice, offsetAt, type ZoneSpan } from './zone-span';

/** `20300131T090000` of a wall clock that is given as if it were UTC. */
export const basic = (clock: number): string =>
  new Date(clock).toISOString().slice(0, 19).replace(/[-:]/g, '');

export const utc = (instant: number): string => `${basic(instant)}Z`;

/**
 * `DTSTART;TZID=Europe/Berlin:20300131T090000`; in UTC without a zone, and where the wall clock occurs twice: programs do not agree on which
 * of the two instants it names.
 */
export function dateTime(name: string, instant: number, zone: ZoneSpan | undefined): string {
  if (!zone || occursTwice(zone, instant)) return `${name}:${utc(instant)}`;
  return `${name};TZID=${zone.timeZone}:${basic(instant + offsetAt(zone, instant) * MS_PER_MINUTE)}`;
}
