import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import BetterSqlite3 from 'better-sqlite3';
import { startProcess } from '../support/harness/process';
import { addClinic, book } from '../support/fixtures/clinic';
import { TestGateway } from '../support/harness/gateway';

jest.setTimeout(60_000);

interface Result {
  code: number;
  stdout: string;
  stderr: string;
}
const run = (file: string, args: string[], env: Record<string, string>): Promise<Result> =>
  promisify(execFile)(process.execPath, ['dist/src/cli/slotgraph.js', file, ...args], {
    env: { PATH: process.env.PATH, ...env },
  }).then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    (failed: Result) => ({ code: failed.code, stdout: failed.stdout, stderr: failed.stderr }),
  );

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('the files of the embedded SQLite', () => {
  const gateway = new TestGateway('sqlite');
  let aside: string;
  beforeEach(async () => {
    await gateway.start();
    aside = mkdtempSync(join(tmpdir(), 'slotgraph-aside-'));
  });
  afterEach(async () => {
    rmSync(aside, { recursive: true });
    await gateway.scratch.remove();
  });

  const appointmentsIn = (directory: string): unknown => {
    const file = new BetterSqlite3(join(directory, 'slotgraph.db'), { readonly: true });
    try {
      return file.prepare('SELECT count(*) FROM appointment').pluck().get();
    } finally {
      file.close();
    }
  };

  it('are one complete file after a graceful stop', async () => {
    const clinic = await addClinic(gateway);
    for (const hour of [14, 15, 16]) await book(gateway, clinic, `2031-01-06T${hour}:00:00Z`);

    await gateway.gateway.stop();
    copyFileSync(gateway.config.sqliteFile, join(aside, 'slotgraph.db'));

    expect(appointmentsIn(aside)).toBe(3);
    expect((await run('verify', [], { DATA_DIR: aside })).stdout).toMatch(/^3 claims, 0 breaches/);
  });

  it('are complete after a stop while another program has them open', async () => {
    const clinic = await addClinic(gateway);
    await book(gateway, clinic, '2031-01-06T14:00:00Z');
    const other = new BetterSqlite3(gateway.config.sqliteFile, { readonly: true });
    other.prepare('SELECT count(*) FROM appointment').get();

    await gateway.gateway.stop();
    copyFileSync(gateway.config.sqliteFile, join(aside, 'slotgraph.db'));
    other.close();

    expect(appointmentsIn(aside)).toBe(1);
  });

  it('are readable by their owner only, also those that an earlier version created', async () => {
    await gateway.gateway.stop();
    const directory = join(aside, 'data');
    const server = await startProcess({ ...gateway.scratch.env, DATA_DIR: directory });
    const names = readdirSync(directory).sort();
    const created = names.map((name) => [name, modeOf(join(directory, name))]);
    await server.kill();

    expect(modeOf(directory)).toBe('700');
    expect(created).toEqual(
      [
        'slotgraph.db',
        'slotgraph.db-shm',
        'slotgraph.db-wal',
        'slotgraph.db.mark',
        'slotgraph.lock',
        'slotgraph.lock-journal',
      ].map((name) => [name, '600']),
    );

    const old = join(aside, 'old');
    mkdirSync(old);
    for (const name of names.filter((each) => !each.endsWith('-journal'))) {
      copyFileSync(join(directory, name), join(old, name));
    }
    await promisify(execFile)('chmod', ['-R', 'a+r', old]);
    const again = await startProcess({ ...gateway.scratch.env, DATA_DIR: old });
    expect(readdirSync(old).map((name) => modeOf(join(old, name)))).toEqual(names.map(() => '600'));
    await again.terminate();
  });

  it('are backed up while the gateway runs and books, and the backup passes verify', async () => {
    const clinic = await addClinic(gateway);
    await book(gateway, clinic, '2031-01-06T14:00:00Z');
    const target = join(aside, 'copy', 'slotgraph.db');
    let booked = 1;
    let done = false;
    const bookings = (async () => {
      for (let day = 7; !done && day < 32; day += 1) {
        if (new Date(Date.UTC(2031, 0, day)).getUTCDay() % 6 === 0) continue;
        await book(gateway, clinic, `2031-01-${String(day).padStart(2, '0')}T14:00:00Z`);
        booked += 1;
      }
    })();

    const backup = await run('backup', ['--to', target], gateway.scratch.env);
    done = true;
    await bookings;

    expect(backup).toEqual({
      code: 0,
      stdout: expect.stringContaining(`to ${target}: ${statSync(target).size} bytes.\n`),
      stderr: '',
    });
    expect([modeOf(target), readdirSync(join(aside, 'copy'))]).toEqual(['600', ['slotgraph.db']]);
    const verified = await run('verify', [], { DATA_DIR: join(aside, 'copy') });
    expect(verified.code).toBe(0);
    const kept = Number(appointmentsIn(join(aside, 'copy')));
    expect(kept).toBeGreaterThanOrEqual(1);
    expect(kept).toBeLessThanOrEqual(booked);
    await gateway.gateway.stop();
  });

  it('are backed up to a dated file by default, and an existing file is never overwritten', async () => {
    await gateway.gateway.stop();
    const directory = gateway.config.dataDirectory;
    expect((await run('backup', [], gateway.scratch.env)).code).toBe(0);
    expect(readdirSync(join(directory, 'backups'))).toEqual([
      expect.stringMatching(/^slotgraph-\d{8}T\d{6}Z\.db$/),
    ]);

    const target = join(aside, 'taken.db');
    writeFileSync(target, 'mine');
    expect(await run('backup', ['--to', target], gateway.scratch.env)).toEqual({
      code: 1,
      stdout: '',
      stderr: `${target} exists already: choose another file with --to.\n`,
    });
    expect(statSync(target).size).toBe(4);
  });
});
