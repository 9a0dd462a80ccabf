import { DomainError, ErrorCode } from '../../errors';
import { addDays, dayEnd, dayStart, MS_PER_DAY, parseLocalDateTime, toInstant, toLocal } from '../../shared/time-zone';
import { startOf, type When } from '../../shared/when';
import { WEEKDAYS } from '../schedules/windows';
import { MAX_SESSIONS, type ClassRepeatInput } from './class.inputs';

const DAYS_OF_WEEK = 7;
/** Enough for the most sessions, once every 52 weeks. */
const MAX_DAYS = 366 * 200;

const weekdayOf = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay();
/** The Monday of its week. */
const weekOf = (date: string): string => addDays(date, -((weekdayOf(date) + 6) % DAYS_OF_WEEK));
const refuse = (message: string, ...path: string[]): never => {
  throw new DomainError(ErrorCode.BAD_USER_INPUT, message, { path: ['input', ...path] });
};

/**
 * When sessions start, in order: the one, or those of its repetition, all at the wall-clock time of the first. Days that do not exist in the zone
 * have none. Pure. @throws DomainError BAD_USER_INPUT
 */
export function startsOf(when: When & { starts?: readonly number[] | null; repeat?: ClassRepeatInput | null }, timeZone: string): number[] {
  if (when.starts) {
    if (when.start != null || when.localStart != null || when.repeat) refuse('Give starts, or the first start and a repetition.', 'starts');
    return [...when.starts].sort((one, other) => one - other);
  }
  const first = startOf(when, timeZone);
  if (!when.repeat) return [first];
  const { weekdays, everyWeeks, count, until } = when.repeat;
  if ((count == null) === (until == null)) refuse('Give exactly one of count and until.', 'repeat', 'count');
  const { date: start, ...clock } = when.localStart != null ? parseLocalDateTime(when.localStart) : toLocal(first, timeZone);
  const days = weekdays?.map((day) => WEEKDAYS.indexOf(day)) ?? [weekdayOf(start)];
  const starts: number[] = [];
  for (let day = 0; day < MAX_DAYS; day += 1) {
    const date = addDays(start, day);
    if (until != null ? date > until : starts.length === count) break;
    const weeks = (Date.parse(weekOf(date)) - Date.parse(weekOf(start))) / (DAYS_OF_WEEK * MS_PER_DAY);
    const exists = dayStart(date, timeZone) < dayEnd(date, timeZone);
    if (days.includes(weekdayOf(date)) && weeks % everyWeeks === 0 && exists) starts.push(toInstant({ date, ...clock }, timeZone));
    if (starts.length > MAX_SESSIONS) refuse(`Make at most ${MAX_SESSIONS} sessions at once: end it sooner.`, 'repeat', 'until');
  }
  return starts.length ? starts : refuse('No day of the repetition lies between its start and its end.', 'repeat');
}
