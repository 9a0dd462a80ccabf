import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Somebody may wait for a full session. Without a foreign key: SQLite adds none to a table. */
export class WaitlistOfClasses1763700000091 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE waitlist_entry ADD COLUMN class_schedule_id integer');
    await runner.query(
      'CREATE INDEX ix_waitlist_entry_class ON waitlist_entry (business_id, class_schedule_id, created_at, id) WHERE class_schedule_id IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_waitlist_entry_class');
    await runner.query('ALTER TABLE waitlist_entry DROP COLUMN class_schedule_id');
  }
}
