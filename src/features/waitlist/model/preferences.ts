import { addDays, toLocal } from '../../../lib/time-zone';
import { MAX_DAYS } from '../../availability/graphql/availability';
import type { WaitlistEntry } from './waitlist-entry.entity';
import { WaitlistKind } from './status';

type Preferences = Pick<
  WaitlistEntry,
  'kind' | 'times' | 'fromDate' | 'toDate' | 'timesOfDay' | 'staffIds' | 'classScheduleId'
>;

/** A start, with date and minute of the day at the location. */
export interface Start {
  readonly startAt: number;
  readonly date: string;
  readonly minutes: number;
}

export function startOf(instant: number, timeZone: string): Start {
  const { date, hour, minute } = toLocal(instant, timeZone);
  return { startAt: instant, date, minutes: hour * 60 + minute };
}

/**
 * Returns the first staff member who suits the preferences at a start, or undefined if none or the
 * time does not suit. Pure.
 */
export function suitedBy(
  preferences: Preferences,
  start: Start,
  staffIds: readonly number[],
): number | undefined {
  if (!suits(preferences, start)) return undefined;
  return preferences.staffIds.length
    ? staffIds.find((id) => preferences.staffIds.includes(id))
    : staffIds[0];
}

function suits(
  { kind, times, fromDate, toDate, timesOfDay }: Preferences,
  { startAt: instant, date, minutes }: Start,
): boolean {
  if (kind === WaitlistKind.SESSION) return false;
  if (kind === WaitlistKind.TIMES) return times.includes(instant);
  if (date < (fromDate as string) || date > (toDate as string)) return false;
  return (
    !timesOfDay.length ||
    timesOfDay.some(({ start, end }) =>
      start < end ? start <= minutes && minutes < end : minutes >= start || minutes < end,
    )
  );
}

/** Returns a key that is equal for preferences with the same suitable times. */
export const keyOf = ({
  kind,
  times,
  fromDate,
  toDate,
  timesOfDay,
  staffIds,
}: Preferences): string => JSON.stringify([kind, times, fromDate, toDate, timesOfDay, staffIds]);

/** Whether two preferences overlap: a common time, a common day, or the same session. Pure. */
export function overlap(one: Preferences, other: Preferences): boolean {
  if (one.kind !== other.kind) return false;
  if (one.kind === WaitlistKind.SESSION) return one.classScheduleId === other.classScheduleId;
  if (one.kind === WaitlistKind.TIMES) return one.times.some((time) => other.times.includes(time));
  return (
    (one.fromDate as string) <= (other.toDate as string) &&
    (other.fromDate as string) <= (one.toDate as string)
  );
}

/**
 * Returns the date ranges from today on that suit any of the preferences, split at the maximum
 * range of an availability query. Pure.
 */
export function rangesOf(
  preferencesList: readonly Preferences[],
  timeZone: string,
  now: number,
): { from: string; to: string }[] {
  const today = toLocal(now, timeZone).date;
  const days = preferencesList
    .flatMap(({ kind, times, fromDate, toDate }) =>
      kind === WaitlistKind.TIMES
        ? times
            .map((time) => toLocal(time, timeZone).date)
            .map((date) => ({ from: date, to: date }))
        : [{ from: fromDate as string, to: toDate as string }],
    )
    .filter(({ to }) => to >= today)
    .map(({ from, to }) => ({ from: from < today ? today : from, to }));
  const ranges: { from: string; to: string }[] = [];
  for (let left = days; left.length;) {
    const from = left.map((day) => day.from).sort()[0] as string;
    const last = addDays(from, MAX_DAYS - 1);
    const to = left
      .filter((day) => day.from <= last)
      .map((day) => (day.to < last ? day.to : last))
      .sort()
      .at(-1) as string;
    ranges.push({ from, to });
    left = left
      .filter((day) => day.to > last)
      .map((day) => ({ from: day.from > last ? day.from : addDays(last, 1), to: day.to }));
  }
  return ranges;
}
