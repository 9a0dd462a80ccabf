import type { Tx } from '../../db/database';
import { sql } from '../../db/sql';

/** Of several transactions that change what there is one of for a whole business, one goes on. */
export async function lockBusiness(tx: Tx, businessId: number): Promise<void> {
  await tx.run(sql`UPDATE business SET name = name WHERE id = ${businessId}`);
}
