import type { Database } from '../../../db/database';
import { sql } from '../../../db/sql';

/** Milliseconds between two writes of the last use of a key. */
export const KEY_USES_MS = 60_000;
/** Keys of one transaction, so that other writes do not wait for long. */
const BATCH = 200;

interface KeyUse {
  readonly businessId: number;
  readonly rowId: number;
  readonly usedAt: number;
}

/** The last uses of keys that one App has not written yet. No request waits for their write. */
export class KeyUses {
  private pending = new Map<string, KeyUse>();

  add(use: KeyUse): void {
    this.pending.set(`${use.businessId} ${use.rowId}`, use);
  }

  /** Writes the last uses, each key at most once a minute over all processes. */
  async write(db: Database): Promise<void> {
    const uses = [...this.pending.values()].sort(
      // One order, so that concurrent processes cannot deadlock.
      (one, other) => one.businessId - other.businessId || one.rowId - other.rowId,
    );
    this.pending = new Map();
    for (let start = 0; start < uses.length; start += BATCH) {
      await db.transaction(async (tx) => {
        for (const { businessId, rowId, usedAt } of uses.slice(start, start + BATCH))
          await tx.run(sql`
            UPDATE api_key SET last_used_at = ${usedAt}
            WHERE business_id = ${businessId} AND id = ${rowId}
              AND (last_used_at IS NULL OR last_used_at <= ${usedAt - KEY_USES_MS})`);
      });
    }
  }
}
