import { parseLocalDateTime, timeZoneDataVersion, toInstant, wallClock } from '../../lib/time-zone';

/** What one version of the time-zone data says. */
export interface ZoneData {
  /** Such as 2026b. */
  readonly version: string;
  /** 'YYYY-MM-DDTHH:mm:ss' on the wall. */
  wallClock(instant: number, timeZone: string): string;
  toInstant(localStart: string, timeZone: string): number;
}

/** What this process knows. */
export const currentZoneData = (): ZoneData => ({
  version: timeZoneDataVersion(),
  wallClock,
  toInstant: (localStart, timeZone) => toInstant(parseLocalDateTime(localStart), timeZone),
});

/** The columns of whatever keeps its wall clock, and the zone of its location. */
export interface Timed {
  readonly startAt: number;
  readonly endAt: number;
  readonly staffStartAt: number;
  readonly staffEndAt: number;
  readonly timeZoneCode: string;
  readonly localStart: string;
}

export interface Derived {
  readonly startAt: number;
  readonly endAt: number;
  readonly staffStartAt: number;
  readonly staffEndAt: number;
  readonly timeZoneData: string;
  readonly locationStartDate: string;
  readonly locationEndDate: string;
}

/**
 * The times by other data: the wall clock of the start stays, and so do the lengths. An instant that shows that wall clock stays too, so that
 * of a time that occurs twice the second one remains the second. Pure.
 */
export function derive(
  { startAt, endAt, staffStartAt, staffEndAt, timeZoneCode, localStart }: Timed,
  placeZone: string,
  data: ZoneData,
): Derived {
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
