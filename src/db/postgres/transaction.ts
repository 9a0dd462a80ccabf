import type { Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { Pool, PoolClient } from 'pg';
import type { NewRow, Tx } from '../database';
import type { Signals } from '../signals';
import { join, raw, Sql, sql } from '../sql';
import { insertionOf } from '../table';
import { send } from './send';

type Explain = (error: unknown) => unknown;

/** A writing statement, or rows of one entity to insert. */
interface DeferredStatement {
  readonly query?: Sql;
  readonly insertion?: Insertion;
  readonly explain?: Explain;
}

interface Insertion {
  readonly entity: new () => object;
  readonly rows: readonly NewRow<object>[];
}

/** Whether rows have equal SQL expressions, as rows that one statement inserts must have. */
const haveEqualSql = (one: NewRow<object>, other: NewRow<object>): boolean => {
  const expressionsOf = (row: object) =>
    Object.entries(row).flatMap(([name, value]) =>
      value instanceof Sql ? [[name, value.parts]] : [],
    );
  return isDeepStrictEqual(expressionsOf(one), expressionsOf(other));
};

/**
 * Merges insertions of one entity, at the place of the first one, so that neither the number nor
 * the text of the statements depends on the number of rows.
 */
function queriesOf(statements: readonly DeferredStatement[]): Sql[] {
  const merged: (Sql | { entity: Insertion['entity']; rows: NewRow<object>[] })[] = [];
  for (const { query, insertion } of statements) {
    if (query) merged.push(query);
    if (!insertion) continue;
    const [first] = insertion.rows as [NewRow<object>];
    const same = merged.find(
      (other) =>
        !(other instanceof Sql) &&
        other.entity === insertion.entity &&
        haveEqualSql(other.rows[0] as NewRow<object>, first),
    );
    if (same && !(same instanceof Sql)) same.rows.push(...insertion.rows);
    else merged.push({ entity: insertion.entity, rows: [...insertion.rows] });
  }
  return merged.map((one) => (one instanceof Sql ? one : insertionOf(one.entity, one.rows)));
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
    void (rows.length && session.defer({ insertion: { entity, rows }, explain })),
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
    const statements = this.deferred;
    this.deferred = [];
    if (!statements.length) return Promise.resolve();
    return send(this.client, asOne(queriesOf(statements)), this.signals).catch((error: unknown) => {
      throw statements.reduce(
        (current, { explain }) => (explain && current === error ? explain(error) : current),
        error,
      );
    });
  }
}
