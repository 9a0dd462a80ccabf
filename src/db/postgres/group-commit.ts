import { DomainError } from '../../errors';
import type { OptimisticWrite, Tx } from '../database';
import { asBusy, isRefusal } from '../errors';
import { join, raw, Sql, sql } from '../sql';
import { Insertion, rowsAsOne } from '../table';

/** How many bookings and the like go into one statement. */
const MAX_TOGETHER = 64;
/** What is asked for meanwhile waits for the statement that is under way, so that more of it goes together; behind one that waits itself, no longer than this. */
const PATIENCE_MS = 10;
/** Statements under way at once where others have to wait. */
const MAX_UNDER_WAY = 4;
/** Nobody waits for long behind a lock that somebody else has run into: that one gives up here, and waits in a transaction of its own. */
const LOCK_MS = 250;

interface Waiting {
  readonly rows: OptimisticWrite;
  readonly insertions: readonly Insertion[];
  readonly committed: readonly (() => void)[];
  resolve(written: boolean): void;
  reject(error: unknown): void;
}

/**
 * Adds rows that different requests have decided on without a lock, on PostgreSQL: one statement for all of them, which is its own transaction. What it costs
 * to begin and to commit, to wake a session up and to wait for the disk is shared by all that go together.
 */
export class GroupCommitter {
  private readonly waiting: Waiting[] = [];
  private underWay = 0;
  private next: NodeJS.Immediate | undefined;
  private impatient: NodeJS.Timeout | undefined;

  /**
   * @param identity the identity of the database: see epoch.ts
   * @param send sends a statement on a connection of its own, and answers its rows
   */
  constructor(
    private readonly identity: Sql,
    private readonly send: (query: Sql) => Promise<unknown[]>,
  ) {}

  async append(rows: OptimisticWrite): Promise<boolean> {
    const insertions: Insertion[] = [];
    const committed: (() => void)[] = [];
    await rows.write(recording(insertions, committed));
    return new Promise((resolve, reject) => {
      this.waiting.push({ rows, insertions, committed, resolve, reject });
      this.plan();
    });
  }

  private plan(): void {
    if (!this.waiting.length) return;
    // Behind whatever else was read at this moment.
    if (!this.underWay) this.next ??= setImmediate(() => this.take());
    else if (this.underWay < MAX_UNDER_WAY)
      this.impatient ??= setTimeout(() => this.take(), PATIENCE_MS);
  }

  private take(): void {
    clearTimeout(this.impatient);
    this.next = this.impatient = undefined;
    this.underWay += 1;
    void this.write(this.waiting.splice(0, MAX_TOGETHER)).then(() => {
      this.underWay -= 1;
      this.plan();
    });
  }

  /** Never rejects. One that is refused takes down whatever went with it: then each goes alone. */
  private async write(together: readonly Waiting[]): Promise<void> {
    let isWritten: boolean;
    try {
      isWritten = (await this.send(statementOf(together, this.identity))).length > 0;
    } catch (error) {
      // What no database keeps is refused before anything is sent.
      if (!isRefusal(error) && !(error instanceof DomainError))
        return together.forEach(({ reject }) => reject(asBusy(error)));
      isWritten = false;
    }
    if (!isWritten && together.length > 1) {
      for (const one of together) await this.write([one]);
      return;
    }
    for (const { committed, resolve, reject } of together) {
      // What fails after the commit is the fault of this one: the others wait to be told as well.
      try {
        if (isWritten) committed.forEach((callback) => callback());
        resolve(isWritten);
      } catch (error) {
        reject(error);
      }
    }
  }
}

/** Keeps what is added in place of a transaction. */
function recording(insertions: Insertion[], committed: (() => void)[]): Tx {
  const never = (): never => {
    throw new Error('Rows that go with others are added; nothing is read or changed with them.');
  };
  return {
    dialect: 'postgres',
    all: never,
    run: never,
    defer: async (query) => void (query instanceof Insertion ? insertions.push(query) : never()),
    afterCommit: (callback) => void committed.push(callback),
  };
}

/**
 * All of it, while all the rules stand. Answers a row where it was written, and none where not. A server that was promoted
 * may count its rules' versions up to one that the process knows with other content: nothing is written before its epoch.
 */
function statementOf(together: readonly Waiting[], identity: Sql): Sql {
  // Everybody locks subjects in the order of their ids; here the guard of the claims does, row by row.
  const inOrder = [...together].sort((one, other) => one.rows.subjectId - other.rows.subjectId);
  const versions = new Map(
    inOrder.map(({ rows: { businessId, rulesVersion } }) => [
      `${businessId} ${rulesVersion}`,
      { business_id: businessId, version: rulesVersion },
    ]),
  );
  const stand = sql`SELECT ${raw('1')} WHERE set_config('lock_timeout', ${String(LOCK_MS)}, true) <> '' AND NOT EXISTS (
    SELECT FROM json_to_recordset(${JSON.stringify([...versions.values()])}) AS r(business_id int, version bigint)
    WHERE NOT EXISTS (SELECT FROM rule_version AS v WHERE v.business_id = r.business_id AND v.version = r.version))
    AND (SELECT marker = ${identity} FROM database_epoch)`;
  const byTable = new Map<Insertion['table'], Insertion['rows'][number][]>();
  for (const { table, rows } of inOrder.flatMap(({ insertions }) => insertions))
    byTable.set(table, [...(byTable.get(table) ?? []), ...rows]);
  const additions = [...byTable].map(
    ([table, rows], index) =>
      sql`${raw(`w${index}`)} AS (${rowsAsOne(table, rows, raw(', stand'))})`,
  );
  return sql`WITH stand AS MATERIALIZED (${stand}), ${join(additions)} SELECT FROM stand`;
}
