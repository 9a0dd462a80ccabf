import { addDays, toLocal } from '../../../lib/time-zone';
import { MAX_DAYS } from '../../availability/graphql/availability.type';
import type { WaitlistEntry } from './waitlist-entry.entity';
import { WaitlistKind } from './status';

type Wish = Pick<
  WaitlistEntry,
  'kind' | 'times' | 'fromDate' | 'toDate' | 'timesOfDay' | 'staffIds' | 'classScheduleId'
>;

/** A start, and what clock and calendar of the location say then. */
export interface Start {
  readonly startAt: number;
  readonly date: string;
  readonly minutes: number;
}

export function startOf(instant: number, timeZone: string): Start {
  const { date, hour, minute } = toLocal(instant, timeZone);
  return { startAt: instant, date, minutes: hour * 60 + minute };
}

/** Who of those who could serve at a time would suit, if the time does: the first of them. Pure. */
export function suitedBy(
  wish: Wish,
  start: Start,
  staffIds: readonly number[],
): number | undefined {
  if (!suits(wish, start)) return undefined;
  return wish.staffIds.length ? staffIds.find((id) => wish.staffIds.includes(id)) : staffIds[0];
}

function suits(
  { kind, times, fromDate, toDate, timesOfDay }: Wish,
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

/** The same for wishes that the same times suit. */
export const keyOf = ({ kind, times, fromDate, toDate, timesOfDay, staffIds }: Wish): string =>
  JSON.stringify([kind, times, fromDate, toDate, timesOfDay, staffIds]);

/** Whether two wishes are for the same: a time in common, days in common, or the session. Pure. */
export function overlap(one: Wish, other: Wish): boolean {
  if (one.kind !== other.kind) return false;
  if (one.kind === WaitlistKind.SESSION) return one.classScheduleId === other.classScheduleId;
  if (one.kind === WaitlistKind.TIMES) return one.times.some((time) => other.times.includes(time));
  return (
    (one.fromDate as string) <= (other.toDate as string) &&
    (other.fromDate as string) <= (one.toDate as string)
  );
}

/** The days on which something could suit one of them, from today on, in pieces that availability answers at once. Pure. */
export function rangesOf(
  wishes: readonly Wish[],
  timeZone: string,
  now: number,
): { from: string; to: string }[] {
  const today = toLocal(now, timeZone).date;
  const days = wishes
    .flatMap(({ kind, times, fromDate, toDate }) =>
      kind === WaitlistKind.TIMES
        ? times
            .map((time) => toLocal(time, timeZone).date)
            .map((date) => ({ from: date, to: date }))
        : [{ from: fromDate as string, to: toDate as string }],
    )
    .filter(({ to }) => to >= today)
    .map(({ from, to }) => ({ from: from < today ? today : from, to }));
  const found: { from: string; to: string }[] = [];
  for (let left = days; left.length;) {
    const from = left.map((day) => day.from).sort()[0] as string;
    const last = addDays(from, MAX_DAYS - 1);
    const to = left
      .filter((day) => day.from <= last)
      .map((day) => (day.to < last ? day.to : last))
      .sort()
      .at(-1) as string;
    found.push({ from, to });
    left = left
      .filter((day) => day.to > last)
      .map((day) => ({ from: day.from > last ? day.from : addDays(last, 1), to: day.to }));
  }
  return found;
}
