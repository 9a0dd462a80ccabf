import type { Tx } from './database';
import { FOR_UPDATE, raw, sql } from './sql';
import { matches, tableOf } from './table';

/** Locks the row with this key until the transaction ends, and returns its current state. */
export async function lockRow<E extends object>(
  tx: Tx,
  entity: new () => E,
  key: Partial<E>,
): Promise<E | null> {
  const table = tableOf(entity);
  const [row] = await tx.all(
    sql`SELECT ${table.select('a')} FROM ${raw(`"${table.name}"`)} AS "a" WHERE ${matches(entity, 'a', key)} ${FOR_UPDATE}`,
  );
  return row ? table.hydrate(row) : null;
}
