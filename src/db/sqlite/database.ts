import type BetterSqlite3 from 'better-sqlite3';
import type { DataSource } from 'typeorm';
import { statements, type Database, type Tx } from '../database';
import { asBusy, isLocked, isRefusal } from '../errors';
import { RestoreMark } from './restore-mark';
import { render, sql, type Sql, type SqlValue } from '../sql';

const connectionOf = (source: DataSource): BetterSqlite3.Database =>
  (source.driver as unknown as { databaseConnection: BetterSqlite3.Database }).databaseConnection;

const MAX_PREPARED = 500;

/** Sends statements on one connection and keeps them prepared. */
function preparedOn(connection: BetterSqlite3.Database) {
  const prepared = new Map<string, BetterSqlite3.Statement>();
  const bindable = (value: SqlValue) => (typeof value === 'boolean' ? Number(value) : value);
  return (query: Sql) => {
    const { text, values } = render(query, 'sqlite');
    statements.emit(text);
    let statement = prepared.get(text);
    if (!statement) {
      if (prepared.size >= MAX_PREPARED) prepared.clear();
      prepared.set(text, (statement = connection.prepare(text)));
    }
    return { statement, values: values.map(bindable) };
  };
}

/** A transaction that waits for its turn. */
interface Waiting {
  /** By `performance.now()`. */
  readonly queuedAt: number;
  /** Resolves with what makes its outcome known, once that is durable. @throws what ended the whole group, such as a full disk */
  run(): Promise<Outcome>;
  refuse(error: unknown): void;
}
type Outcome = (failure?: { readonly error: unknown }) => void;

/** Whatever waits is committed together, until so many have run or so long has passed: a commit waits for the disk, and most transactions take less. */
const GROUP = 64;
const GROUP_MS = 25;

/** How long a transaction waits for the write lock of another process before it is refused as BUSY. */
const LOCK_WAIT_MS = 5_000;
const LOCK_RETRY_MS = 10;

/**
 * SQLite by two TypeORM data sources on one WAL file: a writer whose transactions queue, a reader opened read-only.
 * The queue is what keeps transactions apart: better-sqlite3 has one connection. Those that wait are savepoints of one transaction, one after the other:
 * each holds or fails alone, and nobody hears of success before all of it is on the disk.
 */
export async function sqliteDatabase(writer: DataSource, reader: DataSource): Promise<Database> {
  const connection = connectionOf(writer);
  // The data source waits for locks during migrations; from here on `beginWrite` does.
  connection.pragma('busy_timeout = 0');
  const mark = new RestoreMark(String(writer.options.database), connection);
  const [write, read] = [preparedOn(connection), preparedOn(connectionOf(reader))];
  const waiting: Waiting[] = [];
  let draining: Promise<void> | null = null;

  const tx = (committed: (() => void)[]): Tx => ({
    dialect: 'sqlite',
    all: async <Row>(query: Sql) => {
      const { statement, values } = write(query);
      return statement.all(...values) as Row[];
    },
    run: async (query) => {
      const { statement, values } = write(query);
      return statement.run(...values).changes;
    },
    async defer(query, explain) {
      try {
        const { statement, values } = write(query);
        statement.run(...values);
      } catch (error) {
        throw explain ? explain(error) : error;
      }
    },
    afterCommit: (callback) => void committed.push(callback),
  });

  function turnOf<T>(
    work: (tx: Tx) => Promise<T>,
    resolve: (result: T) => void,
    reject: (error: unknown) => void,
  ): Waiting {
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
            // What fails after the commit is the fault of this one: the others wait to be told as well.
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
      return waiting.shift()?.refuse(error);
    }
    const outcomes: Outcome[] = [];
    try {
      const until = performance.now() + GROUP_MS;
      do outcomes.push(await (waiting.shift() as Waiting).run());
      while (waiting.length && outcomes.length < GROUP && performance.now() < until);
      connection.exec('COMMIT');
    } catch (error) {
      // A failed COMMIT or a full disk may have ended the transaction already.
      if (connection.inTransaction) connection.exec('ROLLBACK');
      return outcomes.forEach((tell) => tell({ error }));
    }
    outcomes.forEach((tell) => tell());
  }

  /**
   * Retries between turns of the event loop while another process holds the write lock: SQLite's own busy_timeout blocks them.
   * @throws SQLITE_BUSY once the first in the queue has waited for `LOCK_WAIT_MS`.
   */
  async function beginWrite(): Promise<void> {
    const until = (waiting[0] as Waiting).queuedAt + LOCK_WAIT_MS;
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
      // Requests that arrived at the same moment are let in first.
      await new Promise(setImmediate);
      await commitGroup();
    } while (waiting.length);
    draining = null;
  }

  function transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      waiting.push(turnOf(work, resolve, reject));
      draining ??= drain();
    });
  }

  const db: Database = {
    dialect: 'sqlite',
    origin: connection,
    get identity() {
      return sql`${mark.identity}`;
    },
    recordIds: () => mark.record(),
    async all<Row>(query: Sql) {
      const { statement, values } = read(query);
      return statement.all(...values) as Row[];
    },
    transaction,
    async commitIfRulesUnchanged({ businessId, rulesVersion, write: add }) {
      try {
        return await transaction(async (tx) => {
          const stands = await tx.all(
            sql`SELECT version FROM rule_version WHERE business_id = ${businessId} AND version = ${rulesVersion}`,
          );
          // What a guard refuses here is read and decided anew: it is no failure that has to be explained.
          if (stands.length) await add({ ...tx, defer: (query) => tx.defer(query) });
          return stands.length > 0;
        });
      } catch (error) {
        if (isRefusal(error)) return false;
        throw error;
      }
    },
    pools() {
      const busy = draining ? 1 : 0;
      return [
        { pool: 'writer', busy, idle: 1 - busy, waiting: waiting.length },
        { pool: 'reader', busy: 0, idle: 1, waiting: 0 },
      ];
    },
    async close() {
      while (draining) await draining;
      mark.close();
      await reader.destroy();
      // Leaves everything in the one file, so that a copy of it is complete. Another process that reads at this moment only delays that.
      connection.pragma('wal_checkpoint(TRUNCATE)');
      await writer.destroy();
    },
  };
  await mark.open(db);
  return db;
}
