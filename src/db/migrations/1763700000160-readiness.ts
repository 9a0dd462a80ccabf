import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, instant, int, key } from './tables';

/** One row that the readiness check updates: a database that only reads is not ready. */
export class Readiness1763700000160 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'readiness', { columns: [key(int('id')), instant('checked_at')] });
    await runner.query('INSERT INTO readiness (id, checked_at) VALUES (1, 0)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('readiness');
  }
}
