import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { GroupCommitter } from './group-commit';
import { QueryMultiplexer } from './query-multiplexer';
import { statements, type Database, type Tx, type PoolState } from '../database';
import { asBusy, isRetryable } from '../errors';
import { identityOnPostgres } from '../state/identity';
import { join, OneRow, raw, render, sql, type Rendered, type Sql } from '../sql';

const RETRIES = 3;
/** Each name keeps a plan on each connection, so there is an end to them. */
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

const poolOf = (source: DataSource): Pool => (source.driver as unknown as { master: Pool }).master;

interface Answer<Row> {
  readonly rows: Row[];
  readonly rowCount: number | null;
}

/** Throws at once what fails before anything is sent: nothing may travel behind a statement that did not leave. */
function send<Row>(on: Pool | PoolClient, query: Sql): Promise<Answer<Row>> {
  return sendText(on, render(query, 'postgres'));
}

function sendText<Row>(on: Pool | PoolClient, { text, values }: Rendered): Promise<Answer<Row>> {
  statements.emit(text);
  return (on as PoolClient).query({
    name: nameOf(text),
    text,
    values: values as unknown[],
  }) as never;
}

/** Writing statements as one: all but the last in a WITH, where each does what it says exactly once. */
function asOne(queries: readonly Sql[]): Sql {
  const [last, ...others] = [...queries].reverse() as [Sql, ...Sql[]];
  if (!others.length) return last;
  return sql`WITH ${join(others.reverse().map((query, index) => sql`${raw(`w${index}`)} AS (${query})`))} ${last}`;
}

const stateOf = (
  pool: PoolState['pool'],
  { totalCount, idleCount, waitingCount }: Pool,
): PoolState => ({ pool, busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount });

/** PostgreSQL by the pools of two TypeORM data sources; the reader's sessions are read-only. */
export async function postgresDatabase(
  writer: DataSource,
  reader: DataSource,
  random: () => number = Math.random,
): Promise<Database> {
  const [writes, reads] = [poolOf(writer), poolOf(reader)];
  const identity = await identityOnPostgres(writes);
  const appends = new GroupCommitter(identity, async (query) => (await send(writes, query)).rows);

  async function read<Row>(query: Rendered): Promise<Row[]> {
    try {
      return (await sendText<Row>(reads, query)).rows;
    } catch (error) {
      throw asBusy(error);
    }
  }
  const questions = new QueryMultiplexer(read, Math.ceil(reads.options.max / 2));

  async function attempt<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await writes.connect();
    const committed: (() => void)[] = [];
    let pending: { query: Sql; explain?: (error: unknown) => unknown }[] = [];
    let begun = false;
    let broken: Error | undefined;

    /** Sends what may go together without waiting for an answer between. BEGIN goes with the first statement. */
    function together<Answer>(sendAll: () => Promise<Answer>): Promise<Answer> {
      const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
      stream.cork();
      try {
        // Where BEGIN fails, so does what comes behind it, and says why.
        if (!begun) client.query('BEGIN').catch(() => undefined);
        begun = true;
        return sendAll();
      } finally {
        // Behind whatever else is asked for at this moment.
        setImmediate(() => stream.uncork());
      }
    }

    function flush(): Promise<unknown> {
      const queries = pending;
      pending = [];
      if (!queries.length) return Promise.resolve();
      return send(client, asOne(queries.map(({ query }) => query))).catch((error: unknown) => {
        throw queries.reduce(
          (found, { explain }) => (explain && found === error ? explain(error) : found),
          error,
        );
      });
    }

    /** What waits for it, then this. Neither is sent where the one before could not be. */
    async function behindPending<Answer>(sendNext: () => Promise<Answer>): Promise<Answer> {
      const [, answer] = await together(() => Promise.all([flush(), sendNext()]));
      return answer;
    }

    try {
      const result = await work({
        dialect: 'postgres',
        all: async <Row>(query: Sql) => (await behindPending(() => send<Row>(client, query))).rows,
        run: async (query) => (await behindPending(() => send(client, query))).rowCount ?? 0,
        defer: async (query, explain) => void pending.push({ query, explain }),
        afterCommit: (callback) => void committed.push(callback),
      });
      const { command } = await behindPending(() => client.query('COMMIT'));
      // A transaction that failed is rolled back by its COMMIT, which calls that a success.
      if (command !== 'COMMIT') throw new Error('The transaction had failed before its COMMIT.');
      committed.forEach((callback) => callback());
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  return {
    dialect: 'postgres',
    origin: writes,
    identity,
    recordIds: () => undefined,
    async all<Row>(query: Sql) {
      return query instanceof OneRow
        ? [(await questions.ask(query)) as Row]
        : read<Row>(render(query, 'postgres'));
    },
    async transaction(work) {
      for (let tries = 0; ; tries += 1) {
        try {
          return await attempt(work);
        } catch (error) {
          if (!isRetryable(error) || tries === RETRIES) throw asBusy(error);
          await new Promise((resolve) => setTimeout(resolve, random() * 20 * 2 ** tries));
        }
      }
    },
    commitIfRulesUnchanged: (rows) => appends.append(rows),
    pools: () => [stateOf('writer', writes), stateOf('reader', reads)],
    async close() {
      await Promise.all([writer.destroy(), reader.destroy()]);
    },
  };
}
