import { DomainError } from '../../errors';
import type { Database, OptimisticWrite, Tx } from '../database';
import { asBusy, isRefusal } from '../errors';
import type { Sql } from '../sql';
import { join, raw, sql } from '../sql';
import { rowsAsOne, tableOf, type Rows, type Table } from '../table';

/** Maximum writes in one statement. */
const MAX_BATCH_SIZE = 64;
/** Maximum time that a write waits for the statement in flight. Waiting makes batches larger. */
const MAX_QUEUE_WAIT_MS = 10;
/** Maximum statements in flight while some of them wait for locks. */
const MAX_IN_FLIGHT = 4;
/**
 * Lock time-out of a batch, so that one contended row does not delay the others: the contended
 * write then retries in its own transaction.
 */
const LOCK_TIMEOUT_MS = 250;

/** Rows to insert into one table. */
interface Insertion {
  readonly table: Table<object>;
  readonly rows: Rows;
}

interface QueuedWrite {
  readonly rows: OptimisticWrite;
  readonly insertions: readonly Insertion[];
  readonly committed: readonly (() => void)[];
  resolve(written: boolean): void;
  reject(error: unknown): void;
}

/**
 * Commits rows that concurrent requests decided without a lock, on PostgreSQL: one statement for
 * all of them, which is its own transaction. The writes share the cost of BEGIN, COMMIT, waking a
 * session and waiting for the disk.
 */
export class GroupCommitter {
  private readonly queue: QueuedWrite[] = [];
  private inFlight = 0;
  private nextTurn: NodeJS.Immediate | undefined;
  private queueTimer: NodeJS.Timeout | undefined;

  /**
   * @param db its signals, and its identity: see epoch.ts
   * @param send sends a statement on a dedicated connection and returns its rows
   */
  constructor(
    private readonly db: Pick<Database, 'identity' | 'signals'>,
    private readonly send: (query: Sql) => Promise<unknown[]>,
  ) {}

  async commit(rows: OptimisticWrite): Promise<boolean> {
    const insertions: Insertion[] = [];
    const committed: (() => void)[] = [];
    await rows.write(recording(insertions, committed, this.db));
    return new Promise((resolve, reject) => {
      this.queue.push({ rows, insertions, committed, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (!this.queue.length) return;
    // After all other statements of this event-loop turn.
    if (!this.inFlight) this.nextTurn ??= setImmediate(() => this.flushBatch());
    else if (this.inFlight < MAX_IN_FLIGHT)
      this.queueTimer ??= setTimeout(() => this.flushBatch(), MAX_QUEUE_WAIT_MS);
  }

  private flushBatch(): void {
    clearTimeout(this.queueTimer);
    this.nextTurn = this.queueTimer = undefined;
    this.inFlight += 1;
    void this.commitBatch(this.queue.splice(0, MAX_BATCH_SIZE)).then(() => {
      this.inFlight -= 1;
      this.schedule();
    });
  }

  /**
   * Commits a batch and settles its writes. A refused write aborts the whole batch, so each write
   * is then retried by itself. Never rejects.
   */
  private async commitBatch(batch: readonly QueuedWrite[]): Promise<void> {
    let isWritten: boolean;
    try {
      isWritten = (await this.send(statementOf(batch, this.db.identity))).length > 0;
    } catch (error) {
      // A value that cannot be stored is refused before anything is sent.
      if (!isRefusal(error) && !(error instanceof DomainError))
        return batch.forEach(({ reject }) => reject(asBusy(error)));
      isWritten = false;
    }
    if (!isWritten && batch.length > 1) {
      for (const one of batch) await this.commitBatch([one]);
      return;
    }
    for (const { committed, resolve, reject } of batch) {
      // An error after the commit belongs to this caller; the others of the batch must still be
      // answered.
      try {
        if (isWritten) committed.forEach((callback) => callback());
        resolve(isWritten);
      } catch (error) {
        reject(error);
      }
    }
  }
}

/** A transaction that only records insertions. */
function recording(
  insertions: Insertion[],
  committed: (() => void)[],
  { signals }: Pick<Database, 'signals'>,
): Tx {
  const never = (): never => {
    throw new Error('Optimistic writes only insert rows: reads and updates are not allowed.');
  };
  return {
    dialect: 'postgres',
    signals,
    all: never,
    run: never,
    one: never,
    defer: never,
    insert: async (entity, rows) =>
      void (
        rows.length &&
        insertions.push({
          table: tableOf(entity) as unknown as Table<object>,
          rows: rows as Rows,
        })
      ),
    afterCommit: (callback) => void committed.push(callback),
  };
}

/**
 * Inserts all rows if all rule versions are unchanged. Returns one row if written, else none. A
 * promoted server may reach a cached rule version with other content, so nothing is written before
 * its epoch begins.
 */
function statementOf(batch: readonly QueuedWrite[], identity: Sql): Sql {
  // All writers lock subjects in the order of their ids; here the trigger on claims locks row by
  // row.
  const inOrder = [...batch].sort((one, other) => one.rows.subjectId - other.rows.subjectId);
  const versions = new Map(
    inOrder.map(({ rows: { businessId, rulesVersion } }) => [
      `${businessId} ${rulesVersion}`,
      { business_id: businessId, version: rulesVersion },
    ]),
  );
  const expected = JSON.stringify([...versions.values()]);
  // A trigger compares the versions again after the statement has waited for its locks.
  const unchanged = sql`SELECT ${raw('1')} WHERE set_config('lock_timeout', ${String(LOCK_TIMEOUT_MS)}, true) <> ''
    AND set_config('slotgraph.rule_versions', ${expected}, true) <> '' AND NOT EXISTS (
    SELECT FROM json_to_recordset(${expected}) AS r(business_id int, version bigint)
    WHERE NOT EXISTS (SELECT FROM rule_version AS v WHERE v.business_id = r.business_id AND v.version = r.version))
    AND (SELECT marker = ${identity} FROM database_epoch)`;
  const byTable = new Map<Insertion['table'], Insertion['rows'][number][]>();
  for (const { table, rows } of inOrder.flatMap(({ insertions }) => insertions))
    byTable.set(table, [...(byTable.get(table) ?? []), ...rows]);
  const additions = [...byTable].map(
    ([table, rows], index) =>
      sql`${raw(`w${index}`)} AS (${rowsAsOne(table, rows, raw(', unchanged'))})`,
  );
  return sql`WITH unchanged AS MATERIALIZED (${unchanged}), ${join(additions)} SELECT FROM unchanged`;
}
