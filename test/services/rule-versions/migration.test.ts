import { DataSource } from 'typeorm';
import { loadConfig } from '../../../src/config';
import { dataSource } from '../../../src/data-source';
import { migrations } from '../../../src/db/migrations';
import { POSTGRES, scratchDatabase } from '../../support/harness/scratch';

describe.each(['sqlite', ...(POSTGRES ? ['postgres'] : [])] as ('sqlite' | 'postgres')[])(
  'the migration to rule versions on %s',
  (dialect) => {
    it('gives each existing business a version, and reverts', async () => {
      const scratch = await scratchDatabase(dialect);
      const before = migrations.findIndex(({ name }) => name.startsWith('RuleVersions'));
      let source = dataSource(loadConfig(scratch.env));
      source.setOptions({ migrations: migrations.slice(0, before) });
      await source.initialize();
      try {
        await source.runMigrations();
        const add = (id: number) =>
          source.query(`INSERT INTO business (id, name, time_zone_code, locale, currency, country, client_reminder_hours, staff_reminder_hours,
        remind_client_sms_hours, remind_staff_sms_hours, longest_ms, created_at) VALUES (${id}, 'b', 'UTC', 'en', 'USD', 'US', 0, 0, 0, 0, 0, 0)`);
        for (const id of [3, 8]) await add(id);
        await source.destroy();
        source = new DataSource({ ...source.options, migrations } as never);
        await source.initialize();
        await source.runMigrations();
        const kept = () =>
          source.query('SELECT business_id AS id, version FROM rule_version ORDER BY business_id');
        expect(await kept()).toEqual([
          { id: 3, version: 1 },
          { id: 8, version: 1 },
        ]);
        await source.query(`UPDATE business SET name = 'c' WHERE id = 8`);
        await add(9);
        expect(
          (await kept()).map(({ id, version }: { id: number; version: number }) => [
            id,
            version > 1,
          ]),
        ).toEqual([
          [3, false],
          [8, true],
          [9, dialect === 'sqlite' ? expect.any(Boolean) : false],
        ]);
        for (let left = migrations.length; left > before; left -= 1)
          await source.undoLastMigration();
        // No trigger is left that would fail on a change of a business.
        await source.query(`UPDATE business SET name = 'd' WHERE id = 8`);
        await source.runMigrations();
        expect(await kept()).toEqual([3, 8, 9].map((id) => ({ id, version: 1 })));
      } finally {
        await source.destroy();
        await scratch.remove();
      }
    });
  },
);
