import BetterSqlite3 from 'better-sqlite3';
import type { Tx } from '../../src/db/database';
import { raw, sql } from '../../src/db/sql';
import { ErrorCode } from '../../src/errors';
import { TestGateway } from '../support/harness/gateway';

describe('group commit of SQLite transactions', () => {
  let gateway: TestGateway;
  let file: BetterSqlite3.Database;
  beforeEach(async () => {
    // On a machine of any speed, the time limit does not end a group.
    jest.spyOn(performance, 'now').mockReturnValue(0);
    gateway = new TestGateway('sqlite');
    gateway.options = { backgroundWork: false };
    await gateway.start();
    file = new BetterSqlite3(gateway.config.sqliteFile);
    file.exec('CREATE TABLE note (n INTEGER PRIMARY KEY, text TEXT)');
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    file.close();
    await gateway.stop();
  });

  const add = (n: number, then: (tx: Tx) => Promise<unknown> | unknown = () => n) =>
    gateway.gateway.db.transaction(async (tx) => {
      await tx.run(sql`INSERT INTO note (n, text) VALUES (${n}, ${'written'})`);
      return then(tx);
    });
  const kept = () => file.prepare('SELECT n FROM note ORDER BY n').pluck().all();

  it('commits or rolls back each transaction separately, one after the other', async () => {
    const settled = await Promise.allSettled(
      Array.from({ length: 30 }, (_, n) =>
        add(n, async (tx) => {
          // A transaction sees writes of earlier ones, and none of a failed one.
          const [{ count }] = (await tx.all<{ count: number }>(
            sql`SELECT count(*) AS count FROM ${raw('note')}`,
          )) as [{ count: number }];
          if (n === 10) throw new Error('rolled back');
          if (n === 20) await tx.run(sql`INSERT INTO note (n) VALUES (${0})`);
          return count;
        }),
      ),
    );
    expect(settled.map((one) => (one.status === 'fulfilled' ? one.value : 'failed'))).toEqual(
      Array.from({ length: 30 }, (_, n) =>
        n === 10 || n === 20 ? 'failed' : n + 1 - (n > 10 ? 1 : 0) - (n > 20 ? 1 : 0),
      ),
    );
    expect(kept()).toEqual(
      Array.from({ length: 30 }, (_, n) => n).filter((n) => n !== 10 && n !== 20),
    );
  });

  it('writes all with one commit, and runs commit listeners after it', async () => {
    const seen: unknown[] = [];
    const writes = Array.from({ length: 5 }, (_, n) =>
      add(n, (tx) => tx.afterCommit(() => seen.push(kept().length))).then(() =>
        seen.push(kept().length),
      ),
    );
    expect(kept()).toEqual([]);
    await Promise.all(writes);
    // Each listener saw all five.
    expect(seen).toEqual(Array.from({ length: 10 }, () => 5));
  });

  it('runs all commit listeners, although one throws', async () => {
    const settled = await Promise.allSettled(
      [1, 2, 3].map((n) =>
        add(n, (tx) =>
          tx.afterCommit(() => {
            if (n === 2) throw new Error('after the commit');
          }),
        ),
      ),
    );
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await add(4);
    expect(kept()).toEqual([1, 2, 3, 4]);
  });

  it('fails all if their commit fails, and commits later ones', async () => {
    file.exec('CREATE TABLE child (n INTEGER REFERENCES note (n) DEFERRABLE INITIALLY DEFERRED)');
    const told: number[] = [];
    const settled = await Promise.allSettled(
      [1, 2, 3].map((n) =>
        add(n, async (tx) => {
          tx.afterCommit(() => told.push(n));
          if (n === 2) await tx.run(sql`INSERT INTO child (n) VALUES (${99})`);
        }),
      ),
    );
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect([kept(), told]).toEqual([[], []]);
    await add(4);
    expect(kept()).toEqual([4]);
  });

  it('refuses with BUSY while another process writes, and frees the queue', async () => {
    file.exec('BEGIN IMMEDIATE');
    const writes = Promise.allSettled([add(1), add(2)]);
    let turns = 0;
    const counter = setInterval(() => void (turns += 1), 5);
    // The event loop is not blocked, and nothing is refused before the limit.
    const early = await Promise.race([
      writes,
      new Promise((resolve) => setTimeout(resolve, 200, 'waits')),
    ]);
    clearInterval(counter);
    expect(early).toBe('waits');
    expect(turns).toBeGreaterThan(5);
    jest.spyOn(performance, 'now').mockReturnValue(5_001);
    expect(await writes).toMatchObject(
      [1, 2].map(() => ({ status: 'rejected', reason: { code: ErrorCode.BUSY } })),
    );
    file.exec('ROLLBACK');
    await add(3);
    expect(kept()).toEqual([3]);
  });

  it('commits after another process releases the lock', async () => {
    file.exec('BEGIN IMMEDIATE');
    const write = add(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(kept()).toEqual([]);
    file.exec('ROLLBACK');
    await write;
    expect(kept()).toEqual([1]);
  });

  it('finishes before the database closes', async () => {
    const writes = [1, 2, 3].map((n) =>
      add(n, () => new Promise((resolve) => setTimeout(resolve, 20))),
    );
    await gateway.gateway.stop();
    expect((await Promise.allSettled(writes)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
    expect(kept()).toEqual([1, 2, 3]);
  });
});
