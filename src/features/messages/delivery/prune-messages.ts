import type { Database } from '../../../db/database';
import { pruneInBatches } from '../../../db/prune';
import { sql } from '../../../db/sql';
import { MS_PER_DAY } from '../../../lib/time-zone';

/**
 * Deletes messages due more than `days` ago, except planned ones; 0 keeps all. Returns the number
 * of deleted rows.
 */
export async function pruneMessages(db: Database, now: number, days: number): Promise<number> {
  if (!days) return 0;
  return pruneInBatches(db, (tx, most) =>
    tx.run(sql`
    DELETE FROM message WHERE (business_id, id) IN (
      SELECT business_id, id FROM message WHERE state <> 'PLANNED' AND due_at < ${now - days * MS_PER_DAY} ORDER BY due_at LIMIT ${most})`),
  );
}
