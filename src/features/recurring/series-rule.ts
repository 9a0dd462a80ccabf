import { BusinessRule } from '../../business-rule';
import { DomainError, violated } from '../../errors';
import { formatRule, occurrencesOf, parseRule } from '../../lib/recurrence';
import { MS_PER_DAY } from '../../lib/time-zone';
import type { RecurringAppointment } from './recurring-appointment.entity';

/** A rule and the wall-clock start of its first occurrence. */
export type Pattern = Pick<RecurringAppointment, 'rrule' | 'localStart'>;

const asUtc = (local: string): number =>
  Date.parse(`${local.length === 16 ? `${local}:00` : local}Z`);

/** Returns the milliseconds between two wall-clock times, ignoring changes of the UTC offset. */
export const wallShift = (from: string, to: string): number => asUtc(to) - asUtc(from);

export const shifted = (local: string, ms: number): string =>
  new Date(asUtc(local) + ms).toISOString().slice(0, 19);

const wallClocksOf = ({
  rrule,
  localStart,
  timeZoneCode: timeZone,
}: Pattern & Pick<RecurringAppointment, 'timeZoneCode'>): string[] =>
  occurrencesOf({ rrule, localStart, timeZone }).map((occurrence) => occurrence.localStart);

const endingAfter = (rrule: string, count: number): string => {
  const parts = new Map(parseRule(rrule));
  parts.delete('UNTIL');
  return formatRule(parts.set('COUNT', String(count)));
};

/** Splits a series at a wall-clock time. Either part is null if it would be empty. Pure. */
export function splitAt(
  series: RecurringAppointment,
  at: string,
): { before: Pattern | null; rest: Pattern | null } {
  const clocks = wallClocksOf(series);
  const count = clocks.filter((local) => local < at).length;
  const [first] = clocks.slice(count);
  return {
    before: count
      ? { rrule: endingAfter(series.rrule, count), localStart: series.localStart }
      : null,
    rest: first
      ? { rrule: endingAfter(series.rrule, clocks.length - count), localStart: first }
      : null,
  };
}

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** Rotates the weekdays and the week start of a weekly rule by a number of days. */
function rotateWeekdays(rrule: string, days: number): string {
  const parts = new Map(parseRule(rrule));
  if (parts.get('FREQ') !== 'WEEKLY') return rrule;
  const turn = (day: string): string =>
    WEEKDAYS[(((WEEKDAYS.indexOf(day) + days) % 7) + 7) % 7] as string;
  parts.set('WKST', turn(parts.get('WKST') ?? 'MO'));
  if (parts.has('BYDAY'))
    parts.set('BYDAY', (parts.get('BYDAY') as string).split(',').map(turn).join(','));
  return formatRule(parts);
}

/**
 * Returns the pattern with every occurrence moved by the same wall-clock difference. Pure.
 * @throws DomainError RULE_VIOLATED if no rule expresses the result, such as the day after the last
 * day of each month
 */
export function movedBy(pattern: Pattern, timeZoneCode: string, ms: number): Pattern {
  if (ms === 0) return pattern;
  const clocks = wallClocksOf({ ...pattern, timeZoneCode }).map((local) => shifted(local, ms));
  const localStart = clocks[0] as string;
  const days = Math.round(
    (asUtc(localStart.slice(0, 10) + 'T00:00') -
      asUtc(pattern.localStart.slice(0, 10) + 'T00:00')) /
      MS_PER_DAY,
  );
  const moved = {
    rrule: endingAfter(days ? rotateWeekdays(pattern.rrule, days) : pattern.rrule, clocks.length),
    localStart,
  };
  if (String(wallClocksIfAny({ ...moved, timeZoneCode })) === String(clocks)) return moved;
  throw violated(
    BusinessRule.RECURRENCE_NOT_EXPRESSIBLE,
    `The rule ${pattern.rrule} cannot express the new times. Cancel the following ` +
      'appointments, and book them as a new series.',
    'start',
  );
}

function wallClocksIfAny(pattern: Parameters<typeof wallClocksOf>[0]): string[] {
  try {
    return wallClocksOf(pattern);
  } catch (error) {
    if (error instanceof DomainError) return [];
    throw error;
  }
}
