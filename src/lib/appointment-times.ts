import { badInput } from '../errors';
import {
  MS_PER_MINUTE,
  parseLocalDateTime,
  timeZoneDataVersion,
  toInstant,
  toLocal,
  wallClock,
} from './time-zone';

/** 366 days in minutes. Longer time off takes several appointments. */
export const MAX_MINUTES = 366 * 24 * 60;

export interface When {
  start?: number | null;
  localStart?: string | null;
  end?: number | null;
  durationMinutes?: number | null;
}

/** @throws DomainError BAD_USER_INPUT unless exactly one of `start` and `localStart` is set. */
export function startOf({ start, localStart }: When, timeZone: string): number {
  if ((start == null) === (localStart == null))
    throw badInput('Give exactly one of start and localStart.', 'start');
  return start ?? toInstant(parseLocalDateTime(localStart as string), timeZone);
}

/**
 * @throws DomainError BAD_USER_INPUT if the end is not a number of minutes after the start, or the
 * duration exceeds 366 days.
 */
export function endOf(
  startAt: number,
  { end, durationMinutes }: When,
  usualMinutes: number,
): number {
  if (end != null && durationMinutes != null)
    throw badInput('Give end or durationMinutes, not both.', 'end');
  const endAt = end ?? startAt + (durationMinutes ?? usualMinutes) * MS_PER_MINUTE;
  if (endAt <= startAt) throw badInput('An appointment must end after it starts.', 'end');
  // Series and availability have their durations in minutes.
  if (end != null && (end - startAt) % MS_PER_MINUTE !== 0)
    throw badInput(
      'An appointment lasts whole minutes: give an end that is a number of minutes after the start.',
      'end',
    );
  if (endAt - startAt > MAX_MINUTES * MS_PER_MINUTE)
    throw badInput('An appointment lasts at most 366 days; longer time off is several.', 'end');
  return endAt;
}

/**
 * Returns the start before the first move, for a row that now starts at `startAt`. Null if it has
 * not moved. Pure.
 */
export const originalStartOf = (
  before: { readonly startAt: number; readonly originalStartAt: number | null },
  startAt: number,
): number | null => before.originalStartAt ?? (before.startAt === startAt ? null : before.startAt);

/** Returns all columns that derive from start and end, buffers included. Pure. */
export function timesOf(
  { startAt, endAt }: { startAt: number; endAt: number },
  { bufferBefore, bufferAfter }: { bufferBefore: number; bufferAfter: number },
  timeZoneCode: string,
  location: { timeZoneCode: string },
) {
  return {
    startAt,
    endAt,
    staffStartAt: startAt - bufferBefore * MS_PER_MINUTE,
    staffEndAt: endAt + bufferAfter * MS_PER_MINUTE,
    timeZoneCode,
    localStart: wallClock(startAt, timeZoneCode),
    timeZoneData: timeZoneDataVersion(),
    locationStartDate: toLocal(startAt, location.timeZoneCode).date,
    // Half-open: an appointment that ends at midnight does not include the next day.
    locationEndDate: toLocal(endAt - 1, location.timeZoneCode).date,
  };
}
