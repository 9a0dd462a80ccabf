import type BetterSqlite3 from 'better-sqlite3';
import type { DataSource } from 'typeorm';
import type { Database, Tx } from '../database';
import { asBusy, isLocked, isRefusal } from '../errors';
import { RestoreMark } from './restore-mark';
import type { Cancellation } from '../../lib/cancellation';
import type { Signals } from '../signals';
import { insertionOf } from '../table';
import { render, sql, type Sql, type SqlValue } from '../sql';

const connectionOf = (source: DataSource): Promise<BetterSqlite3.Database> =>
  source.createQueryRunner().connect();

const MAX_PREPARED = 500;

/** Prepares statements on one connection and caches them. */
function preparedOn(connection: BetterSqlite3.Database, signals: Signals) {
  const prepared = new Map<string, BetterSqlite3.Statement>();
  const bindable = (value: SqlValue) => (typeof value === 'boolean' ? Number(value) : value);
  return (query: Sql) => {
    const { text, values } = render(query, 'sqlite');
    signals.statementSent.emit(text);
    let statement = prepared.get(text);
    if (!statement) {
      if (prepared.size >= MAX_PREPARED) prepared.clear();
      prepared.set(text, (statement = connection.prepare(text)));
    }
    return { statement, values: values.map(bindable) };
  };
}

/** A transaction in the queue. */
interface QueuedTransaction {
  /** By `performance.now()`. */
  readonly queuedAt: number;
  /**
   * Runs inside a savepoint and resolves with a function that settles the caller once the group is
   * durable.
   * @throws the error that ended the whole group, such as a full disk
   */
  run(): Promise<Outcome>;
  refuse(error: unknown): void;
}
type Outcome = (failure?: { readonly error: unknown }) => void;

/**
 * Limits of a group commit, in transactions and in time: a commit waits for the disk, which most
 * transactions do not.
 */
const MAX_GROUP_SIZE = 64;
const MAX_GROUP_MS = 25;

/** Time that a transaction waits for another process to release the write lock, before BUSY. */
const LOCK_WAIT_MS = 5_000;
const LOCK_RETRY_MS = 10;

/**
 * Opens SQLite with two TypeORM data sources on one WAL file: a writer whose transactions queue,
 * and a read-only reader. The queue isolates transactions, because better-sqlite3 has one
 * connection. Queued transactions run as savepoints of one group commit. Each succeeds or fails by
 * itself, and callers are answered once the group is durable.
 */
export async function sqliteDatabase(
  writer: DataSource,
  reader: DataSource,
  signals: Signals,
): Promise<Database> {
  const connection = await connectionOf(writer);
  // The data source waits for locks during migrations only; afterwards `beginWrite` waits.
  connection.pragma('busy_timeout = 0');
  const mark = new RestoreMark(String(writer.options.database), connection);
  const [write, read] = [
    preparedOn(connection, signals),
    preparedOn(await connectionOf(reader), signals),
  ];
  const queue: QueuedTransaction[] = [];
  let draining: Promise<void> | null = null;

  const defer: Tx['defer'] = async (query, explain) => {
    try {
      const { statement, values } = write(query);
      statement.run(...values);
    } catch (error) {
      throw explain ? explain(error) : error;
    }
  };

  const tx = (committed: (() => void)[]): Tx => ({
    dialect: 'sqlite',
    signals,
    all: async <Row>(query: Sql) => {
      const { statement, values } = write(query);
      return statement.all(...values) as Row[];
    },
    run: async (query) => {
      const { statement, values } = write(query);
      return statement.run(...values).changes;
    },
    one: async <Row>(query: Sql) => {
      const { statement, values } = write(query);
      return statement.get(...values) as Row;
    },
    defer,
    async insert(entity, rows, explain) {
      if (rows.length) await defer(insertionOf(entity, rows), explain);
    },
    afterCommit: (callback) => void committed.push(callback),
  });

  function queueEntryFor<T>(
    work: (tx: Tx) => Promise<T>,
    resolve: (result: T) => void,
    reject: (error: unknown) => void,
  ): QueuedTransaction {
    const refuse = (error: unknown) => reject(asBusy(error));
    const committed: (() => void)[] = [];
    return {
      queuedAt: performance.now(),
      refuse,
      async run() {
        try {
          connection.exec('SAVEPOINT one');
          const result = await work(tx(committed));
          connection.exec('RELEASE one');
          return (failure) => {
            if (failure) return refuse(failure.error);
            // An error after the commit belongs to this caller; the others of the group must still
            // be answered.
            try {
              committed.forEach((callback) => callback());
              resolve(result);
            } catch (error) {
              reject(error);
            }
          };
        } catch (error) {
          refuse(error);
          if (!connection.inTransaction) throw error;
          connection.exec('ROLLBACK TO one; RELEASE one');
          return () => undefined;
        }
      },
    };
  }

  async function commitGroup(): Promise<void> {
    try {
      await beginWrite();
    } catch (error) {
      return queue.shift()?.refuse(error);
    }
    const outcomes: Outcome[] = [];
    try {
      const until = performance.now() + MAX_GROUP_MS;
      do outcomes.push(await (queue.shift() as QueuedTransaction).run());
      while (queue.length && outcomes.length < MAX_GROUP_SIZE && performance.now() < until);
      connection.exec('COMMIT');
    } catch (error) {
      // A failed COMMIT or a full disk may have ended the transaction already.
      if (connection.inTransaction) connection.exec('ROLLBACK');
      return outcomes.forEach((settle) => settle({ error }));
    }
    outcomes.forEach((settle) => settle());
  }

  /**
   * Retries between turns of the event loop while another process holds the write lock: SQLite's
   * own busy_timeout blocks them.
   * @throws SQLITE_BUSY once the first in the queue has waited for `LOCK_WAIT_MS`.
   */
  async function beginWrite(): Promise<void> {
    const until = (queue[0] as QueuedTransaction).queuedAt + LOCK_WAIT_MS;
    for (;;) {
      try {
        return void connection.exec('BEGIN IMMEDIATE');
      } catch (error) {
        if (!isLocked(error) || performance.now() > until) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MS));
    }
  }

  async function drain(): Promise<void> {
    do {
      // Requests of the same event-loop turn join the group.
      await new Promise(setImmediate);
      await commitGroup();
    } while (queue.length);
    draining = null;
  }

  function transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      queue.push(queueEntryFor(work, resolve, reject));
      draining ??= drain();
    });
  }

  const db: Database = {
    dialect: 'sqlite',
    signals,
    get identity() {
      return sql`${mark.identity}`;
    },
    recordIds: () => mark.record(),
    get shared() {
      return db;
    },
    async all<Row>(query: Sql, cancellation?: Cancellation) {
      cancellation?.throwIfCancelled();
      const { statement, values } = read(query);
      return statement.all(...values) as Row[];
    },
    async one<Row>(query: Sql, cancellation?: Cancellation) {
      cancellation?.throwIfCancelled();
      const { statement, values } = read(query);
      return statement.get(...values) as Row;
    },
    transaction,
    async commitIfRulesUnchanged({ businessId, rulesVersion, write: insertRows }) {
      try {
        return await transaction(async (tx) => {
          const current = await tx.all(
            sql`SELECT version FROM rule_version WHERE business_id = ${businessId} AND version = ${rulesVersion}`,
          );
          // A refusal by a guard needs no explanation here: the caller decides again under a lock.
          if (current.length)
            await insertRows({ ...tx, insert: (entity, rows) => tx.insert(entity, rows) });
          return current.length > 0;
        });
      } catch (error) {
        if (isRefusal(error)) return false;
        throw error;
      }
    },
    pools() {
      const busy = draining ? 1 : 0;
      return [
        { pool: 'writer', busy, idle: 1 - busy, waiting: queue.length },
        { pool: 'reader', busy: 0, idle: 1, waiting: 0 },
      ];
    },
    async close() {
      while (draining) await draining;
      mark.close();
      await reader.destroy();
      // Checkpoints everything into the one file, so that a copy of it is complete. A concurrent
      // reader in another process only delays that.
      connection.pragma('wal_checkpoint(TRUNCATE)');
      await writer.destroy();
    },
  };
  await mark.open(db);
  return db;
}
