import { readFileSync } from 'node:fs';
import { loadConfig } from '../../../src/config';
import { startFault } from '../../../src/start/start-fault';
import { scratchDatabase } from '../../support/harness/scratch';
import { start } from './start-faults.fixture';

jest.setTimeout(120_000);

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
    const scratch = await scratchDatabase('sqlite', { empty: true });
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
