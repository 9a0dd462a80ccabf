import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { cancellableRead } from './cancellable-read';
import { GroupCommitter } from './group-commit';
import { poolOf } from './pool';
import { QueryMultiplexer } from './query-multiplexer';
import { send, sendText } from './send';
import { readSnapshot } from './snapshot';
import { runTransaction } from './transaction';
import type { Database, PoolState, Tx } from '../database';
import type { Cancellation } from '../../lib/cancellation';
import type { Signals } from '../signals';
import { asBusy, isRetryable } from '../errors';
import { identityOnPostgres } from '../state/identity';
import { render, type Rendered, type Sql } from '../sql';

const RETRIES = 3;

const stateOf = (
  pool: PoolState['pool'],
  { totalCount, idleCount, waitingCount }: Pool,
): PoolState => ({ pool, busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount });

/** Retries a transaction that the database aborted for reasons of concurrency. */
async function withRetries<T>(run: () => Promise<T>, random: () => number): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await run();
    } catch (error) {
      if (!isRetryable(error) || tries === RETRIES) throw asBusy(error);
      await new Promise((resolve) => setTimeout(resolve, random() * 20 * 2 ** tries));
    }
  }
}

/**
 * Opens PostgreSQL with the pools of two TypeORM data sources. The reader's sessions are
 * read-only.
 */
export async function postgresDatabase(
  writer: DataSource,
  reader: DataSource,
  signals: Signals,
  random: () => number = Math.random,
): Promise<Database> {
  const [writes, reads] = [poolOf(writer), poolOf(reader)];
  const identity = await identityOnPostgres(writes);
  const groupCommitter = new GroupCommitter(
    { identity, signals },
    async (query) => (await send(writes, query, signals)).rows,
  );

  async function read<Row>(query: Rendered, cancellation?: Cancellation): Promise<Row[]> {
    const sendOn = (on: Pool | PoolClient) => sendText<Row>(on, query, signals);
    try {
      const cancelOn = writes;
      const answer = cancellation
        ? await cancellableRead({ pool: reads, cancelOn, cancellation }, sendOn)
        : await sendOn(reads);
      return answer.rows;
    } catch (error) {
      throw asBusy(error);
    }
  }
  const multiplexer = new QueryMultiplexer(read);

  const db: Database = {
    dialect: 'postgres',
    signals,
    get shared() {
      return db;
    },
    identity,
    recordIds: () => undefined,
    all: async <Row>(query: Sql, cancellation?: Cancellation) =>
      read<Row>(render(query, 'postgres'), cancellation),
    one: <Row>(query: Sql, cancellation?: Cancellation) =>
      multiplexer.query(query, cancellation) as Promise<Row>,
    transaction: <T>(work: (tx: Tx) => Promise<T>) =>
      withRetries(() => runTransaction(writes, signals, work), random),
    snapshot: (work) => readSnapshot(reads, signals, work),
    commitIfRulesUnchanged: (rows) => groupCommitter.commit(rows),
    pools: () => [stateOf('writer', writes), stateOf('reader', reads)],
    async close() {
      await Promise.all([writer.destroy(), reader.destroy()]);
    },
  };
  return db;
}
