import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['appointment', 'class_schedule'];

/**
 * The start before the first move. Null for rows that moved earlier: the log may no longer have
 * their first start.
 */
export class OriginalStarts1763700000191 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES)
      await runner.query(`ALTER TABLE ${table} ADD COLUMN original_start_at bigint`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES)
      await runner.query(`ALTER TABLE ${table} DROP COLUMN original_start_at`);
  }
}
