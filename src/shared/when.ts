import { DomainError, ErrorCode } from '../errors';
import { MS_PER_MINUTE, parseLocalDateTime, timeZoneDataVersion, toInstant, toLocal, wallClock } from './time-zone';

const MAX_MS = 366 * 24 * 60 * MS_PER_MINUTE;

export interface When {
  start?: number | null;
  localStart?: string | null;
  end?: number | null;
  durationMinutes?: number | null;
}

const refuse = (message: string, field: string): never => {
  throw new DomainError(ErrorCode.BAD_USER_INPUT, message, { path: ['input', field] });
};

/** @throws DomainError BAD_USER_INPUT unless exactly one of the two is given. */
export function startOf({ start, localStart }: When, timeZone: string): number {
  if ((start == null) === (localStart == null)) refuse('Give exactly one of start and localStart.', 'start');
  return start ?? toInstant(parseLocalDateTime(localStart as string), timeZone);
}

/** @throws DomainError BAD_USER_INPUT when it ends before it starts, or lasts more than 366 days. */
export function endOf(startAt: number, { end, durationMinutes }: When, usualMinutes: number): number {
  if (end != null && durationMinutes != null) refuse('Give end or durationMinutes, not both.', 'end');
  const endAt = end ?? startAt + (durationMinutes ?? usualMinutes) * MS_PER_MINUTE;
  if (endAt <= startAt) refuse('An appointment must end after it starts.', 'end');
  if (endAt - startAt > MAX_MS) refuse('An appointment lasts at most 366 days; longer time off is several.', 'end');
  return endAt;
}

/** Every column that follows from when something takes place, buffers included. Pure. */
export function timesOf(
  startAt: number, endAt: number, { bufferBefore, bufferAfter }: { bufferBefore: number; bufferAfter: number }, timeZoneCode: string, location: { timeZoneCode: string },
) {
  return {
    startAt, endAt,
    staffStartAt: startAt - bufferBefore * MS_PER_MINUTE,
    staffEndAt: endAt + bufferAfter * MS_PER_MINUTE,
    timeZoneCode,
    localStart: wallClock(startAt, timeZoneCode),
    timeZoneData: timeZoneDataVersion(),
    locationStartDate: toLocal(startAt, location.timeZoneCode).date,
    // Half-open: what ends at midnight does not touch the next day.
    locationEndDate: toLocal(endAt - 1, location.timeZoneCode).date,
  };
}
