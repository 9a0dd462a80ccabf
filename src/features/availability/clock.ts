import { dayStart, MS_PER_MINUTE, toLocal, wallClock } from '../../lib/time-zone';
import { rangeText, supported } from '../../lib/words';
import { timeZoneOf, type TimeZone } from '../../graphql/time-zone';

/** Time zone, or constant offset from UTC, in which the viewer reads times. */
export interface Reading {
  readonly timeZone?: string | null;
  readonly tzOffset?: number | null;
  readonly locale: string;
}

/** Conversion of instants into a viewer's local days, local times and texts. */
export interface Clock {
  readonly locale: string;
  /** Returns the first instant of a local day. */
  startOf(date: string): number;
  dateOf(instant: number): string;
  /** Returns the text of a time with the names of the staff who are free. */
  read(startAt: number, endAt: number, names: readonly string[]): string;
  /** Returns the local time as 'YYYY-MM-DDTHH:mm:ss'. */
  wallOf(instant: number): string;
  /** Returns null for a constant offset. */
  zoneAt(instant: number): TimeZone | null;
}

export function clockOf(
  { timeZone, tzOffset, locale }: Reading,
  location: { readonly timeZoneCode: string },
): Clock {
  const east = (tzOffset ?? 0) * MS_PER_MINUTE;
  const zone = tzOffset == null ? (timeZone ?? location.timeZoneCode) : 'UTC';
  const list = new Intl.ListFormat(supported(locale), { type: 'unit', style: 'short' });
  return {
    locale,
    startOf: (date) => dayStart(date, zone) - east,
    dateOf: (instant) => toLocal(instant + east, zone).date,
    read(startAt, endAt, names) {
      const words = rangeText(startAt + east, endAt + east, zone, locale);
      const read = tzOffset ? words.replaceAll('UTC', labelOf(tzOffset)) : words;
      return names.length ? `${read} (${list.format(names)})` : read;
    },
    wallOf: (instant) => wallClock(instant + east, zone),
    zoneAt: (instant) => (tzOffset == null ? timeZoneOf(zone, instant) : null),
  };
}

/** Returns the label of an offset, such as GMT+5:30. */
const labelOf = (minutes: number): string => {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `GMT${minutes < 0 ? '-' : '+'}${hours}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`;
};
