import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { run } from './commands.fixture';

jest.setTimeout(60_000);

describe('each command', () => {
  let directory: string;
  beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'slotgraph-none-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  /** Names of the commands, from the overview. */
  const commandNames = async () => {
    const { stdout } = await run('--help', [], {});
    const [, list = ''] = /^Commands:\n(.*?)\n\n/ms.exec(stdout) ?? [];
    return list.split('\n').map((line) => line.trim().split(' ')[0] as string);
  };

  it('is a script of package.json, and part of the executable', async () => {
    const { scripts, bin } = JSON.parse(readFileSync('package.json', 'utf8'));
    const names = await commandNames();

    expect(names).toEqual([
      'start',
      'create-business',
      'create-key',
      'backup',
      'restored',
      'verify',
      'export',
      'tz-check',
      'explain',
    ]);
    for (const name of names.slice(1)) expect(scripts[name]).toBe(`${scripts.slotgraph} ${name}`);
    expect(readFileSync(bin.slotgraph, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it('prints its options with --help, refuses unknown ones, and creates no database by accident', async () => {
    const env = { DATA_DIR: join(directory, 'data') };
    const file = join(directory, 'data', 'slotgraph.db');
    for (const name of await commandNames()) {
      const args =
        {
          'create-business': ['--name', 'x', '--time-zone', 'UTC'],
          export: ['--business', '1', '--out', '-'],
          explain: ['{ viewer { role } }'],
        }[name] ?? [];
      const [help, misspelt, surplus] = await Promise.all([
        run(name, ['--help'], env),
        run(name, ['--hepl'], env),
        run(name, [...args, 'more', 'yet'], env),
      ]);

      expect([name, help.code, help.stderr]).toEqual([name, 0, '']);
      expect(help.stdout).toMatch(
        new RegExp(`^Usage: slotgraph ${name}.*^Options:.*^Example:`, 'ms'),
      );
      expect(misspelt).toEqual({
        code: 2,
        stdout: '',
        stderr: `Unknown option '--hepl'. See: slotgraph ${name} --help\n`,
      });
      expect([surplus.code, surplus.stderr]).toEqual([
        2,
        `Unexpected argument 'more'. See: slotgraph ${name} --help\n`,
      ]);
      // The start of the gateway creates the database.
      if (name === 'start') continue;
      expect(await run(name, args, env)).toEqual({
        code: 1,
        stdout: '',
        stderr: `There is no database at ${file}. Set DATA_DIR to the directory of the gateway, or DATABASE_URL to its PostgreSQL.\n`,
      });
      expect(readdirSync(directory)).toEqual([]);
    }
  });

  it.each([
    ['creat-key', "Unknown command 'creat-key'. See: slotgraph --help\n"],
    ['toString', "Unknown command 'toString'. See: slotgraph --help\n"],
    ['--hepl', "Unknown option '--hepl'. See: slotgraph --help\n"],
  ])('does not exist for %s, which ends with status 2 and one line', async (name, stderr) => {
    expect(await run(name, [], {})).toEqual({ code: 2, stdout: '', stderr });
  });

  it('requires a value of an option that has one', async () => {
    const { code, stderr } = await run('backup', ['--to'], {});

    expect(code).toBe(2);
    expect(stderr).toBe("Option '--to <value>' argument missing. See: slotgraph backup --help\n");
  });

  it('states the default of an option', async () => {
    const { stdout } = await run('restored', ['--help'], {});

    expect(stdout).toContain(
      '  --ids-above ID  The largest id that may have been issued. Defaults to 0.\n',
    );
  });

  it('does not migrate by accident', async () => {
    const file = new BetterSqlite3(join(directory, 'slotgraph.db'));
    for (const [tables, fault] of [
      ['SELECT 1', 'The database has no tables of Slotgraph.'],
      [
        "CREATE TABLE migrations (name); INSERT INTO migrations VALUES ('FirstTables1763700000000')",
        'The tables are those of an earlier version: ',
      ],
    ] as const) {
      file.exec(tables);
      const { code, stderr } = await run('verify', [], { DATA_DIR: directory });
      expect(code).toBe(1);
      expect(stderr).toContain(fault);
      expect(stderr).toContain('Start the gateway once (npm start)');
    }
    file.close();
  });

  it('create-business creates the database with --init', async () => {
    const { code, stdout } = await run(
      'create-business',
      ['--init', '--name', 'First', '--time-zone', 'UTC'],
      { DATA_DIR: join(directory, 'data') },
    );

    expect(code).toBe(0);
    expect(stdout).toMatch(/^Business {5}Business:1 First\n/);
  });
});
