import type BetterSqlite3 from 'better-sqlite3';
import type { Tx } from '../database';
import { asBusy, isLocked } from '../errors';
import type { Signals } from '../signals';
import type { Sql } from '../sql';
import { insertionOf } from '../table';
import { allOf, oneOf, run, type Prepare } from './prepared-statements';

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
 * Isolates the transactions of one connection. Queued transactions run as savepoints of one group
 * commit. Each succeeds or fails by itself, and callers are answered once the group is durable.
 */
export class TransactionQueue {
  private readonly queue: QueuedTransaction[] = [];
  private draining: Promise<void> | null = null;

  constructor(
    private readonly connection: BetterSqlite3.Database,
    private readonly write: Prepare,
    private readonly signals: Signals,
  ) {}

  get isBusy(): boolean {
    return this.draining !== null;
  }

  get waiting(): number {
    return this.queue.length;
  }

  async drained(): Promise<void> {
    while (this.draining) await this.draining;
  }

  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.queue.push(this.entryFor(work, resolve, reject));
      this.draining ??= this.drain();
    });
  }

  private txOf(committed: (() => void)[]): Tx {
    const { write, signals } = this;
    const defer: Tx['defer'] = async (query, explain) => {
      try {
        run(write(query));
      } catch (error) {
        throw explain ? explain(error) : error;
      }
    };
    return {
      dialect: 'sqlite',
      signals,
      all: async <Row>(query: Sql) => allOf<Row>(write(query)),
      run: async (query) => run(write(query)),
      one: async <Row>(query: Sql) => oneOf<Row>(write(query)),
      defer,
      async insert(entity, rows, explain) {
        if (rows.length) await defer(insertionOf(entity, rows), explain);
      },
      afterCommit: (callback) => void committed.push(callback),
    };
  }

  private entryFor<T>(
    work: (tx: Tx) => Promise<T>,
    resolve: (result: T) => void,
    reject: (error: unknown) => void,
  ): QueuedTransaction {
    const { connection } = this;
    const refuse = (error: unknown) => reject(asBusy(error));
    const committed: (() => void)[] = [];
    return {
      queuedAt: performance.now(),
      refuse,
      run: async () => {
        try {
          connection.exec('SAVEPOINT one');
          const result = await work(this.txOf(committed));
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

  private async drain(): Promise<void> {
    do {
      // Requests of the same event-loop turn join the group.
      await new Promise(setImmediate);
      await this.commitGroup();
    } while (this.queue.length);
    this.draining = null;
  }

  private async commitGroup(): Promise<void> {
    const { connection, queue } = this;
    try {
      await this.beginWrite();
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
  private async beginWrite(): Promise<void> {
    const until = (this.queue[0] as QueuedTransaction).queuedAt + LOCK_WAIT_MS;
    for (;;) {
      try {
        return void this.connection.exec('BEGIN IMMEDIATE');
      } catch (error) {
        if (!isLocked(error) || performance.now() > until) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MS));
    }
  }
}
