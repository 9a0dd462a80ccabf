import type BetterSqlite3 from 'better-sqlite3';
import type { DataSource } from 'typeorm';
import type { Database, OptimisticWrite, PoolState, Tx } from '../database';
import { isRefusal } from '../errors';
import { allOf, oneOf, preparedOn } from './prepared-statements';
import { readSnapshot } from './snapshot';
import { RestoreMark } from './restore-mark';
import { TransactionQueue } from './transaction-queue';
import type { Cancellation } from '../../lib/cancellation';
import type { Signals } from '../signals';
import { sql, type Sql } from '../sql';

const connectionOf = (source: DataSource): Promise<BetterSqlite3.Database> =>
  source.createQueryRunner().connect();

/**
 * Opens SQLite with two TypeORM data sources on one WAL file: a writer whose transactions queue,
 * because better-sqlite3 has one connection, and a read-only reader.
 */
export async function sqliteDatabase(
  writer: DataSource,
  reader: DataSource,
  signals: Signals,
): Promise<Database> {
  const connection = await connectionOf(writer);
  // The data source waits for locks during migrations only; afterwards the queue waits.
  connection.pragma('busy_timeout = 0');
  const mark = new RestoreMark(String(writer.options.database), connection);
  const read = preparedOn(await connectionOf(reader), signals);
  const queue = new TransactionQueue(connection, preparedOn(connection, signals), signals);
  const transaction = <T>(work: (tx: Tx) => Promise<T>) => queue.transaction(work);
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
      return allOf<Row>(read(query));
    },
    async one<Row>(query: Sql, cancellation?: Cancellation) {
      cancellation?.throwIfCancelled();
      return oneOf<Row>(read(query));
    },
    transaction,
    snapshot: (work) => readSnapshot(String(writer.options.database), signals, work),
    commitIfRulesUnchanged: (rows) => transaction(insertion(rows)).catch(falseIfRefused),
    pools: () => poolsOf(queue),
    async close() {
      await queue.drained();
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

/** Returns the work that inserts rows if the rules are unchanged, and returns whether they are. */
const insertion =
  ({ businessId, rulesVersion, write }: OptimisticWrite) =>
  async (tx: Tx): Promise<boolean> => {
    const current = await tx.all(
      sql`SELECT version FROM rule_version WHERE business_id = ${businessId} AND version = ${rulesVersion}`,
    );
    // A refusal by a guard needs no explanation here: the caller decides again under a lock.
    if (current.length) await write({ ...tx, insert: (entity, rows) => tx.insert(entity, rows) });
    return current.length > 0;
  };

function falseIfRefused(error: unknown): false {
  if (isRefusal(error)) return false;
  throw error;
}

function poolsOf({ isBusy, waiting }: TransactionQueue): readonly PoolState[] {
  const busy = isBusy ? 1 : 0;
  return [
    { pool: 'writer', busy, idle: 1 - busy, waiting },
    { pool: 'reader', busy: 0, idle: 1, waiting: 0 },
  ];
}
