import type { Context, WriteUnit } from '../../context';
import { at } from '../../errors';
import { orConflict } from '../../db/errors';
import { findOne, insert } from '../../db/table';
import { removeVersion, updateVersion } from '../../db/versions';
import { appendRowChange, type RowType } from '../../log/row-changes';
import { DateOverride } from './date-override.entity';
import { unitOf } from '../../services/unit-of-work';
import type { PlannedHours, Step } from './hours-change';
import { SchedulePeriod } from './schedule-period.entity';

/**
 * Writes a planned change.
 * @throws DomainError VERSION_CONFLICT or NOT_FOUND if the rows have changed since they were read;
 * CONFLICT if the day already has an override.
 */
export async function carryOut<Row>(
  context: Context,
  planned: Promise<PlannedHours<Row>>,
): Promise<Row> {
  const {
    change: { periods, overrides },
    row,
  } = await planned;
  return context.db.transaction(async (tx) => {
    const unit = unitOf(context, tx, context.now());
    for (const step of periods) await carryOutStep(unit, SchedulePeriod, step);
    for (const step of overrides) await carryOutStep(unit, DateOverride, step);
    return row;
  });
}

async function carryOutStep<Row extends SchedulePeriod | DateOverride>(
  unit: WriteUnit,
  entity: new () => Row,
  step: Step<Row>,
): Promise<void> {
  await writeStep(unit, entity, step);
  const { before, after } = step;
  await appendRowChange(unit, {
    type: entity.name as RowType,
    before,
    after: (after ?? before) as Row,
    deleted: !after,
  });
}

/** The columns of which no two overrides have the same values. */
const placeOf = ({
  businessId,
  date,
  staffId,
  ofLocationId,
  ofReasonId,
  resourceId,
  locationId,
}: DateOverride): Partial<DateOverride> => ({
  businessId,
  date,
  staffId,
  ofLocationId,
  ofReasonId,
  resourceId,
  locationId,
});

async function writeStep<Row extends SchedulePeriod | DateOverride>(
  { tx }: WriteUnit,
  entity: new () => Row,
  { before, after }: Step<Row>,
): Promise<void> {
  if (!before)
    return orConflict(insert(tx, entity, after as Row), {
      path: at('date'),
      message: 'An override already exists for this day: change that one instead.',
      existing: (db) => findOne(db, DateOverride, placeOf(after as DateOverride)),
    });
  const { businessId, rowId, version: expectedVersion } = before;
  const key = { businessId, rowId } as Partial<Row>;
  if (!after) return removeVersion(tx, entity, key, { expectedVersion });
  after.version = await updateVersion(tx, entity, key, { changes: after, expectedVersion });
}
