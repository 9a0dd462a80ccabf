import { occurrencesOf } from '../../../src/lib/recurrence';

export const series = (rrule: string, localStart: string, timeZone: string, count?: number) =>
  occurrencesOf({ rrule, localStart, timeZone, count });
