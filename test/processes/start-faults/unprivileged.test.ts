import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectOneLine, mounted, start, startWith, UNPRIVILEGED } from './start-faults.fixture';

jest.setTimeout(120_000);

const MAIL = { SMTP_URL: 'smtp://mail.example.org', MAIL_FROM: 'office@example.org' };

describe('a mistake of an operator', () => {
  let directory: string;
  let data: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'slotgraph-operator-'));
    data = join(directory, 'data');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it.each([
    ['a port that is no number', { PORT: 'http' }, ['PORT must be a whole number', '"http"']],
    ['a database of another kind', { DATABASE_URL: 'mysql://db' }, ['DATABASE_URL', 'postgres://']],
    ['a short secret', { SIGNING_KEY: 'short' }, ['SIGNING_KEY', '32 characters']],
    [
      'several of them',
      { PORT: '70000', LOG_LEVEL: 'loud', REDIS_URL: 'redis' },
      ['PORT must be', '"70000"', 'LOG_LEVEL must be one of', '"loud"', 'REDIS_URL must start'],
    ],
    [
      'SMTP_URL without the address of the manage page, in production',
      { ...MAIL, NODE_ENV: 'production', HOST: '127.0.0.1' },
      ['SMTP_URL needs PUBLIC_URL or MANAGE_URL', 'http://127.0.0.1:0/manage'],
    ],
  ])('ends the start before anything is written: %s', async (_title, env, says) => {
    const ended = await start({ DATA_DIR: data, ...env } as Record<string, string>);

    expectOneLine(ended, 'The configuration is wrong', ...says);
    expect(existsSync(data)).toBe(false);
  });

  it('reports a port that needs a privilege', async () => {
    const ended = await startWith(UNPRIVILEGED, { PORT: '80', DATA_DIR: data });

    expectOneLine(ended, 'port 80 of 127.0.0.1', 'no permission', 'Set PORT to 1024 or above');
    expect(existsSync(data)).toBe(false);
  });

  it('reports a directory that the user may not write', async () => {
    mkdirSync(data, { mode: 0o500 });

    const ended = await startWith(UNPRIVILEGED, { DATA_DIR: data });

    expectOneLine(
      ended,
      `${join(data, 'slotgraph.db')} (DATA_DIR) cannot be opened for writing`,
      'owner and mode',
    );
    expect(readdirSync(data)).toEqual([]);
  });
});

const probe = spawnSync('unshare', [
  '--map-root-user',
  '--mount',
  'mount',
  '-t',
  'tmpfs',
  'x',
  '/mnt',
]);
const mayMount = probe.status === 0;
if (!mayMount)
  console.warn('A full and a read-only disk are not tested: mounting is not permitted.');

(mayMount ? describe : describe.skip)('a disk', () => {
  let data: string;
  beforeEach(() => (data = mkdtempSync(join(tmpdir(), 'slotgraph-disk-'))));
  afterEach(() => rmSync(data, { recursive: true, force: true }));

  it.each([
    ['is full', 'true', ['the disk is full', 'Free space']],
    ['is read-only', 'mount -o remount,ro DATA', ['is read-only', 'Make it writable']],
  ])('that %s ends the start with one line', async (_title, prepare, says) => {
    const ended = await startWith(mounted(data, prepare.replace('DATA', data)), {
      DATA_DIR: data,
    });

    expectOneLine(ended, `${join(data, 'slotgraph.db')} (DATA_DIR)`, ...says);
  });
});
