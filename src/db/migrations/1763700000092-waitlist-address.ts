import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where somebody who waits wants it, at a location without an address of its own. */
export class WaitlistAddress1763700000092 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE waitlist_entry ADD COLUMN address varchar(500)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE waitlist_entry DROP COLUMN address');
  }
}
