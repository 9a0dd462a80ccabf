import type { Tx } from '../../db/database';
import { FOR_UPDATE, sql } from '../../db/sql';
import type { ExpectedVersion } from '../../db/versions';
import { updateUndeleted } from '../../log/soft-deletion';
import { Reason } from './reason.entity';

/**
 * Serializes writers that count what a reason allows before they write. Call it after the locks of
 * subjects, and count after it.
 */
export async function lockReason(tx: Tx, businessId: number, reasonId: number): Promise<void> {
  await tx.all(
    sql`SELECT id FROM reason WHERE business_id = ${businessId} AND id = ${reasonId} ${FOR_UPDATE}`,
  );
}

/**
 * Increments the version of a reason whose links change. Serializes such changes.
 * @throws DomainError VERSION_CONFLICT
 */
export async function countReasonChange(
  tx: Tx,
  reason: Reason,
  { expectedVersion }: ExpectedVersion,
): Promise<void> {
  const { businessId, rowId } = reason;
  const change = { changes: {}, expectedVersion, noun: 'reason', field: 'reasonId' };
  reason.version = await updateUndeleted(tx, Reason, { businessId, rowId }, change);
}
