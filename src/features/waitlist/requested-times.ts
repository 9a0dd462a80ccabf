import { badInput, InputProblemCode, type DomainError } from '../../errors';
import { addDays, dayEnd, MS_PER_DAY, toLocal } from '../../lib/time-zone';
import { timeRefused } from '../availability/unavailable-error';
import type { ClassSchedule } from '../classes/class-schedule.entity';
import { WaitlistKind } from './model/status';
import type { WaitlistEntry } from './model/waitlist-entry.entity';
import type { WaitlistDaysInput, WaitlistWishInput } from './choices.inputs';
import type { JoinWaitlistInput } from './waitlist.inputs';

/** Maximum length of a requested date range, in days. */
const MAX_DAYS = 186;

/** The columns of an entry that say which place it requests. */
export type RequestedTimes = Pick<
  WaitlistEntry,
  | 'kind'
  | 'times'
  | 'fromDate'
  | 'toDate'
  | 'timesOfDay'
  | 'wantedUntil'
  | 'classScheduleId'
  | 'seats'
>;

/** The wish for times or days, and what it is for. */
interface TimesInput extends Pick<JoinWaitlistInput, 'reasonId' | 'locationId' | 'staffIds'> {
  readonly wish: Pick<WaitlistWishInput, 'times' | 'days'>;
}

export const timesOfSession = (
  { rowId, startAt }: ClassSchedule,
  seats: number,
): RequestedTimes => ({
  kind: WaitlistKind.SESSION,
  times: [],
  fromDate: null,
  toDate: null,
  timesOfDay: [],
  wantedUntil: startAt,
  classScheduleId: rowId,
  seats,
});

/** Returns the error for a requested time in the past. */
const pastTimeError = (
  { reasonId, locationId, staffIds }: TimesInput,
  start: number,
): DomainError =>
  timeRefused('A time in the past cannot become free.', ['wish', 'times'], {
    reasonId,
    locationId,
    staffIds,
    start,
  });

/**
 * @throws DomainError BAD_USER_INPUT for an invalid range, TIME_UNAVAILABLE for times in the past.
 * Pure.
 */
export function requestedTimes(input: TimesInput, timeZone: string, now: number): RequestedTimes {
  const { times, days } = input.wish;
  if (times == null) return requestedDays(days as WaitlistDaysInput, timeZone, now);
  const sorted = [...new Set(times)].sort((one, other) => one - other);
  if ((sorted[0] as number) <= now) throw pastTimeError(input, sorted[0] as number);
  return {
    ...WITHOUT_SESSION,
    kind: WaitlistKind.TIMES,
    times: sorted,
    fromDate: null,
    toDate: null,
    timesOfDay: [],
    wantedUntil: sorted.at(-1) as number,
  };
}

const WITHOUT_SESSION = { classScheduleId: null, seats: 1 };
const LAST_DAY = ['wish', 'days', 'to'];

/** @throws DomainError BAD_USER_INPUT, TIME_UNAVAILABLE */
function requestedDays(
  { from, to, timesOfDay }: WaitlistDaysInput,
  timeZone: string,
  now: number,
): RequestedTimes {
  if (to < from) throw badInput(InputProblemCode.OUT_OF_RANGE, 'to is before from.', ...LAST_DAY);
  if (to < toLocal(now, timeZone).date)
    throw timeRefused('These days are in the past.', LAST_DAY, null);
  const first = Math.max(now, Date.parse(`${from}T00:00:00Z`) - MS_PER_DAY);
  if (to >= addDays(toLocal(first, timeZone).date, MAX_DAYS))
    throw badInput(
      InputProblemCode.OUT_OF_RANGE,
      `A range has at most ${MAX_DAYS} days.`,
      ...LAST_DAY,
    );
  return {
    ...WITHOUT_SESSION,
    kind: WaitlistKind.FIRST_AVAILABLE,
    times: [],
    fromDate: from,
    toDate: to,
    timesOfDay: (timesOfDay ?? []).map(({ start, end }) => ({ start, end })),
    wantedUntil: dayEnd(to, timeZone),
  };
}
