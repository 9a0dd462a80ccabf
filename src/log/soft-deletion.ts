import type { Context, UnitOfWork } from '../context';
import type { Tx } from '../db/database';
import { changedRow, type Columns } from '../db/new-row';
import { BusinessRule } from '../business-rule';
import { requireVersion, violated, violatedAt } from '../errors';
import { FOR_REFERENCE, type Sql } from '../db/sql';
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
  /**
   * The lock of the row: FOR_DELETION if bookings refer to it without a lock of their own. Staff
   * and resources are subjects, which each booking locks. Defaults to FOR_UPDATE.
   */
  readonly lock?: Sql;
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
  { entity, before, changes, check, expectedVersion, lock }: DeletionMark<E>,
  deleted: boolean,
): Promise<E> {
  requireVersion(before, expectedVersion);
  if (before.deleted === deleted) return before;
  const { businessId, rowId } = before;
  const key = { businessId, rowId } as Partial<E>;
  return context.db.transaction(async (tx) => {
    // Of two concurrent deletions, the second finds the row deleted and appends no event.
    const current = (await lockRow(tx, entity, key, lock)) ?? before;
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

/**
 * Changes a row that is not deleted, and returns its new version. Compares under the lock of the
 * row, since another request may have deleted it after it was read.
 * @throws DomainError RULE_VIOLATED for a deleted row, VERSION_CONFLICT, NOT_FOUND
 */
export async function updateUndeleted<E extends DeletableRow>(
  tx: Tx,
  entity: new () => E,
  key: Partial<E>,
  { noun, ...change }: UndeletedChange<NoInfer<E>>,
): Promise<number> {
  const current = await lockRow(tx, entity, key);
  if (current) {
    requireVersion(current, change.expectedVersion);
    refuseDeleted(current, noun, change.field);
  }
  return updateVersion(tx, entity, key, change);
}

/** A row that another one is going to refer to, and the input field that names it. */
interface ReferredRow {
  readonly entity: new () => DeletableRow;
  readonly row: Pick<DeletableRow, 'businessId' | 'rowId'>;
  readonly path: readonly string[];
}

/**
 * Reads rows again and keeps them from being deleted until the transaction ends. Call it after the
 * locks of subjects.
 * @throws DomainError RULE_VIOLATED for a row that was deleted since it was read
 */
export async function keepUndeleted(tx: Tx, rows: readonly ReferredRow[]): Promise<void> {
  for (const { entity, row, path } of rows) {
    const { businessId, rowId } = row;
    const current = await lockRow(tx, entity, { businessId, rowId }, FOR_REFERENCE);
    if (current?.deleted)
      throw violatedAt(
        BusinessRule.DELETED,
        `This ${entity.name} is deleted. Restore it before you refer to it.`,
        path,
      );
  }
}

interface UndeletedChange<E> extends ExpectedVersion {
  readonly changes: Partial<E>;
  /** The row in a message. */
  readonly noun: string;
  /** The input field that names the row. Defaults to `id`. */
  readonly field?: string;
}

/** @throws DomainError RULE_VIOLATED for a change of a deleted row */
export function refuseDeleted(
  { deleted }: { readonly deleted: boolean },
  noun: string,
  field = 'id',
): void {
  if (deleted)
    throw violated(
      BusinessRule.DELETED,
      `This ${noun} is deleted. Restore it before you change it.`,
      field,
    );
}
