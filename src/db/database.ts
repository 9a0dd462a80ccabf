import type { Cancellation } from '../lib/cancellation';
import type { Signals } from './signals';
import type { Dialect, Sql } from './sql';

/** Reads rows. On both databases the underlying connection is read-only. */
export interface Reader {
  readonly dialect: Dialect;
  /** @throws the reason of the cancellation, which ends the statement in flight. */
  all<Row = Record<string, unknown>>(query: Sql, cancellation?: Cancellation): Promise<Row[]>;
  /**
   * Reads the row of a query of expressions without an outer FROM, which returns exactly one.
   * Concurrent queries of the same text share a statement, which ends early only if all of
   * them are cancelled.
   */
  one<Row = Record<string, unknown>>(query: Sql, cancellation?: Cancellation): Promise<Row>;
}

/**
 * One transaction. Code inside it must not use another connection, because taking a second one can
 * deadlock with the pool.
 */
export interface Tx extends Reader {
  /** Emit after the commit: see `afterCommit`. */
  readonly signals: Signals;
  /** Runs a writing statement and returns the number of affected rows. */
  run(query: Sql): Promise<number>;
  /**
   * Inserts whole rows with the deferred statements. `explain` maps a failure to the error to
   * throw.
   */
  insert<E extends object>(
    entity: new () => E,
    rows: readonly NewRow<E>[],
    explain?: (error: unknown) => unknown,
  ): Promise<void>;
  /**
   * Defers a writing statement until the next statement or the commit. Deferred statements are
   * sent as one. `explain` maps a failure to the error to throw.
   */
  defer(query: Sql, explain?: (error: unknown) => unknown): Promise<void>;
  /** Runs after a successful commit, never after a rollback. */
  afterCommit(callback: () => void): void;
}

/**
 * An omitted property is NULL. A property may be an SQL expression, such as the next value of a
 * sequence.
 */
export type NewRow<E> = { [K in keyof E]?: E[K] | Sql };

/** The database as the gateway uses it: one way to read, one way to write. */
export interface Database extends Reader {
  /** The events of the App that opened the database. */
  readonly signals: Signals;
  /**
   * The database without the batches and the deadline of one request, for reads whose result
   * several requests share.
   */
  readonly shared: Database;
  /**
   * SQL for the identity of the database, over `database_epoch`. A changed identity begins a new
   * epoch: see epoch.ts.
   */
  readonly identity: Sql;
  /**
   * Records the reserved ids outside the database, where an older copy could not be recognised
   * otherwise.
   */
  recordIds(): void;
  /**
   * Runs all of `work` or none of it. Retries serialisation failures and deadlocks three times.
   * @throws DomainError BUSY if a lock or a connection was not available in time; the caller may
   * retry.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Runs `work` on one snapshot: its reads see no later commit and hold up no writer. SQLite
   * cannot truncate its WAL meanwhile.
   */
  snapshot<T>(work: (reader: Reader) => Promise<T>): Promise<T>;
  /**
   * Inserts rows that were decided without a lock, if the rules are unchanged and the database's
   * guards accept them. Writes of concurrent requests share one statement and one commit. Returns
   * false, having written nothing, if the rules changed or a guard refused; the caller then
   * decides again in a transaction.
   * @throws DomainError BUSY, or an error that leaves open whether the rows were written
   */
  commitIfRulesUnchanged(rows: OptimisticWrite): Promise<boolean>;
  /** The current load of each connection pool. */
  pools(): readonly PoolState[];
  close(): Promise<void>;
}

export interface PoolState {
  readonly pool: 'writer' | 'reader';
  readonly busy: number;
  readonly idle: number;
  /** Transactions and statements waiting for a connection. */
  readonly waiting: number;
}

/** Rows that are inserted optimistically: all of them or none. */
export interface OptimisticWrite {
  readonly businessId: number;
  /** The version of the business's rules that the decision used. */
  readonly rulesVersion: number;
  /** The subject whose time is claimed. All writers lock subjects in the order of their ids. */
  readonly subjectId: number;
  /**
   * Inserts rows by `insert` and registers `afterCommit` callbacks. On PostgreSQL it cannot read.
   */
  readonly write: (tx: Tx) => Promise<void>;
}
