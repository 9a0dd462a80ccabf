import { badInput, InputProblemCode, type DomainError } from '../../errors';
import { addDays, dayEnd, MS_PER_DAY, toLocal } from '../../lib/time-zone';
import { timeRefused } from '../availability/unavailable-error';
import type { ClassSchedule } from '../classes/class-schedule.entity';
import { WaitlistKind } from './model/status';
import type { WaitlistEntry } from './model/waitlist-entry.entity';
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

/** The fields of an input that say which times an entry requests, and where. */
type TimesInput = Pick<
  JoinWaitlistInput,
  'reasonId' | 'locationId' | 'staffIds' | 'times' | 'fromDate' | 'toDate' | 'timesOfDay' | 'seats'
>;

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
  timeRefused('A time in the past cannot become free.', 'times', {
    reasonId,
    locationId,
    staffIds,
    start,
  });

/**
 * @throws DomainError BAD_USER_INPUT for contradictory fields, TIME_UNAVAILABLE for times in the
 * past. Pure.
 */
export function requestedTimes(input: TimesInput, timeZone: string, now: number): RequestedTimes {
  const { times, fromDate, toDate, timesOfDay, seats } = input;
  if (seats != null)
    throw badInput(
      InputProblemCode.NOT_ALLOWED,
      'Only a session has seats: give classScheduleId, or omit seats.',
      'seats',
    );
  const withoutSession = { classScheduleId: null, seats: 1 };
  if (times != null) {
    if (fromDate != null || toDate != null || timesOfDay?.length)
      throw badInput(
        InputProblemCode.NOT_ALLOWED,
        'Give times, or fromDate and toDate, not both: leave times out.',
        'times',
      );
    const sorted = [...new Set(times)].sort((one, other) => one - other);
    if ((sorted[0] as number) <= now) throw pastTimeError(input, sorted[0] as number);
    return {
      ...withoutSession,
      kind: WaitlistKind.TIMES,
      times: sorted,
      fromDate: null,
      toDate: null,
      timesOfDay: [],
      wantedUntil: sorted.at(-1) as number,
    };
  }
  if (fromDate == null || toDate == null)
    throw badInput(
      InputProblemCode.REQUIRED,
      'Give times, or fromDate and toDate, or classScheduleId.',
      'times',
    );
  if (toDate < fromDate)
    throw badInput(InputProblemCode.OUT_OF_RANGE, 'toDate is before fromDate.', 'toDate');
  if (toDate < toLocal(now, timeZone).date)
    throw timeRefused('These days are in the past.', 'toDate', null);
  if (
    toDate >=
    addDays(
      toLocal(Math.max(now, Date.parse(`${fromDate}T00:00:00Z`) - MS_PER_DAY), timeZone).date,
      MAX_DAYS,
    )
  )
    throw badInput(
      InputProblemCode.OUT_OF_RANGE,
      `A range has at most ${MAX_DAYS} days.`,
      'toDate',
    );
  const ranges = (timesOfDay ?? []).map(({ start, end }) => ({ start, end }));
  return {
    ...withoutSession,
    kind: WaitlistKind.FIRST_AVAILABLE,
    times: [],
    fromDate,
    toDate,
    timesOfDay: ranges,
    wantedUntil: dayEnd(toDate, timeZone),
  };
}
