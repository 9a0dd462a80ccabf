import { MS_PER_DAY, MS_PER_MINUTE, offsetMinutes, toInstant, toLocal } from '../time-zone';

/** `20300131T090000` of a wall clock that is given as if it were UTC. */
export const basic = (clock: number): string => new Date(clock).toISOString().slice(0, 19).replace(/[-:]/g, '');

export const utc = (instant: number): string => `${basic(instant)}Z`;

/** A wall clock that occurs twice names two instants, and programs do not agree on which. */
function occursTwice(instant: number, timeZone: string): boolean {
  const offset = offsetMinutes(instant, timeZone);
  const later = offsetMinutes(instant + MS_PER_DAY, timeZone);
  const again = instant + (offset - later) * MS_PER_MINUTE;
  return (again > instant && offsetMinutes(again, timeZone) === later) || toInstant(toLocal(instant, timeZone), timeZone) !== instant;
}

/** `DTSTART;TZID=Europe/Berlin:20300131T090000`; in UTC where that is the zone, or the wall clock occurs twice. */
export function dateTime(name: string, instant: number, timeZone: string): string {
  if (timeZone === 'UTC' || occursTwice(instant, timeZone)) return `${name}:${utc(instant)}`;
  return `${name};TZID=${timeZone}:${basic(instant + offsetMinutes(instant, timeZone) * MS_PER_MINUTE)}`;
}
