import type { Tx } from './database';
import { FOR_REFERENCE, FOR_UPDATE, raw, sql, type Sql } from './sql';
import { matches, tableOf } from './table';

/** Locks the row with this key until the transaction ends, and returns its current state. */
export async function lockRow<E extends object>(
  tx: Tx,
  entity: new () => E,
  key: Partial<E>,
  lock: Sql = FOR_UPDATE,
): Promise<E | null> {
  const table = tableOf(entity);
  const [row] = await tx.all(
    sql`SELECT ${table.select('a')} FROM ${raw(`"${table.name}"`)} AS "a" WHERE ${matches(entity, 'a', key)} ${lock}`,
  );
  return row ? table.hydrate(row) : null;
}

/**
 * Keeps the reason and the location that the transaction is going to refer to from being deleted
 * until it ends. Call it before they are read: a deletion that came first is then seen. SQLite has
 * one writer.
 */
export async function keepFromDeletion(
  tx: Tx,
  { businessId, reasonId, locationId }: Record<'businessId' | 'reasonId' | 'locationId', number>,
): Promise<void> {
  if (tx.dialect === 'sqlite') return;
  await tx.all(sql`
    SELECT FROM reason AS r, location AS l
    WHERE r.business_id = ${businessId} AND r.id = ${reasonId}
      AND l.business_id = ${businessId} AND l.id = ${locationId} ${FOR_REFERENCE}`);
}
