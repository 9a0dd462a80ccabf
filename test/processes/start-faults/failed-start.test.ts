import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { Client as PgClient } from 'pg';
import { freePort, startProcess } from '../../support/harness/process';
import { POSTGRES, scratchDatabase } from '../../support/harness/scratch';
import { expectOneLine, start } from './start-faults.fixture';

jest.setTimeout(120_000);

describe('a failed start', () => {
  let directory: string;
  let data: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'slotgraph-faults-'));
    data = join(directory, 'data');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('reports a port in use before it creates a database', async () => {
    const holder: Server = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve));

    const ended = await start({ PORT: String(port), DATA_DIR: data });
    await new Promise((resolve) => holder.close(resolve));

    expectOneLine(ended, `port ${port} of 127.0.0.1`, 'another process uses it', 'set PORT');
    expect(existsSync(data)).toBe(false);
  });

  it('reports an address that this machine does not have', async () => {
    expectOneLine(
      await start({ HOST: '203.0.113.7', DATA_DIR: data }),
      'of 203.0.113.7',
      'no such address',
      'Correct HOST',
    );
  });

  it('reports a directory whose path is a file or below a file', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'data')]) {
      expectOneLine(
        await start({ DATA_DIR: path }),
        join(path, 'slotgraph.db'),
        'a file is in its way',
        'Set DATA_DIR',
      );
    }
  });

  it('reports a corrupt file of any kind', async () => {
    mkdirSync(data);
    writeFileSync(
      join(data, 'slotgraph.db'),
      'This is no database, and longer than a header of SQLite. '.repeat(100),
    );
    expectOneLine(
      await start({ DATA_DIR: data }),
      join(data, 'slotgraph.db'),
      'is corrupt or no SQLite database',
      'docs/backup.md',
    );
  });

  it('reports a lock that another program holds', async () => {
    mkdirSync(data);
    const file = new BetterSqlite3(join(data, 'slotgraph.db'));
    file.exec('CREATE TABLE t (n); BEGIN EXCLUSIVE');
    const ended = await start({ DATA_DIR: data });
    file.close();
    expectOneLine(ended, join(data, 'slotgraph.db'), 'is locked by another program');
  });

  it('reports another gateway on the same directory', async () => {
    const scratch = await scratchDatabase('sqlite', { empty: true });
    const other = await startProcess(scratch.env);
    const ended = await start(scratch.env);
    await other.terminate();
    await scratch.remove();
    expectOneLine(ended, 'Another process is using', 'choose another DATA_DIR');
  });

  it.each([
    ['a Node.js that is too old', 'old-node', 'Node.js 18.20.0 is too old', 'needs 20.19 or newer'],
    [
      'native modules of another Node.js',
      'other-abi',
      'NODE_MODULE_VERSION 93',
      'npm rebuild better-sqlite3',
    ],
  ])('reports %s', async (_title, preload, ...says) => {
    expectOneLine(
      await start({ DATA_DIR: data }, `./test/support/preload/${preload}.cjs`),
      ...says,
    );
  });

  it.each([
    [
      'nothing listens there',
      'postgres://user:secret@127.0.0.1:1/none',
      ['127.0.0.1:1/none (DATABASE_URL) is unreachable', 'ECONNREFUSED', 'DATABASE_WAIT_SECONDS'],
    ],
    [
      'the host is unknown',
      'postgres://user:secret@no-such-host.invalid/none',
      ['no-such-host.invalid:5432/none (DATABASE_URL) is unreachable', 'DATABASE_WAIT_SECONDS'],
    ],
  ])('reports an unreachable PostgreSQL: %s', async (_title, url, says) => {
    const ended = await start({ DATABASE_URL: url, DATABASE_WAIT_SECONDS: '0' });
    expectOneLine(ended, ...says);
    expect(ended.stderr).not.toContain('secret');
  });

  it('waits for a PostgreSQL as long as configured, and logs it', async () => {
    const startedAt = Date.now();
    const ended = await start({
      DATABASE_URL: 'postgres://user@127.0.0.1:1/none',
      DATABASE_WAIT_SECONDS: '3',
    });
    expectOneLine(ended, 'is unreachable');
    expect(Date.now() - startedAt).toBeGreaterThan(3_000);
    expect(
      ended.stdout.match(/unreachable: trying again for 3 s \(DATABASE_WAIT_SECONDS\)/g),
    ).toHaveLength(1);
  });

  (POSTGRES ? it : it.skip)('reports what PostgreSQL refuses', async () => {
    const scratch = await scratchDatabase('postgres', { empty: true });
    const url = scratch.env.DATABASE_URL as string;
    const name = new URL(url).pathname.slice(1);
    const role = `${name}_weak`;
    const client = new PgClient({ connectionString: url });
    await client.connect();
    await client.query(`CREATE ROLE ${role} LOGIN; REVOKE ALL ON SCHEMA public FROM PUBLIC`);
    const weak = Object.assign(new URL(url), { username: role }).href;
    const ended = await start({ DATABASE_URL: weak, DATABASE_WAIT_SECONDS: '0' });
    await client.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    const readOnly = await start({ DATABASE_URL: url, DATABASE_WAIT_SECONDS: '0' });
    const missing = await start({
      DATABASE_URL: Object.assign(new URL(url), { pathname: '/slotgraph_no_such' }).href,
      DATABASE_WAIT_SECONDS: '0',
    });
    await client.query('SET default_transaction_read_only = off');
    await client.query(`DROP ROLE ${role}`);
    await client.end();
    await scratch.remove();

    expectOneLine(ended, `/${name} (DATABASE_URL)`, 'lacks a right', 'Grant it CREATE');
    expectOneLine(readOnly, `/${name} (DATABASE_URL)`, 'read-only', 'primary');
    expectOneLine(
      missing,
      '/slotgraph_no_such (DATABASE_URL)',
      'there is no such database',
      'createdb',
    );
  });
});
