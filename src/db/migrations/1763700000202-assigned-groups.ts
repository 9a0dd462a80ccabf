import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS = ['location_group_id', 'location_super_group_id', 'reason_group_id'];

/** Groups by which appointments are booked. */
export class AssignedGroups1763700000202 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const column of COLUMNS)
      await runner.query(`ALTER TABLE appointment ADD COLUMN ${column} integer`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of COLUMNS)
      await runner.query(`ALTER TABLE appointment DROP COLUMN ${column}`);
  }
}
