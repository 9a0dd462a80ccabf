import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { Client as PgClient } from 'pg';
import { loadConfig } from '../../src/config';
import { startFault } from '../../src/start/start-fault';
import { freePort, startProcess } from '../support/harness/process';
import { POSTGRES, scratchDatabase } from '../support/harness/scratch';

jest.setTimeout(120_000);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the gateway and returns how it ended. One that listens instead is stopped. */
function start(env: Record<string, string>, preload?: string): Promise<Ended> {
  const args = [...(preload ? ['--require', preload] : []), 'dist/src/main.js'];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, PORT: '0', SEED_DEMO: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    if (stdout.includes('Slotgraph is listening')) child.kill('SIGTERM');
  });
  child.stderr.on('data', (chunk) => (stderr += chunk));
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, stdout, stderr })));
}

describe('a failed start', () => {
  let directory: string;
  let data: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'slotgraph-faults-'));
    data = join(directory, 'data');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  /** One line that names the value and the remedy, exit status 1, no stack trace. */
  const expectOneLine = ({ code, stdout, stderr }: Ended, ...says: readonly string[]) => {
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    for (const text of says) expect(stderr).toContain(text);
    expect(stderr + stdout).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  };

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
    const scratch = await scratchDatabase('sqlite');
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

/** Faults that a test run as root, or on one machine, cannot cause. */
describe('a fault of the start', () => {
  const sqlite = loadConfig({ DATA_DIR: '/srv/slotgraph', PORT: '80' });
  const postgres = loadConfig({
    DATABASE_URL: 'postgres://slotgraph:secret@db.example.org/slotgraph',
  });
  const failure = (code: string, more: object = {}) =>
    Object.assign(new Error(`${code}: said\nover two lines`), { code, ...more });

  it.each([
    [
      'no permission for the port',
      sqlite,
      failure('EACCES', { syscall: 'listen' }),
      ['port 80 of 127.0.0.1', 'no permission', 'PORT', 'CAP_NET_BIND_SERVICE'],
    ],
    [
      'a directory without rights',
      sqlite,
      failure('EACCES', { syscall: 'mkdir' }),
      ['/srv/slotgraph/slotgraph.db (DATA_DIR)', 'cannot be opened for writing', 'owner and mode'],
    ],
    [
      'a file that cannot be opened',
      sqlite,
      failure('SQLITE_CANTOPEN'),
      ['/srv/slotgraph/slotgraph.db (DATA_DIR)', 'cannot be opened for writing'],
    ],
    [
      'a read-only directory',
      sqlite,
      failure('EROFS', { syscall: 'open' }),
      ['(DATA_DIR) is read-only', 'writable'],
    ],
    [
      'a read-only file',
      sqlite,
      failure('SQLITE_READONLY_DIRECTORY'),
      ['(DATA_DIR) is read-only', 'writable'],
    ],
    ['a full disk', sqlite, failure('SQLITE_FULL'), ['the disk is full', 'Free space']],
    ['a corrupt file', sqlite, failure('SQLITE_CORRUPT_INDEX'), ['is corrupt', 'Restore a backup']],
    [
      'a wrong password',
      postgres,
      failure('28P01'),
      ['db.example.org:5432/slotgraph (DATABASE_URL)', 'the user or the password is wrong'],
    ],
    ['a full disk of PostgreSQL', postgres, failure('53100'), ['its disk is full']],
    [
      'an error that TypeORM wraps',
      postgres,
      Object.assign(new Error('failed'), { driverError: failure('42501') }),
      ['lacks a right'],
    ],
    ['an extension that is not installed', postgres, failure('0A000'), ['btree_gist']],
    [
      'an unknown error of PostgreSQL',
      postgres,
      failure('XX000'),
      ['XX000: said over two lines', 'Check DATABASE_URL'],
    ],
    ['an unknown error', sqlite, new Error('a\n  b'), ['Slotgraph cannot start: a b']],
  ])('is one line: %s', (_title, config, error, says) => {
    const line = startFault(error, config);
    for (const text of says) expect(line).toContain(text);
    expect(line).not.toMatch(/\n|secret/);
  });
});

describe('warnings at the start', () => {
  const warnings = (env: Record<string, string>) => loadConfig(env).warnings;

  it.each([
    [
      { DATABSE_URL: 'x' },
      'The variable DATABSE_URL is unknown and ignored: DATABASE_URL may be meant',
    ],
    [
      { DATABASE_URI: 'x' },
      'The variable DATABASE_URI is unknown and ignored: DATABASE_URL may be meant',
    ],
    [
      { CORS_ORIGIN: 'x' },
      'The variable CORS_ORIGIN is unknown and ignored: CORS_ORIGINS may be meant',
    ],
    [{ LOGLEVEL: 'x' }, 'The variable LOGLEVEL is unknown and ignored: LOG_LEVEL may be meant'],
    [
      { NODE_ENV: 'production' },
      'ENCRYPTION_KEY is not set: the secrets of webhooks are stored unencrypted. Set it to 32 random characters or more',
    ],
    [
      { SMTP_URL: 'smtp://mail', MAIL_FROM: 'a@example.org' },
      'SMTP_URL is set, and neither MANAGE_URL nor PUBLIC_URL: e-mails link to http://127.0.0.1:4000/manage. Set PUBLIC_URL to the address that clients reach',
    ],
  ])('name probably unintended settings: %j', (env, warning) => {
    expect(warnings(env)).toEqual([warning]);
  });

  it('are absent for valid settings', () => {
    expect(
      warnings({
        PATH: '/bin',
        HOME: '/root',
        PORT: '4000',
        HOSTS: 'x',
        npm_lifecycle_event: 'start',
        SMTP_URL: 'smtp://mail',
        MAIL_FROM: 'a@example.org',
        PUBLIC_URL: 'https://example.org',
      }),
    ).toEqual([]);
    expect(warnings({ NODE_ENV: 'production', ENCRYPTION_KEY: 'x'.repeat(32) })).toEqual([]);
  });

  it('are logged, and production without a business names the next step', async () => {
    const scratch = await scratchDatabase('sqlite');
    const { code, stdout, stderr } = await start({
      ...scratch.env,
      LOG_LEVEL: 'info',
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      DATABSE_URL: 'x',
    });
    await scratch.remove();
    expect([code, stderr]).toEqual([0, '']);
    const said = stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { level: number; msg: string })
      .filter(({ level }) => level === 40);
    expect(said.map(({ msg }) => msg)).toEqual([
      'The variable DATABSE_URL is unknown and ignored: DATABASE_URL may be meant',
      expect.stringMatching(/^ENCRYPTION_KEY is not set/),
      'The database contains no business. Create one while this process runs: npm run create-business -- --name "My clinic" --time-zone America/New_York',
    ]);
  });

  it('the minimum version of Node.js is that of package.json', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      engines: { node: string };
    };
    const [, major, minor] =
      /\[(\d+), (\d+)\]/.exec(readFileSync('src/start/node-version.ts', 'utf8')) ?? [];
    expect(engines.node).toBe(`>=${major}.${minor}`);
  });
});
