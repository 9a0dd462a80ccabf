import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { cancellableRead } from './cancellable-read';
import { GroupCommitter } from './group-commit';
import { poolOf } from './pool';
import { QueryMultiplexer } from './query-multiplexer';
import type { Database, Tx, PoolState } from '../database';
import type { Cancellation } from '../../lib/cancellation';
import type { Signals } from '../signals';
import { insertionOf } from '../table';
import { asBusy, isRetryable } from '../errors';
import { identityOnPostgres } from '../state/identity';
import { join, raw, render, sql, type Rendered, type Sql } from '../sql';

const RETRIES = 3;
/** Each name keeps a plan on each connection, so the number of names is bounded. */
const MAX_NAMED = 500;
const names = new Map<string, string>();

function nameOf(text: string): string | undefined {
  let name = names.get(text);
  if (!name && names.size < MAX_NAMED)
    names.set(
      text,
      (name = `s${createHash('sha1').update(text).digest('base64url').slice(0, 16)}`),
    );
  return name;
}

interface Answer<Row> {
  readonly rows: Row[];
  readonly rowCount: number | null;
}

/**
 * Renders before sending, so that a value that cannot be stored throws before anything is written
 * to the socket.
 */
function send<Row>(on: Pool | PoolClient, query: Sql, signals: Signals): Promise<Answer<Row>> {
  return sendText(on, render(query, 'postgres'), signals);
}

function sendText<Row>(
  on: Pool | PoolClient,
  { text, values }: Rendered,
  signals: Signals,
): Promise<Answer<Row>> {
  signals.statementSent.emit(text);
  return (on as PoolClient).query({
    name: nameOf(text),
    text,
    values: values as unknown[],
  }) as never;
}

/**
 * Joins writing statements into one: all but the last become CTEs, each of which runs exactly
 * once.
 */
function asOne(queries: readonly Sql[]): Sql {
  const [last, ...others] = [...queries].reverse() as [Sql, ...Sql[]];
  if (!others.length) return last;
  return sql`WITH ${join(others.reverse().map((query, index) => sql`${raw(`w${index}`)} AS (${query})`))} ${last}`;
}

const stateOf = (
  pool: PoolState['pool'],
  { totalCount, idleCount, waitingCount }: Pool,
): PoolState => ({ pool, busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount });

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
  const multiplexer = new QueryMultiplexer(read, Math.ceil(reads.options.max / 2));

  async function runTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await writes.connect();
    const committed: (() => void)[] = [];
    let deferred: { query: Sql; explain?: (error: unknown) => unknown }[] = [];
    let hasBegun = false;
    let connectionError: Error | undefined;

    /**
     * Pipelines statements: sends them without waiting for a result in between. BEGIN is sent with
     * the first statement.
     */
    function pipelined<Answer>(sendAll: () => Promise<Answer>): Promise<Answer> {
      const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
      stream.cork();
      try {
        // If BEGIN fails, the next statement fails too and reports the reason.
        if (!hasBegun) client.query('BEGIN').catch(() => undefined);
        hasBegun = true;
        return sendAll();
      } finally {
        // After all other statements of this event-loop turn.
        setImmediate(() => stream.uncork());
      }
    }

    function flush(): Promise<unknown> {
      const queries = deferred;
      deferred = [];
      if (!queries.length) return Promise.resolve();
      return send(client, asOne(queries.map(({ query }) => query)), signals).catch(
        (error: unknown) => {
          throw queries.reduce(
            (current, { explain }) => (explain && current === error ? explain(error) : current),
            error,
          );
        },
      );
    }

    /**
     * Sends the deferred statements, then `sendNext`. Sends neither if rendering the deferred ones
     * fails.
     */
    async function afterDeferred<Answer>(sendNext: () => Promise<Answer>): Promise<Answer> {
      const [, answer] = await pipelined(() => Promise.all([flush(), sendNext()]));
      return answer;
    }

    const all = async <Row>(query: Sql): Promise<Row[]> =>
      (await afterDeferred(() => send<Row>(client, query, signals))).rows;

    try {
      const result = await work({
        dialect: 'postgres',
        signals,
        all,
        one: async <Row>(query: Sql) => (await all<Row>(query))[0] as Row,
        insert: async (entity, rows, explain) =>
          void (rows.length && deferred.push({ query: insertionOf(entity, rows), explain })),
        run: async (query) =>
          (await afterDeferred(() => send(client, query, signals))).rowCount ?? 0,
        defer: async (query, explain) => void deferred.push({ query, explain }),
        afterCommit: (callback) => void committed.push(callback),
      });
      const { command } = await afterDeferred(() => client.query('COMMIT'));
      // PostgreSQL answers the COMMIT of a failed transaction with a ROLLBACK that counts as
      // success.
      if (command !== 'COMMIT') throw new Error('The transaction had failed before its COMMIT.');
      committed.forEach((callback) => callback());
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((failure: Error) => (connectionError = failure));
      throw error;
    } finally {
      client.release(connectionError);
    }
  }

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
    async transaction(work) {
      for (let tries = 0; ; tries += 1) {
        try {
          return await runTransaction(work);
        } catch (error) {
          if (!isRetryable(error) || tries === RETRIES) throw asBusy(error);
          await new Promise((resolve) => setTimeout(resolve, random() * 20 * 2 ** tries));
        }
      }
    },
    commitIfRulesUnchanged: (rows) => groupCommitter.commit(rows),
    pools: () => [stateOf('writer', writes), stateOf('reader', reads)],
    async close() {
      await Promise.all([writer.destroy(), reader.destroy()]);
    },
  };
  return db;
}
