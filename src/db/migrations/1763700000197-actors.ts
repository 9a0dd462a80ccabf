import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  appointment: ['created_by_id', 'modified_by_id', 'cancelled_by_id'],
  class_schedule: ['created_by_id', 'modified_by_id', 'cancelled_by_id'],
  client: ['created_by_id', 'modified_by_id'],
  course_set: ['created_by_id', 'modified_by_id', 'cancelled_by_id'],
  custom_field: ['created_by_id', 'modified_by_id'],
  date_override: ['modified_by_id'],
  event: ['actor_id'],
  reason: ['modified_by_id'],
  recurring_appointment: ['created_by_id', 'modified_by_id'],
  schedule_period: ['modified_by_id'],
  waitlist_entry: ['created_by_id', 'modified_by_id'],
};

/** References to actors. Null for older rows: their names identify no actor. */
export class Actors1763700000197 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, columns] of Object.entries(COLUMNS))
      for (const column of columns)
        await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} varchar(40)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, columns] of Object.entries(COLUMNS))
      for (const column of columns)
        await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
  }
}
