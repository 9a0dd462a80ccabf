import { memberOf, type Context } from '../../context';
import { badInput, type DomainError, InputProblemCode } from '../../errors';
import { type ExpectedVersion } from '../../db/versions';
import { parseGlobalId } from '../../graphql/global-id';
import { locations } from '../locations/location.list';
import type { DateOverride } from './date-override.entity';
import type { Owner } from './hours-owner';
import type { TimeRangeInput } from './schedule.inputs';
import type { TimeRange } from './schedule-values';
import type { SchedulePeriod } from './schedule-period.entity';
import { modifierOf } from '../../log/actors/stamps';

/** The row to change, and the version that the caller has read. */
export interface KnownRow extends ExpectedVersion {
  readonly id: string;
}

/** Change of one row: an insertion if `before` is null, a deletion if `after` is null. */
export interface Step<Row> {
  readonly before: Row | null;
  readonly after: Row | null;
}

/**
 * A decided and authorised change of an owner's hours, not yet written. A preview reads it;
 * `carryOut` writes it.
 */
export interface HoursChange {
  readonly owner: Owner;
  readonly periods: readonly Step<SchedulePeriod>[];
  readonly overrides: readonly Step<DateOverride>[];
}

/** A change, and the row that its mutation returns. */
export interface PlannedHours<Row> {
  readonly change: HoursChange;
  readonly row: Row;
}

/** Returns the columns that every change sets. */
export const stamps = (context: Context) => ({
  modifiedAt: context.now(),
  ...modifierOf(memberOf(context)),
});

/** Returns a copy of the row, of the same class, with changes. */
export const changed = <Row extends object>(row: Row, changes: Partial<Row>): Row =>
  Object.assign(Object.create(Object.getPrototypeOf(row)) as Row, row, changes);

const MINUTES_PER_DAY = 24 * 60;

/**
 * Returns the ranges by start. An end on the next day exceeds 24 hours; an end at the start is that
 * time of the next day.
 * @throws DomainError BAD_USER_INPUT
 */
export function toRanges(inputs: readonly TimeRangeInput[]): TimeRange[] {
  return inputs
    .map(({ start, end }, index) => {
      if (start === MINUTES_PER_DAY)
        throw badInputAt(
          index,
          'A range must start before 24:00; use the next day for a later start.',
        );
      return { start, end: end > start ? end : end + MINUTES_PER_DAY };
    })
    .sort((one, other) => one.start - other.start || one.end - other.end);
}

const badInputAt = (index: number, message: string): DomainError =>
  badInput(InputProblemCode.OUT_OF_RANGE, message, 'ranges', String(index));

/** Returns the row id of the named location. @throws DomainError BAD_USER_INPUT, NOT_FOUND */
export async function locationIdOf(
  context: Context,
  id: string | null | undefined,
): Promise<number | null> {
  const path = ['input', 'locationId'];
  return id == null
    ? null
    : (await locations.getToRefer(context, parseGlobalId('Location', id, path), path)).rowId;
}
