import type { Dialect, Sql } from './sql';

/** Reads rows. On both databases the connection behind it cannot write. */
export interface Reader {
  readonly dialect: Dialect;
  all<Row = Record<string, unknown>>(query: Sql): Promise<Row[]>;
}

/** One transaction. Inside it nothing else may be used: a second connection taken here can deadlock with the pool. */
export interface Tx extends Reader {
  /** Runs a writing statement and answers how many rows it touched. */
  run(query: Sql): Promise<number>;
  /**
   * Runs a writing statement whose outcome nobody waits for: before the next statement, or with the commit. Several go together as one.
   * `explain` makes of a failure what is thrown for it.
   */
  defer(query: Sql, explain?: (error: unknown) => unknown): Promise<void>;
  /** Runs after a successful commit, never after a rollback. */
  afterCommit(callback: () => void): void;
}

/** What the gateway knows of its database: one way to read, one way to write. */
export interface Database extends Reader {
  /** One for a database, however many views of it there are: whatever is remembered about it is kept by this. */
  readonly origin: object;
  /** SQL for the identity of the database, over `database_epoch`. Another identity begins a new epoch: see epoch.ts. */
  readonly identity: Sql;
  /** Records outside of the database which ids it has reserved, where an older copy would not be recognised otherwise. */
  recordIds(): void;
  /**
   * All of `work` or none of it. Serialisation failures and deadlocks are retried three times.
   * @throws DomainError BUSY when a lock or a connection could not be had in time; the caller may try again.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Adds rows that were decided on without a lock: only while the rules that they were decided by stand, and as far as the database's own guards let them.
   * What is asked for at the same moment goes together, as one statement and one commit. False where nothing was written: the rules have changed, or a guard
   * refused. Whoever asked then reads and decides anew, in a transaction.
   * @throws DomainError BUSY; whatever leaves it open whether the rows were written
   */
  commitIfRulesUnchanged(rows: OptimisticWrite): Promise<boolean>;
  /** How busy its connections are now. */
  pools(): readonly PoolState[];
  close(): Promise<void>;
}

export interface PoolState {
  readonly pool: 'writer' | 'reader';
  readonly busy: number;
  readonly idle: number;
  /** Transactions and statements that wait for a connection. */
  readonly waiting: number;
}

/** Rows that are added at once or not at all. */
export interface OptimisticWrite {
  readonly businessId: number;
  /** The version of the business's rules that they were decided by. */
  readonly rulesVersion: number;
  /** The one subject whose time is taken: everybody locks subjects in the order of their ids. */
  readonly subjectId: number;
  /** Says what is added by `later`, and what is told by `afterCommit`; rows alone, and it reads nothing on PostgreSQL. */
  readonly write: (tx: Tx) => Promise<void>;
}

export type StatementListener = (text: string) => void;

/** Whom to tell of each statement that is sent, BEGIN and COMMIT apart: tests count them, metrics add them up. */
export class StatementListeners {
  private readonly listeners = new Set<StatementListener>();

  add(listener: StatementListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  emit(text: string): void {
    for (const listener of this.listeners) listener(text);
  }
}

export const statements = new StatementListeners();
