import { memberOf, type Context } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import type { Tx } from '../../db/database';
import { orConflict } from '../../db/errors';
import { insert, remove, update } from '../../db/table';
import { appendRowChange, type RowType } from '../../log/row-changes';
import { DateOverride } from './date-override.entity';
import type { HoursChange, Step } from './hours-change';
import { SchedulePeriod } from './schedule-period.entity';

/**
 * Writes a planned change.
 * @throws DomainError CONFLICT if the rows have changed since they were read, or if the day already
 * has an override.
 */
export async function carryOut<Row>(
  context: Context,
  planned: Promise<{ change: HoursChange; row: Row }>,
): Promise<Row> {
  const {
    change: { periods, overrides },
    row,
  } = await planned;
  return context.db.transaction(async (tx) => {
    for (const step of periods) await take(context, tx, SchedulePeriod, step);
    for (const step of overrides) await take(context, tx, DateOverride, step);
    return row;
  });
}

async function take<Row extends SchedulePeriod | DateOverride>(
  context: Context,
  tx: Tx,
  entity: new () => Row,
  step: Step<Row>,
): Promise<void> {
  await write(tx, entity, step);
  const { before, after } = step;
  await appendRowChange(
    { tx, member: memberOf(context), now: context.now() },
    { type: entity.name as RowType, before, after: (after ?? before) as Row, deleted: !after },
  );
}

async function write<Row extends SchedulePeriod | DateOverride>(
  tx: Tx,
  entity: new () => Row,
  { before, after }: Step<Row>,
): Promise<void> {
  if (!before)
    return orConflict(
      insert(tx, entity, after as Row),
      ['input', 'date'],
      'An override already exists for this day: change that one instead.',
    );
  const { businessId, rowId, modifiedAt } = before;
  const asRead = {
    businessId,
    rowId,
    modifiedAt,
    ...('validTo' in before ? { validTo: before.validTo } : {}),
  } as Partial<Row>;
  const touched = after
    ? await update(tx, entity, asRead, after)
    : await remove(tx, entity, asRead);
  if (!touched)
    throw new DomainError(
      ErrorCode.CONFLICT,
      'These hours were changed by another request: read them again.',
      { path: ['input', 'id'] },
    );
}
