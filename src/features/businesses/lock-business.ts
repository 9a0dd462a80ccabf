import type { Tx } from '../../db/database';
import { sql } from '../../db/sql';

/**
 * Locks the row of a business, so that transactions with business-wide invariants are serialized.
 */
export async function lockBusiness(tx: Tx, businessId: number): Promise<void> {
  await tx.run(sql`UPDATE business SET name = name WHERE id = ${businessId}`);
}
