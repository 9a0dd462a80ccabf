import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Prices of a staff member by length. */
export class StaffRates1763700000230 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE service_staff ADD COLUMN durations json NOT NULL DEFAULT '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE service_staff DROP COLUMN durations');
  }
}
