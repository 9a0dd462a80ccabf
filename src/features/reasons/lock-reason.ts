import type { Tx } from '../../db/database';
import { FOR_UPDATE, sql } from '../../db/sql';

/**
 * Serializes writers that count what a reason allows before they write. Call it after the locks of
 * subjects, and count after it.
 */
export async function lockReason(tx: Tx, businessId: number, reasonId: number): Promise<void> {
  await tx.all(
    sql`SELECT id FROM reason WHERE business_id = ${businessId} AND id = ${reasonId} ${FOR_UPDATE}`,
  );
}
