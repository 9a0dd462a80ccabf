import { parseLocalDateTime, timeZoneDataVersion, toInstant, wallClock } from '../../lib/time-zone';

/** One version of the time-zone data. */
export interface ZoneData {
  /** Such as 2026b. */
  readonly version: string;
  /** Returns the wall-clock time as 'YYYY-MM-DDTHH:mm:ss'. */
  wallClock(instant: number, timeZone: string): string;
  toInstant(localStart: string, timeZone: string): number;
}

/** Returns the time-zone data of this process. */
export const currentZoneData = (): ZoneData => ({
  version: timeZoneDataVersion(),
  wallClock,
  toInstant: (localStart, timeZone) => toInstant(parseLocalDateTime(localStart), timeZone),
});

/** The time columns of an appointment or session. */
export interface ZonedTimes {
  readonly startAt: number;
  readonly endAt: number;
  readonly staffStartAt: number;
  readonly staffEndAt: number;
  readonly timeZoneCode: string;
  readonly localStart: string;
}

export interface DerivedTimes {
  readonly startAt: number;
  readonly endAt: number;
  readonly staffStartAt: number;
  readonly staffEndAt: number;
  readonly timeZoneData: string;
  readonly locationStartDate: string;
  readonly locationEndDate: string;
}

/**
 * Returns the times in other time-zone data. Keeps the wall-clock start and all lengths. Also keeps
 * an instant that maps to
 * that wall-clock time, so that the second occurrence of an ambiguous time remains the second.
 * Pure.
 */
export function derive(
  { startAt, endAt, staffStartAt, staffEndAt, timeZoneCode, localStart }: ZonedTimes,
  placeZone: string,
  data: ZoneData,
): DerivedTimes {
  const start =
    data.wallClock(startAt, timeZoneCode) === localStart
      ? startAt
      : data.toInstant(localStart, timeZoneCode);
  const shift = start - startAt;
  return {
    startAt: start,
    endAt: endAt + shift,
    staffStartAt: staffStartAt + shift,
    staffEndAt: staffEndAt + shift,
    timeZoneData: data.version,
    locationStartDate: data.wallClock(start, placeZone).slice(0, 10),
    locationEndDate: data.wallClock(endAt + shift - 1, placeZone).slice(0, 10),
  };
}
