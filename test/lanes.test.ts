import { Pool } from 'pg';
import { Lanes } from '../src/shared/db/lanes';
import { POSTGRES } from './support/scratch';

(POSTGRES ? describe : describe.skip)(`reading connections that are shared${POSTGRES ? '' : ': left out, TEST_DATABASE_URL is not set'}`, () => {
  let pool: Pool;
  let lanes: Lanes;
  beforeEach(async () => {
    pool = new Pool({ connectionString: POSTGRES, max: 6, pipeline: true } as never);
    pool.on('connect', (client) => client.on('error', () => undefined));
    lanes = new Lanes(pool, 2);
    // The first who ask find no lane open and have it opened.
    for (let opened = 0; opened < 2; opened += 1) {
      await Promise.all(Array.from({ length: 40 }, () => ask('SELECT 1 AS value')));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  afterEach(async () => {
    lanes.close();
    await pool.end();
  });

  const shared = (text: string) => lanes.query(text, (client) => client.query(text));
  const ask = async (text: string) => (await (shared(text) ?? pool.query(text))).rows[0];

  it('gives each its own answer, though few sessions give them all', async () => {
    const rows = await Promise.all(Array.from({ length: 16 }, (_, index) => ask(`SELECT ${index} AS value, pg_backend_pid() AS pid`)));
    expect(rows.map(({ value }) => value)).toEqual(Array.from({ length: 16 }, (_, index) => index));
    expect(new Set(rows.map(({ pid }) => pid)).size).toBeLessThanOrEqual(2);
  });

  it('fails the one that fails and none beside it', async () => {
    const asked = [shared('SELECT 1 AS value'), shared('SELECT 1 / 0'), shared('SELECT nothing'), shared('SELECT 2 AS value')].map((answer) => answer as Promise<{ rows: unknown[] }>);
    const settled = await Promise.allSettled(asked);
    expect(settled.map((one) => (one.status === 'fulfilled' ? one.value.rows[0] : (one.reason as { code: string }).code))).toEqual([{ value: 1 }, '22012', '42703', { value: 2 }]);
    expect(await ask('SELECT 3 AS value')).toEqual({ value: 3 });
  });

  it('lets nobody wait for a slow one that has been under way for a while, nor share with it again', async () => {
    const done: string[] = [];
    const slow = ask('SELECT pg_sleep(0.5)').then(() => done.push('slow'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await Promise.all(Array.from({ length: 20 }, (_, index) => ask(`SELECT ${index} AS value`).then(() => done.push('quick'))));
    await slow;
    expect(done.at(-1)).toBe('slow');
    expect(done).toHaveLength(21);
    expect(shared('SELECT pg_sleep(0.5)')).toBeNull();
    expect(await ask('SELECT 1 AS value')).toEqual({ value: 1 });
  });

  it('goes on by other sessions when one has ended', async () => {
    const { pid } = await ask('SELECT pg_backend_pid() AS pid');
    const waiting = ask('SELECT 4 AS value, pg_sleep(0.2)').catch((error: Error) => error);
    await pool.query('SELECT pg_terminate_backend($1)', [pid]);
    expect(await waiting).toBeInstanceOf(Error);
    for (let turn = 0; turn < 30; turn += 1) expect(await ask(`SELECT ${turn} AS value`)).toEqual({ value: turn });
  });

  it('gives its sessions back when it closes, also those that were just being opened', async () => {
    const late = new Lanes(pool, 1);
    expect(late.query('SELECT 1', (client) => client.query('SELECT 1'))).toBeNull();
    late.close();
    lanes.close();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(pool.idleCount).toBe(pool.totalCount);
    lanes = new Lanes(pool, 1);
  });
});
