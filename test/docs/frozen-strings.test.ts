import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import { loadConfig } from '../../src/config';
import { dataSource } from '../../src/data-source';
import { snakeCase } from '../../src/db/naming';
import { ErrorCode } from '../../src/errors';
import { createEncryption } from '../../src/services/encryption';
import { COLLECTORS } from '../support/fixtures/frozen-strings';
import { POSTGRES, scratchDatabase } from '../support/harness/scratch';

/**
 * Strings that are stored, signed, sent to other programs or set by operators. Data and
 * integrations of installations
 * depend on them: test/support/fixtures/frozen-strings.json may grow, but its entries are never renamed or
 * removed.
 */
const FROZEN = JSON.parse(
  readFileSync('test/support/fixtures/frozen-strings.json', 'utf8'),
) as Record<string, unknown>;

describe('frozen strings', () => {
  it.each(COLLECTORS)('keeps the %s', async (group, collect) => {
    expect(await collect()).toEqual(FROZEN[group]);
  });

  it('lists no group that the code lacks', () => {
    expect(Object.keys(FROZEN).sort()).toEqual(
      [...COLLECTORS.map(([group]) => group), 'sealed secret'].sort(),
    );
  });

  it('opens a secret that an earlier version sealed, with its purpose only', () => {
    const { open } = createEncryption('0123456789abcdef0123456789abcdef');
    const sealed = FROZEN['sealed secret'] as string;

    expect(open(sealed, 'webhook:1:2')).toBe('whsec_secret');
    expect(() => open(sealed, 'webhook:1:3')).toThrow();
  });

  it('stores each error code under its name', () => {
    expect(Object.entries(ErrorCode).filter(([name, code]) => name !== code)).toEqual([]);
  });
});

describe.each(['sqlite', ...(POSTGRES ? ['postgres'] : [])] as ('sqlite' | 'postgres')[])(
  'the migrated database on %s',
  (dialect) => {
    let source: DataSource;
    let remove: () => Promise<void>;

    beforeAll(async () => {
      const scratch = await scratchDatabase(dialect, { empty: true });
      remove = scratch.remove;
      source = dataSource(loadConfig(scratch.env));
      await source.initialize();
      await source.runMigrations();
    });
    afterAll(async () => {
      await source.destroy();
      await remove();
    });

    it('has the frozen tables and columns', async () => {
      const rows: { table: string; column: string }[] = await source.query(
        dialect === 'sqlite'
          ? `SELECT m.name AS "table", c.name AS "column" FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table'`
          : `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns WHERE table_schema = current_schema()`,
      );
      const columnsOf = (name: string) =>
        rows
          .filter(({ table }) => table === name)
          .map(({ column }) => column)
          .sort();
      const frozen = Object.entries(FROZEN['tables and columns'] as Record<string, string[]>).map(
        ([table, columns]) => [
          table,
          columns.map((column) => column.split('=')[1] ?? snakeCase(column)).sort(),
        ],
      );

      expect(frozen.map(([table]) => [table, columnsOf(table as string)])).toEqual(frozen);
    });
  },
);
