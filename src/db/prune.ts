import type { Database, Tx } from './database';

/**
 * Maximum rows of a transaction, and maximum transactions of a run. The next run deletes the rest.
 */
const BATCH = 1_000;
const MAX_BATCHES = 100;

/**
 * Deletes old rows in small transactions, so that other writers do not wait long. Safe in any
 * number of processes concurrently.
 * @param step deletes up to `most` rows in its transaction and returns their number
 * @returns the number of deleted rows
 */
export async function pruneInBatches(
  db: Database,
  step: (tx: Tx, most: number) => Promise<number>,
): Promise<number> {
  let deleted = 0;
  for (let batches = 0, last = BATCH; last === BATCH && batches < MAX_BATCHES; batches += 1) {
    last = await db.transaction((tx) => step(tx, BATCH));
    deleted += last;
  }
  return deleted;
}
