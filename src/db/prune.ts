import type { Database, Tx } from './database';

/** Rows that one transaction takes away, and transactions in one go; what is left waits for the next. */
const BATCH = 1_000;
const MAX_BATCHES = 100;

/**
 * Takes away what is old, some in each transaction, so that nobody waits for long. Any number of processes may do it at any time.
 * @param step takes away up to so many in its transaction and answers how many
 * @returns how many in all
 */
export async function pruneInBatches(
  db: Database,
  step: (tx: Tx, most: number) => Promise<number>,
): Promise<number> {
  let forgotten = 0;
  for (let batches = 0, last = BATCH; last === BATCH && batches < MAX_BATCHES; batches += 1) {
    last = await db.transaction((tx) => step(tx, BATCH));
    forgotten += last;
  }
  return forgotten;
}
