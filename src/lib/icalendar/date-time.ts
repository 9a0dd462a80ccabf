import { MS_PER_MINUTE } from '../time-zone';
import { occursTwice, offsetAt, type ZoneSpan } from './zone-span';

/** Formats a wall clock in UTC epoch milliseconds as `20300131T090000`. */
export const basic = (clock: number): string =>
  new Date(clock).toISOString().slice(0, 19).replace(/[-:]/g, '');

export const utc = (instant: number): string => `${basic(instant)}Z`;

/**
 * Formats `DTSTART;TZID=Europe/Berlin:20300131T090000`. Uses UTC without a zone, and for a
 * repeated wall clock, because programs disagree on which instant it means.
 */
export function dateTime(name: string, instant: number, zone: ZoneSpan | undefined): string {
  if (!zone || occursTwice(zone, instant)) return `${name}:${utc(instant)}`;
  return `${name};TZID=${zone.timeZone}:${basic(instant + offsetAt(zone, instant) * MS_PER_MINUTE)}`;
}
