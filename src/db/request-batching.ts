import type { Database, Reader, Tx } from './database';
import { join, OneRow, raw, sql, type Sql } from './sql';

interface QueuedRead {
  readonly query: Sql;
  resolve(rows: unknown[]): void;
  reject(error: unknown): void;
}

/**
 * A view of a database that sends reads asked for at the same moment as one statement: a round trip costs more than most of them. One for
 * each request, so that requests share nothing.
 */
export const withRequestBatching = (db: Database): Database => ({ ...db, all: batchReads(db) });

/** The same inside a transaction, for whoever reads by a database what has to be on the transaction's snapshot. */
export function readerOf(tx: Tx, { origin, identity }: Database): Database {
  const never = (): never => {
    throw new Error('Inside a transaction nothing else may be used.');
  };
  return {
    dialect: tx.dialect,
    origin,
    identity,
    recordIds: never,
    all: batchReads(tx),
    transaction: never,
    commitIfRulesUnchanged: never,
    pools: never,
    close: never,
  };
}

/** SQLite has no round trips: there every read goes for itself. */
function batchReads(reader: Reader): Reader['all'] {
  if (reader.dialect === 'sqlite') return reader.all;
  let waiting: QueuedRead[] = [];

  async function send(): Promise<void> {
    const asked = waiting;
    waiting = [];
    try {
      const [first] = asked as [QueuedRead];
      if (asked.length === 1) return first.resolve(await reader.all(first.query));
      const parts = asked.map(
        ({ query }, index) =>
          sql`(SELECT json_agg(q) FROM (${query}) AS q)::text AS ${raw(`"${index}"`)}`,
      );
      const [row] = await reader.all<Record<string, string | null>>(
        new OneRow(['SELECT ', join(parts)]),
      );
      asked.forEach(({ resolve }, index) => resolve(JSON.parse(row?.[index] ?? '[]') as unknown[]));
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  return <Row>(query: Sql) =>
    new Promise<Row[]>((resolve, reject) => {
      waiting.push({ query, resolve: resolve as QueuedRead['resolve'], reject });
      // Behind the loaders, which send their batches in the same way.
      if (waiting.length === 1) void Promise.resolve().then(() => process.nextTick(send));
    });
}
