import { badInput, InputProblemCode } from '../errors';
import { refuseBoth, requireOne } from './choice';
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
export function startOf(when: When, timeZone: string): number {
  const { start, localStart } = when;
  requireOne(when, 'start', 'localStart');
  return start ?? toInstant(parseLocalDateTime(localStart as string), timeZone);
}

/**
 * @throws DomainError BAD_USER_INPUT if the end is not a number of minutes after the start, or the
 * duration exceeds 366 days.
 */
export function endOf(startAt: number, when: When, usualMinutes: number): number {
  const { end, durationMinutes } = when;
  refuseBoth(when, 'end', 'durationMinutes');
  const endAt = end ?? startAt + (durationMinutes ?? usualMinutes) * MS_PER_MINUTE;
  if (endAt <= startAt)
    throw badInput(
      InputProblemCode.OUT_OF_RANGE,
      'An appointment must end after it starts.',
      'end',
    );
  // Series and availability have their durations in minutes.
  if (end != null && (end - startAt) % MS_PER_MINUTE !== 0)
    throw badInput(
      InputProblemCode.WRONG_FORMAT,
      'An appointment lasts whole minutes: give an end that is a number of minutes after the start.',
      'end',
    );
  if (endAt - startAt > MAX_MINUTES * MS_PER_MINUTE)
    throw badInput(
      InputProblemCode.OUT_OF_RANGE,
      'An appointment lasts at most 366 days; longer time off is several.',
      'end',
    );
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
