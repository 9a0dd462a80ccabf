import type { Deadline } from '../lib/deadline';
import type { Database, Reader, Tx } from './database';
import { join, raw, sql, type Sql } from './sql';

interface QueuedRead {
  readonly query: Sql;
  /** Reads it as a statement of its own. */
  readonly read: () => Promise<unknown[]>;
  resolve(rows: unknown[]): void;
  reject(error: unknown): void;
}

/**
 * Returns a view of a database that sends the reads of one event-loop turn as one statement,
 * because a round trip costs more than most reads. Each request has its own view, so that requests
 * share no batch. Reads end with the deadline of the request.
 */
export function withRequestBatching(db: Database, deadline?: Deadline): Database {
  const { all, one } = batchReads(deadline ? untilDeadline(db, deadline) : db);
  return {
    dialect: db.dialect,
    signals: db.signals,
    shared: db.shared,
    identity: db.identity,
    recordIds: db.recordIds,
    all,
    one,
    transaction: db.transaction,
    snapshot: db.snapshot,
    commitIfRulesUnchanged: db.commitIfRulesUnchanged,
    pools: db.pools,
    close: db.close,
  };
}

/** Reads on a database with the deadline of a request. */
const untilDeadline = ({ dialect, all, one }: Reader, deadline: Deadline): Reader => ({
  dialect,
  async all(query) {
    deadline.check();
    return all(query, deadline.ifRunning);
  },
  async one(query) {
    deadline.check();
    return one(query, deadline.ifRunning);
  },
});

/**
 * Returns a batching view of a transaction, for code that takes a `Database` and must read the
 * transaction's snapshot.
 */
export function readerOf(tx: Tx, { identity, shared }: Database): Database {
  const never = (): never => {
    throw new Error('Inside a transaction only reads by the transaction itself are allowed.');
  };
  return {
    dialect: tx.dialect,
    signals: tx.signals,
    shared,
    identity,
    recordIds: never,
    ...batchReads(tx),
    transaction: never,
    snapshot: never,
    commitIfRulesUnchanged: never,
    pools: never,
    close: never,
  };
}

/**
 * Queues reads and sends them as one statement. SQLite has no round trips, so its reads are not
 * batched.
 */
function batchReads(reader: Reader): Pick<Reader, 'all' | 'one'> {
  const { all, one } = reader;
  if (reader.dialect === 'sqlite') return { all, one };
  let queue: QueuedRead[] = [];

  async function send(): Promise<void> {
    const batch = queue;
    queue = [];
    try {
      const [first] = batch as [QueuedRead];
      if (batch.length === 1) return first.resolve(await first.read());
      const parts = batch.map(
        ({ query }, index) =>
          sql`(SELECT json_agg(q) FROM (${query}) AS q)::text AS ${raw(`"${index}"`)}`,
      );
      const row = await reader.one<Record<string, string | null>>(sql`SELECT ${join(parts)}`);
      batch.forEach(({ resolve }, index) => resolve(JSON.parse(row[index] ?? '[]') as unknown[]));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  const enqueue = <Row>(query: Sql, read: () => Promise<Row[]>) =>
    new Promise<Row[]>((resolve, reject) => {
      queue.push({ query, read, resolve: resolve as QueuedRead['resolve'], reject });
      // After the loaders, which dispatch their batches on the next tick as well.
      if (queue.length === 1) void Promise.resolve().then(() => process.nextTick(send));
    });
  return {
    all: <Row>(query: Sql) => enqueue(query, () => reader.all<Row>(query)),
    async one<Row>(query: Sql) {
      const [row] = await enqueue(query, async () => [await reader.one<Row>(query)]);
      return row as Row;
    },
  };
}
