import { toLocal } from '../../shared/time-zone';
import type { WaitlistEntry } from './waitlist-entry.entity';
import { WaitlistKind } from './waitlist.status';

type Wish = Pick<WaitlistEntry, 'kind' | 'times' | 'fromDate' | 'toDate' | 'timesOfDay' | 'staffIds'>;

/** Whether a time with this staff member is one that is waited for. Days and times of the day are those of the location. Pure. */
export function suits({ kind, times, fromDate, toDate, timesOfDay, staffIds }: Wish, startAt: number, staffId: number, timeZone: string): boolean {
  if (staffIds.length && !staffIds.includes(staffId)) return false;
  if (kind === WaitlistKind.TIMES) return times.includes(startAt);
  const { date, hour, minute } = toLocal(startAt, timeZone);
  if (date < (fromDate as string) || date > (toDate as string)) return false;
  const minutes = hour * 60 + minute;
  return !timesOfDay.length || timesOfDay.some(({ start, end }) => (start < end ? start <= minutes && minutes < end : minutes >= start || minutes < end));
}

/** Whether two wishes are for the same: a time in common, or days in common. Pure. */
export function overlap(one: Wish, other: Wish): boolean {
  if (one.kind !== other.kind) return false;
  if (one.kind === WaitlistKind.TIMES) return one.times.some((time) => other.times.includes(time));
  return (one.fromDate as string) <= (other.toDate as string) && (other.fromDate as string) <= (one.toDate as string);
}
