import { ALWAYS, around, union, type Interval } from '../../lib/intervals';
import { addDays, localDay, MS_PER_MINUTE, toInstant } from '../../lib/time-zone';
import type { DateOverride } from './date-override.entity';
import type { SchedulePeriod } from './schedule-period.entity';
import { WeekOfMonth, Weekday, type TimeRange } from './schedule-values';

/** Hours of one owner. */
export interface OwnedHours {
  readonly periods: readonly Pick<
    SchedulePeriod,
    'validFrom' | 'validTo' | 'weekdays' | 'weeksOfMonth' | 'ranges' | 'locationId' | 'reasonId'
  >[];
  readonly overrides: readonly Pick<DateOverride, 'date' | 'ranges' | 'locationId'>[];
  /**
   * Whether the owner is open on days without hours: a location or a resource that has no periods.
   */
  readonly always: boolean;
}

/** Local days, inclusive. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

export interface Purpose {
  readonly locationId: number;
  readonly reasonId: number;
}

const WEEKDAYS = [
  Weekday.SUNDAY,
  Weekday.MONDAY,
  Weekday.TUESDAY,
  Weekday.WEDNESDAY,
  Weekday.THURSDAY,
  Weekday.FRIDAY,
  Weekday.SATURDAY,
];
const WEEKS = [WeekOfMonth.FIRST, WeekOfMonth.SECOND, WeekOfMonth.THIRD, WeekOfMonth.FOURTH];
const MINUTES_PER_DAY = 24 * 60;
const WHOLE_DAY: readonly TimeRange[] = [{ start: 0, end: MINUTES_PER_DAY }];

/**
 * Returns the working windows of an owner at a location for a reason: sorted, with gaps between
 * them, from the ranges of local days `from` to `to` and of the day before, which may extend past
 * midnight. Pure.
 */
export function workingWindows(
  hours: OwnedHours,
  purpose: Purpose,
  { from, to }: Days,
  timeZone: string,
): Interval[] {
  const windows: Interval[] = [];
  for (let date = addDays(from, -1); date <= to; date = addDays(date, 1)) {
    // A day that the zone skipped has no hours.
    if (!localDay(date, timeZone).exists) continue;
    for (const { start, end } of rangesOn(hours, purpose, date)) {
      windows.push({ startAt: at(date, start, timeZone), endAt: at(date, end, timeZone) });
    }
  }
  return union(windows);
}

/**
 * Returns the first instant of the window that reaches the start of a local day. Steps count from
 * it, however far back it lies. Days that are open around the clock are skipped; other days are
 * read in pieces of doubling length. Pure.
 */
export function windowStart(
  hours: OwnedHours,
  purpose: Purpose,
  date: string,
  timeZone: string,
): number {
  let day = date;
  for (let length = WALK_DAYS; ; length *= 2) {
    const opened = openSince(hours, purpose, day);
    if (opened === null) return BEFORE_ALL;
    const start = localDay(opened, timeZone).startAt;
    const first = addDays(opened, -length);
    const reaching = workingWindows(hours, purpose, { from: first, to: opened }, timeZone).find(
      ({ startAt, endAt }) => startAt <= start && start <= endAt,
    );
    if (!reaching || reaching.startAt > localDay(addDays(first, -1), timeZone).startAt)
      return reaching?.startAt ?? start;
    day = first;
  }
}

const WALK_DAYS = 7;
/** The earliest instant that a Date can represent: the start of windows without a beginning. */
const BEFORE_ALL = ALWAYS[0].startAt;

/**
 * Returns the first of the consecutive days, each open around the clock, that end the day before
 * `date`. Returns `date` if there are none, null if there is no first one.
 */
function openSince(
  { periods, overrides, always }: OwnedHours,
  { locationId, reasonId }: Purpose,
  date: string,
): string | null {
  const yesterday = addDays(date, -1);
  const override = overrides
    .filter((one) => one.date < date && admits(one.locationId, locationId))
    .map((one) => one.date)
    .sort()
    .at(-1);
  const changed = override === undefined ? null : addDays(override, 1);
  if (always) return changed;
  const since = periods
    .filter(
      (one) =>
        holdsOn(one, yesterday) &&
        admits(one.locationId, locationId) &&
        admits(one.reasonId, reasonId) &&
        isAroundTheClock(one),
    )
    .map(({ validFrom }) => validFrom)
    .sort()[0];
  if (since === undefined) return date;
  const first = changed !== null && changed > since ? changed : since;
  // A range may begin later on the first day, which is then not open all day.
  return first < date ? addDays(first, 1) : date;
}

function isAroundTheClock({ weekdays, weeksOfMonth, ranges }: OwnedHours['periods'][0]): boolean {
  if (weeksOfMonth.length || WEEKDAYS.some((weekday) => !weekdays.includes(weekday))) return false;
  const whole = union(
    [0, MINUTES_PER_DAY].flatMap((before) =>
      ranges.map(({ start, end }) => ({ startAt: start - before, endAt: end - before })),
    ),
  );
  return around(whole, { startAt: 0, endAt: MINUTES_PER_DAY }) !== undefined;
}

/** Returns the appointments that do not lie within a single window. Pure. */
export const outside = <One extends Interval>(
  appointments: readonly One[],
  windows: readonly Interval[],
): One[] => appointments.filter((one) => !around(windows, one));

function at(date: string, minutes: number, timeZone: string): number {
  const { isEven, startAt } = localDay(date, timeZone);
  if (isEven && minutes < 24 * 60) return startAt + minutes * MS_PER_MINUTE;
  const [day, minute] = [Math.floor(minutes / (24 * 60)), minutes % (24 * 60)];
  return toInstant(
    {
      date: addDays(date, day),
      hour: Math.floor(minute / 60),
      minute: minute % 60,
      second: 0,
      millisecond: 0,
    },
    timeZone,
  );
}

/** Overrides of the location precede overrides of all locations, which precede the periods. */
function rangesOn(
  { periods, overrides, always }: OwnedHours,
  { locationId, reasonId }: Purpose,
  date: string,
): readonly TimeRange[] {
  const ofDay = overrides.filter((override) => override.date === date);
  const override =
    ofDay.find((one) => one.locationId === locationId) ??
    ofDay.find((one) => one.locationId === null);
  if (override) return override.ranges;
  if (always) return WHOLE_DAY;
  return periods
    .filter(
      (period) =>
        holdsOn(period, date) &&
        admits(period.locationId, locationId) &&
        admits(period.reasonId, reasonId),
    )
    .flatMap(({ ranges }) => ranges);
}

const admits = (limit: number | null, id: number): boolean => limit === null || limit === id;

function holdsOn(
  { validFrom, validTo, weekdays, weeksOfMonth }: OwnedHours['periods'][0],
  date: string,
): boolean {
  if (date < validFrom || (validTo !== null && date > validTo)) return false;
  if (!weekdays.includes(WEEKDAYS[new Date(`${date}T00:00:00Z`).getUTCDay()] as Weekday))
    return false;
  const week = Math.floor((Number(date.slice(8)) - 1) / 7);
  const isLast = addDays(date, 7).slice(0, 7) !== date.slice(0, 7);
  return (
    !weeksOfMonth.length ||
    weeksOfMonth.includes(WEEKS[week] as WeekOfMonth) ||
    (isLast && weeksOfMonth.includes(WeekOfMonth.LAST))
  );
}
