import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, instant, int, key } from './tables';

/**
 * Adds indexes of the appointments of a staff member in the order of their creation, as the main
 * and as an additional staff member. The table of additional staff is created again because SQLite
 * cannot add a NOT NULL column without a default.
 */
export class AppointmentStaffByCreation1763700000182 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE kept_appointment_staff AS
      SELECT h.business_id, h.appointment_id, h.staff_id, h.start_at, a.created_at
      FROM appointment_staff AS h
      JOIN appointment AS a ON a.business_id = h.business_id AND a.id = h.appointment_id`);
    // The runner's cache has the indexes of earlier migrations, which `dropTable` would drop by name.
    await runner.query('DROP TABLE appointment_staff');
    await createTable(runner, 'appointment_staff', {
      columns: [
        key(int('business_id')),
        key(int('appointment_id')),
        key(int('staff_id')),
        instant('start_at'),
        instant('created_at'),
      ],
      references: { appointment_id: 'appointment', staff_id: 'staff' },
      indexes: [
        ['business_id', 'staff_id', 'start_at', 'appointment_id'],
        ['business_id', 'staff_id', 'created_at', 'appointment_id'],
      ],
    });
    await runner.query(`
      INSERT INTO appointment_staff (business_id, appointment_id, staff_id, start_at, created_at)
      SELECT business_id, appointment_id, staff_id, start_at, created_at
      FROM kept_appointment_staff`);
    await runner.query('DROP TABLE kept_appointment_staff');
    await runner.query(`
      CREATE INDEX ix_appointment_staff_id_created_at_id
      ON appointment (business_id, staff_id, created_at, id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_appointment_staff_id_created_at_id');
    await runner.query('DROP INDEX ix_appointment_staff_staff_id_created_at_appointment_id');
    await runner.query('ALTER TABLE appointment_staff DROP COLUMN created_at');
  }
}
