import type { Database, Reader, Tx } from './database';
import { join, OneRow, raw, sql, type Sql } from './sql';

interface QueuedRead {
  readonly query: Sql;
  resolve(rows: unknown[]): void;
  reject(error: unknown): void;
}

/**
 * Returns a view of a database that sends the reads of one event-loop turn as one statement,
 * because a round trip costs more than most reads. Each request has its own view, so that requests
 * share no batch.
 */
export const withRequestBatching = (db: Database): Database => ({ ...db, all: batchReads(db) });

/**
 * Returns a batching view of a transaction, for code that takes a `Database` and must read the
 * transaction's snapshot.
 */
export function readerOf(tx: Tx, { identity }: Database): Database {
  const never = (): never => {
    throw new Error('Inside a transaction only reads by the transaction itself are allowed.');
  };
  return {
    dialect: tx.dialect,
    signals: tx.signals,
    identity,
    recordIds: never,
    all: batchReads(tx),
    transaction: never,
    commitIfRulesUnchanged: never,
    pools: never,
    close: never,
  };
}

/**
 * Queues reads and sends them as one statement. SQLite has no round trips, so its reads are not
 * batched.
 */
function batchReads(reader: Reader): Reader['all'] {
  if (reader.dialect === 'sqlite') return reader.all;
  let queue: QueuedRead[] = [];

  async function send(): Promise<void> {
    const batch = queue;
    queue = [];
    try {
      const [first] = batch as [QueuedRead];
      if (batch.length === 1) return first.resolve(await reader.all(first.query));
      const parts = batch.map(
        ({ query }, index) =>
          sql`(SELECT json_agg(q) FROM (${query}) AS q)::text AS ${raw(`"${index}"`)}`,
      );
      const [row] = await reader.all<Record<string, string | null>>(
        new OneRow(['SELECT ', join(parts)]),
      );
      batch.forEach(({ resolve }, index) => resolve(JSON.parse(row?.[index] ?? '[]') as unknown[]));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return <Row>(query: Sql) =>
    new Promise<Row[]>((resolve, reject) => {
      queue.push({ query, resolve: resolve as QueuedRead['resolve'], reject });
      // After the loaders, which dispatch their batches on the next tick as well.
      if (queue.length === 1) void Promise.resolve().then(() => process.nextTick(send));
    });
}
