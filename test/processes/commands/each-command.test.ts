import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { run } from './commands.fixture';

jest.setTimeout(60_000);

describe('each command', () => {
  const commands = readdirSync('src/cli')
    .filter((name) => name !== 'command.ts')
    .map((name) => name.replace('.ts', ''));
  let directory: string;
  beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'slotgraph-none-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  it('is in package.json', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(commands.map((name) => scripts[name])).toEqual(
      commands.map((name) => `node scripts/build.mjs --if-stale && node dist/src/cli/${name}.js`),
    );
  });

  it('prints its usage with --help, refuses unknown options, and creates no database by accident', async () => {
    const env = { DATA_DIR: join(directory, 'data') };
    const file = join(directory, 'data', 'slotgraph.db');
    for (const name of commands) {
      const args =
        {
          'create-business': ['--name', 'x', '--time-zone', 'UTC'],
          explain: ['{ viewer { role } }'],
        }[name] ?? [];
      const [help, misspelt, plain] = await Promise.all([
        run(name, ['--help'], env),
        run(name, ['--hepl'], env),
        run(name, args, env),
      ]);

      expect([name, help.code, help.stderr]).toEqual([name, 0, '']);
      expect(help.stdout).toMatch(new RegExp(`^npm run ${name}`));
      expect([name, misspelt.code, misspelt.stdout]).toEqual([name, 1, '']);
      expect(misspelt.stderr).toContain('--hepl');
      expect(misspelt.stderr).toContain(`npm run ${name}`);
      expect(plain).toEqual({
        code: 1,
        stdout: '',
        stderr: `There is no database at ${file}. Set DATA_DIR to the directory of the gateway, or DATABASE_URL to its PostgreSQL.\n`,
      });
      expect(readdirSync(directory)).toEqual([]);
    }
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
