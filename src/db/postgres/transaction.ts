import type { Socket } from 'node:net';
import type { Pool, PoolClient } from 'pg';
import type { Tx } from '../database';
import type { Signals } from '../signals';
import { join, raw, sql, type Sql } from '../sql';
import { insertionOf } from '../table';
import { send } from './send';

interface DeferredStatement {
  readonly query: Sql;
  readonly explain?: (error: unknown) => unknown;
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

/** Runs `work` in a transaction on a connection of the pool. */
export async function runTransaction<T>(
  pool: Pool,
  signals: Signals,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  const session = new TransactionSession(client, signals);
  const committed: (() => void)[] = [];
  let connectionError: Error | undefined;
  try {
    const result = await work(txOf(session, committed));
    await session.commit();
    committed.forEach((callback) => callback());
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => (connectionError = failure));
    throw error;
  } finally {
    client.release(connectionError);
  }
}

const txOf = (session: TransactionSession, committed: (() => void)[]): Tx => ({
  dialect: 'postgres',
  signals: session.signals,
  all: (query) => session.all(query),
  one: async <Row>(query: Sql) => (await session.all<Row>(query))[0] as Row,
  insert: async (entity, rows, explain) =>
    void (rows.length && session.defer({ query: insertionOf(entity, rows), explain })),
  run: (query) => session.run(query),
  defer: async (query, explain) => session.defer({ query, explain }),
  afterCommit: (callback) => void committed.push(callback),
});

/**
 * The statements of one transaction. Pipelines them: sends them without waiting for a result in
 * between.
 */
class TransactionSession {
  private deferred: DeferredStatement[] = [];
  private hasBegun = false;

  constructor(
    private readonly client: PoolClient,
    readonly signals: Signals,
  ) {}

  async all<Row>(query: Sql): Promise<Row[]> {
    return (await this.afterDeferred(() => send<Row>(this.client, query, this.signals))).rows;
  }

  async run(query: Sql): Promise<number> {
    return (await this.afterDeferred(() => send(this.client, query, this.signals))).rowCount ?? 0;
  }

  /** Sends a statement with the next one that returns a result. */
  defer(statement: DeferredStatement): void {
    this.deferred.push(statement);
  }

  async commit(): Promise<void> {
    const { command } = await this.afterDeferred(() => this.client.query('COMMIT'));
    // PostgreSQL answers the COMMIT of a failed transaction with a ROLLBACK that counts as
    // success.
    if (command !== 'COMMIT') throw new Error('The transaction had failed before its COMMIT.');
  }

  /**
   * Sends the deferred statements, then `sendNext`. Sends neither if rendering the deferred ones
   * fails.
   */
  private async afterDeferred<Answer>(sendNext: () => Promise<Answer>): Promise<Answer> {
    const [, answer] = await this.pipelined(() => Promise.all([this.flush(), sendNext()]));
    return answer;
  }

  /** Sends BEGIN with the first statement. */
  private pipelined<Answer>(sendAll: () => Promise<Answer>): Promise<Answer> {
    const { client } = this;
    const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
    stream.cork();
    try {
      // If BEGIN fails, the next statement fails too and reports the reason.
      if (!this.hasBegun) client.query('BEGIN').catch(() => undefined);
      this.hasBegun = true;
      return sendAll();
    } finally {
      // After all other statements of this event-loop turn.
      setImmediate(() => stream.uncork());
    }
  }

  private flush(): Promise<unknown> {
    const queries = this.deferred;
    this.deferred = [];
    if (!queries.length) return Promise.resolve();
    return send(this.client, asOne(queries.map(({ query }) => query)), this.signals).catch(
      (error: unknown) => {
        throw queries.reduce(
          (current, { explain }) => (explain && current === error ? explain(error) : current),
          error,
        );
      },
    );
  }
}
