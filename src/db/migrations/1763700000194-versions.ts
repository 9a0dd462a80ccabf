import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS: readonly (readonly [table: string, column: string])[] = [
  ['business', 'version'],
  ['business', 'message_settings_version'],
  ['location', 'version'],
  ['staff', 'version'],
  ['client', 'version'],
  ['reason', 'version'],
  ['resource', 'version'],
  ['resource_bundle', 'version'],
  ['schedule_period', 'version'],
  ['date_override', 'version'],
  ['course_set', 'version'],
  ['custom_field', 'version'],
  ['appointment_sub_status', 'version'],
  ['webhook', 'version'],
  ['message_template', 'version'],
  ['waitlist_settings', 'version'],
];

/** The version of each row that can be updated, which each update increments. */
export class Versions1763700000194 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column] of COLUMNS)
      await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} integer NOT NULL DEFAULT 1`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, column] of COLUMNS)
      await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
  }
}
