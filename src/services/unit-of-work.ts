import { memberOf, type Context, type UnitOfWork } from '../context';
import type { Tx } from '../db/database';
import { readerOf } from '../db/request-batching';

/**
 * Returns the unit of work of a transaction. Its context reads the snapshot of the transaction, and
 * its loaders cache rows for everything that the unit does.
 */
export const unitOf = (context: Context, tx: Tx, now: number): UnitOfWork => ({
  tx,
  member: memberOf(context),
  now,
  context: { ...context, db: readerOf(tx, context.db) },
});
