import { DomainError, violated } from '../../errors';
import { formatRule, occurrencesOf, parseRule } from '../../lib/recurrence';
import { MS_PER_DAY } from '../../lib/time-zone';
import type { RecurringAppointment } from './recurring-appointment.entity';

/** A rule and the first wall clock that it means. */
export type Pattern = Pick<RecurringAppointment, 'rrule' | 'localStart'>;

const asUtc = (local: string): number =>
  Date.parse(`${local.length === 16 ? `${local}:00` : local}Z`);

/** Milliseconds from one wall clock to another, as if the clocks never changed. */
export const wallShift = (from: string, to: string): number => asUtc(to) - asUtc(from);

export const shifted = (local: string, ms: number): string =>
  new Date(asUtc(local) + ms).toISOString().slice(0, 19);

const wallClocksOf = ({
  rrule,
  localStart,
  timeZoneCode: timeZone,
}: Pattern & Pick<RecurringAppointment, 'timeZoneCode'>): string[] =>
  occurrencesOf({ rrule, localStart, timeZone }).map((occurrence) => occurrence.localStart);

const ending = (rrule: string, count: number): string => {
  const parts = new Map(parseRule(rrule));
  parts.delete('UNTIL');
  return formatRule(parts.set('COUNT', String(count)));
};

/** A series as two: what lies before a wall clock, and the rest. Either is null where it would be empty. Pure. */
export function splitAt(
  series: RecurringAppointment,
  at: string,
): { before: Pattern | null; rest: Pattern | null } {
  const clocks = wallClocksOf(series);
  const count = clocks.filter((local) => local < at).length;
  const [first] = clocks.slice(count);
  return {
    before: count ? { rrule: ending(series.rrule, count), localStart: series.localStart } : null,
    rest: first ? { rrule: ending(series.rrule, clocks.length - count), localStart: first } : null,
  };
}

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** Weekdays of a weekly rule go along, the start of its week too. */
function turned(rrule: string, days: number): string {
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
 * The pattern whose every occurrence is one of this pattern, later or earlier by the same on the wall clock. Pure.
 * @throws DomainError RULE_VIOLATED where no rule says that: the last day of each month, a day later, is none.
 */
export function movedBy(pattern: Pattern, timeZoneCode: string, ms: number): Pattern {
  if (ms === 0) return pattern;
  const wanted = wallClocksOf({ ...pattern, timeZoneCode }).map((local) => shifted(local, ms));
  const localStart = wanted[0] as string;
  const days = Math.round(
    (asUtc(localStart.slice(0, 10) + 'T00:00') -
      asUtc(pattern.localStart.slice(0, 10) + 'T00:00')) /
      MS_PER_DAY,
  );
  const moved = {
    rrule: ending(days ? turned(pattern.rrule, days) : pattern.rrule, wanted.length),
    localStart,
  };
  if (String(wallClocksIfAny({ ...moved, timeZoneCode })) === String(wanted)) return moved;
  throw violated(
    `The rule ${pattern.rrule} cannot say these new times. Cancel what follows, and book it as a series of its own.`,
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
