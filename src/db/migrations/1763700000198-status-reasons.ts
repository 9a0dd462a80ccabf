import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  appointment: ['cancel_reason_code', 'completed_reason_code', 'no_show_reason_code'],
  class_schedule: ['cancel_reason_code'],
  course_set: ['cancel_reason_code'],
};

/** Codes of reasons beside their texts. Null for older rows, which have the text only. */
export class StatusReasons1763700000198 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, columns] of Object.entries(COLUMNS))
      for (const column of columns)
        await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} varchar(32)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, columns] of Object.entries(COLUMNS))
      for (const column of columns)
        await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
  }
}
