import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables whose rows are deleted softly; `client` already has the column. */
const DELETABLE = ['location', 'staff', 'resource', 'resource_bundle', 'appointment_sub_status'];

const CANCELLATION = [
  'cancelled_at bigint',
  'cancelled_by varchar(201)',
  'cancel_reason varchar(2000)',
];

/** Marks of deleted rows, which appointments may refer to, and of cancelled runs of courses. */
export class Deletions1763700000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const no = runner.dataSource.options.type === 'postgres' ? 'FALSE' : '0';
    for (const table of DELETABLE)
      await runner.query(`ALTER TABLE ${table} ADD COLUMN deleted boolean NOT NULL DEFAULT ${no}`);
    for (const column of CANCELLATION)
      await runner.query(`ALTER TABLE course_set ADD COLUMN ${column}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of CANCELLATION)
      await runner.query(`ALTER TABLE course_set DROP COLUMN ${column.split(' ')[0]}`);
    for (const table of DELETABLE) await runner.query(`ALTER TABLE ${table} DROP COLUMN deleted`);
  }
}
