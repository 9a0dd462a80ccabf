import type { Database } from '../../../db/database';
import { pruneInBatches } from '../../../db/prune';
import { isOneOf, raw, sql } from '../../../db/sql';
import { MS_PER_DAY } from '../../../lib/time-zone';

/**
 * Deletes deliveries planned more than `days` ago and their attempts, except pending ones; 0 keeps
 * all. Returns the number of deleted deliveries.
 */
export async function pruneDeliveries(db: Database, now: number, days: number): Promise<number> {
  if (!days) return 0;
  return pruneInBatches(db, async (tx, most) => {
    const rows = await tx.all<{ businessId: number; id: number }>(sql`
      SELECT business_id AS "businessId", id FROM webhook_delivery WHERE created_at < ${now - days * MS_PER_DAY} AND state <> 'PENDING' ORDER BY created_at LIMIT ${most}`);
    if (!rows.length) return 0;
    const ofRows = (id: string) =>
      sql`${isOneOf(raw('business_id'), [...new Set(rows.map(({ businessId }) => businessId))])} AND ${isOneOf(
        raw(id),
        rows.map((row) => row.id),
      )}`;
    await tx.run(sql`DELETE FROM webhook_attempt WHERE ${ofRows('delivery_id')}`);
    await tx.run(sql`DELETE FROM webhook_delivery WHERE ${ofRows('id')}`);
    return rows.length;
  });
}
