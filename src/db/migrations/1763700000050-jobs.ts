import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, instant, int, json, key, nullable, text } from './tables';

export class Jobs1763700000050 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'job', {
      columns: [
        key(int('business_id')),
        key(int('id')),
        text('kind', 60),
        text('key', 200),
        json('payload'),
        nullable(text('ordering_key', 200)),
        nullable(text('group_key', 200)),
        nullable(int('group_limit')),
        text('state', 8),
        instant('run_at'),
        int('attempts'),
        int('fence'),
        nullable(text('lease_owner', 64)),
        nullable(instant('lease_until')),
        nullable(text('last_error', 1000)),
        instant('created_at'),
        nullable(instant('finished_at')),
      ],
      references: { business_id: 'business' },
      unique: [['business_id', 'kind', 'key']],
      indexes: [['business_id', 'state', 'id']],
      checks: { ck_job_state: `state IN ('WAITING', 'RUNNING', 'DONE', 'DEAD')` },
    });
    await runner.query(
      `CREATE INDEX ix_job_unfinished ON job (state, run_at, id) WHERE state <> 'DONE'`,
    );
    await runner.query(
      `CREATE INDEX ix_job_ordering ON job (business_id, ordering_key, id) WHERE state IN ('WAITING', 'RUNNING')`,
    );
    await runner.query(
      `CREATE INDEX ix_job_grouped ON job (business_id, group_key, run_at) WHERE state = 'WAITING'`,
    );
    await runner.query(`CREATE INDEX ix_job_finished ON job (finished_at) WHERE state = 'DONE'`);
    if (runner.dataSource.options.type === 'postgres')
      await runner.query('CREATE SEQUENCE job_id AS integer');
  }

  async down(runner: QueryRunner): Promise<void> {
    if (runner.dataSource.options.type === 'postgres') await runner.query('DROP SEQUENCE job_id');
    await runner.dropTable('job');
  }
}
