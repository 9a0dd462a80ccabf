import { DomainError, ErrorCode } from '../errors';

/**
 * Instants are epoch milliseconds, local dates 'YYYY-MM-DD', and zones IANA names. Ambiguous and
 * skipped wall clocks resolve as documented in domain.md.
 */

export const MS_PER_SECOND = 1_000;
export const MS_PER_MINUTE = 60_000;
export const MS_PER_HOUR = 60 * MS_PER_MINUTE;
/** The length of a UTC day; a local day may be shorter or longer. */
export const MS_PER_DAY = 24 * MS_PER_HOUR;

export interface LocalTime {
  readonly date: string;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formatters.set(timeZone, formatter);
  }
  return formatter;
}

/**
 * Names of the time-zone database without a slash. ICU accepts more, such as PST and IST, which
 * are ambiguous.
 */
const PLAIN_NAMES = new Set(
  `CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland Iran Israel Jamaica Japan Kwajalein Libya
  MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal ROC ROK Singapore Turkey UCT UTC Universal W-SU WET Zulu`
    .split(/\s+/)
    .map((name) => name.toUpperCase()),
);

/**
 * Returns the IANA name in its canonical spelling. Case, and spaces for underscores, do not
 * matter. An alias keeps its name, because ICU knows Asia/Kolkata by its old name. Null for any
 * other text, including offsets and abbreviations.
 */
export function canonicalTimeZone(name: string): string | null {
  const spelled = name.trim().replaceAll(' ', '_');
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(spelled) || spelled.length > 64)
    return null;
  if (!spelled.includes('/') && !PLAIN_NAMES.has(spelled.toUpperCase())) return null;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en-US', { timeZone: spelled }).resolvedOptions();
    if (timeZone.toLowerCase() === spelled.toLowerCase()) return timeZone;
    return /^[A-Z][^/]*(\/[A-Z][^/]*)*$/.test(spelled) ? spelled : timeZone;
  } catch {
    return null;
  }
}

/** The version of the time-zone data in use, such as 2026b. */
export const timeZoneDataVersion = (): string => process.versions.tz ?? 'unknown';

const CACHE_LIMIT = 50_000;
const offsets = new Map<string, number>();

/**
 * Returns minutes east of UTC. Compares both ends of a UTC day, within which no zone changes
 * twice, and reads the exact minute only if they differ.
 */
export function offsetMinutes(instant: number, timeZone: string): number {
  const day = Math.floor(instant / MS_PER_DAY);
  const first = offsetAt(day * MS_PER_DAY, timeZone);
  if (first === offsetAt((day + 1) * MS_PER_DAY, timeZone)) return first;
  return offsetAt(Math.floor(instant / MS_PER_MINUTE) * MS_PER_MINUTE, timeZone);
}

/** `instant` is truncated to the minute. */
function offsetAt(instant: number, timeZone: string): number {
  const key = `${timeZone}|${instant / MS_PER_MINUTE}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    if (offsets.size >= CACHE_LIMIT) offsets.clear();
    offsets.set(key, (offset = readOffset(instant, timeZone)));
  }
  return offset;
}

function readOffset(instant: number, timeZone: string): number {
  const parts: Record<string, string> = {};
  for (const { type, value } of formatterOf(timeZone).formatToParts(instant)) parts[type] = value;
  const year = parts.era === 'BC' ? 1 - Number(parts.year) : Number(parts.year);
  const local = Date.UTC(
    year,
    Number(parts.month) - 1,
    Number(parts.day),
    Number(parts.hour),
    Number(parts.minute),
    Number(parts.second),
  );
  return Math.round((local - instant) / MS_PER_MINUTE);
}

export function toLocal(instant: number, timeZone: string): LocalTime {
  const shifted = new Date(instant + offsetMinutes(instant, timeZone) * MS_PER_MINUTE);
  return {
    date: shifted.toISOString().slice(0, 10),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    millisecond: shifted.getUTCMilliseconds(),
  };
}

/** Formats the wall clock as 'YYYY-MM-DDTHH:mm:ss'. */
export const wallClock = (instant: number, timeZone: string): string =>
  new Date(instant + offsetMinutes(instant, timeZone) * MS_PER_MINUTE).toISOString().slice(0, 19);

/** The wall clock as epoch milliseconds in UTC, for arithmetic. */
const wall = ({ date, hour, minute, second, millisecond }: LocalTime): number =>
  Date.parse(`${date}T00:00:00Z`) +
  hour * MS_PER_HOUR +
  minute * MS_PER_MINUTE +
  second * 1000 +
  millisecond;

/**
 * Converts a wall clock to an instant. A skipped wall clock moves forward by the gap; a repeated
 * one means the first.
 */
export function toInstant(local: LocalTime, timeZone: string): number {
  const clock = wall(local);
  // Around any change, the offsets one day before and one day after are the two candidates.
  const before = offsetMinutes(clock - MS_PER_DAY, timeZone);
  const after = offsetMinutes(clock + MS_PER_DAY, timeZone);
  const first = clock - before * MS_PER_MINUTE;
  if (offsetMinutes(first, timeZone) === before) return first;
  const second = clock - after * MS_PER_MINUTE;
  if (offsetMinutes(second, timeZone) === after) return second;
  // Skipped: with the offset before the change, it lies as far behind the change as it lies in the
  // gap.
  return first;
}

const LOCAL = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?$/;

/** @throws DomainError BAD_USER_INPUT */
export function parseLocalDateTime(text: string): LocalTime {
  const [, date = '', hour, minute, second = '0', fraction = '0'] = LOCAL.exec(text) ?? [];
  const local = {
    date,
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    millisecond: Number(fraction.padEnd(3, '0')),
  };
  if (!isLocalDate(date) || !(local.hour <= 23 && local.minute <= 59 && local.second <= 59)) {
    throw new DomainError(
      ErrorCode.BAD_USER_INPUT,
      'Send a wall-clock time without an offset, such as 2030-01-31T09:00.',
    );
  }
  return local;
}

/** Whether a text is a calendar day from 1900 to 2200. */
export function isLocalDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < '1900' || text >= '2201') return false;
  const parsed = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
}

const daysFrom = new Map<string, string>();

/** Cached, since requests repeat the same few days. */
export function addDays(date: string, days: number): string {
  const key = `${date}${days}`;
  let found = daysFrom.get(key);
  if (found === undefined) {
    if (daysFrom.size >= CACHE_LIMIT) daysFrom.clear();
    daysFrom.set(
      key,
      (found = new Date(Date.parse(`${date}T00:00:00Z`) + days * MS_PER_DAY)
        .toISOString()
        .slice(0, 10)),
    );
  }
  return found;
}

/** The first instant of a local day. For a skipped day, the instant at which it would begin. */
export const dayStart = (date: string, timeZone: string): number =>
  toInstant({ date, hour: 0, minute: 0, second: 0, millisecond: 0 }, timeZone);

/** A day in the calendar of a zone. */
export interface LocalDay {
  /** False for a day that the zone skipped. */
  readonly exists: boolean;
  readonly startAt: number;
  /**
   * Whether no clock change falls in the day, so that a time of day is a fixed offset from its
   * start.
   */
  readonly isEven: boolean;
}

const days = new Map<string, LocalDay>();

export function localDay(date: string, timeZone: string): LocalDay {
  const key = `${timeZone}|${date}`;
  let day = days.get(key);
  if (day === undefined) {
    const noon = toInstant({ date, hour: 12, minute: 0, second: 0, millisecond: 0 }, timeZone);
    const startAt = dayStart(date, timeZone);
    if (days.size >= CACHE_LIMIT) days.clear();
    days.set(
      key,
      (day = {
        exists: toLocal(noon, timeZone).date === date,
        startAt,
        isEven:
          noon - startAt === MS_PER_DAY / 2 && dayEnd(date, timeZone) - noon === MS_PER_DAY / 2,
      }),
    );
  }
  return day;
}

/** 24:00: the first instant of the next day. */
export const dayEnd = (date: string, timeZone: string): number =>
  dayStart(addDays(date, 1), timeZone);

export interface MilitaryTime {
  readonly date: string;
  readonly time: number;
}

/** Returns 1445 for 2:45 pm, 15 for 12:15 am. */
export function startLocal(instant: number, timeZone: string): MilitaryTime {
  const { date, hour, minute } = toLocal(instant, timeZone);
  return { date, time: hour * 100 + minute };
}

/** Returns the military time of an end: midnight is 2400 of the day before. */
export function endLocal(instant: number, timeZone: string): MilitaryTime {
  const { date, time } = startLocal(instant, timeZone);
  return time === 0 ? { date: addDays(date, -1), time: 2400 } : { date, time };
}
