import type { Context, UnitOfWork } from '../context';
import { changedRow, type Columns } from '../db/new-row';
import { BusinessRule } from '../business-rule';
import { requireVersion, violated } from '../errors';
import { lockRow } from '../db/lock-row';
import { type ExpectedVersion, updateVersion } from '../db/versions';
import type { TenantRow } from '../graphql/relations/rowset';
import { unitOf } from '../services/unit-of-work';
import { appendRowChange, type RowType } from './row-changes';

/** A row that a mutation deletes and another restores. Rows that refer to it can still read it. */
type DeletableRow = TenantRow & {
  readonly id: string;
  readonly deleted: boolean;
  version: number;
};

/** What deletes or restores a row. */
interface DeletionMark<E> extends ExpectedVersion {
  readonly entity: new () => E;
  readonly before: E;
  /** The columns that mark the row as deleted, or as not deleted. */
  readonly changes: Partial<Columns<E>>;
  /** Refuses the change in its transaction, after it is written. */
  readonly check?: (unit: UnitOfWork) => Promise<void>;
}

/** Deletes a row and appends its event. A deleted row is returned unchanged. */
export const deleteRow = <E extends DeletableRow>(
  context: Context,
  mark: DeletionMark<E>,
): Promise<E> => setDeleted(context, mark, true);

/** Restores a deleted row and appends its event. Another row is returned unchanged. */
export const restoreRow = <E extends DeletableRow>(
  context: Context,
  mark: DeletionMark<E>,
): Promise<E> => setDeleted(context, mark, false);

async function setDeleted<E extends DeletableRow>(
  context: Context,
  { entity, before, changes, check, expectedVersion }: DeletionMark<E>,
  deleted: boolean,
): Promise<E> {
  requireVersion(before, expectedVersion);
  if (before.deleted === deleted) return before;
  const { businessId, rowId } = before;
  const key = { businessId, rowId } as Partial<E>;
  return context.db.transaction(async (tx) => {
    // Of two concurrent deletions, the second finds the row deleted and appends no event.
    const current = (await lockRow(tx, entity, key)) ?? before;
    requireVersion(current, expectedVersion);
    if (current.deleted === deleted) return current;
    const after = changedRow(entity, current, changes);
    const unit = unitOf(context, tx, context.now());
    const change = { changes: changes as Partial<E>, expectedVersion };
    after.version = await updateVersion(tx, entity, key, change);
    await check?.(unit);
    await appendRowChange<TenantRow>(unit, {
      type: entity.name as RowType,
      before: current,
      after,
      deleted,
    });
    return after;
  });
}

/** @throws DomainError RULE_VIOLATED for a change of a deleted row */
export function refuseDeleted({ deleted }: { readonly deleted: boolean }, noun: string): void {
  if (deleted)
    throw violated(
      BusinessRule.DELETED,
      `This ${noun} is deleted. Restore it before you change it.`,
      'id',
    );
}
