import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, instant, int, key } from './tables';

/**
 * Copies the start of an appointment to its additional staff, so that an index has the appointments
 * of one staff member in order.
 * The table is created again because SQLite cannot add a NOT NULL column without a default.
 */
export class AppointmentStaffByStart1763700000174 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE kept_appointment_staff AS
      SELECT h.business_id, h.appointment_id, h.staff_id, a.start_at FROM appointment_staff AS h
      JOIN appointment AS a ON a.business_id = h.business_id AND a.id = h.appointment_id`);
    await runner.dropTable('appointment_staff');
    await createTable(runner, 'appointment_staff', {
      columns: [
        key(int('business_id')),
        key(int('appointment_id')),
        key(int('staff_id')),
        instant('start_at'),
      ],
      references: { appointment_id: 'appointment', staff_id: 'staff' },
      indexes: [['business_id', 'staff_id', 'start_at', 'appointment_id']],
    });
    await runner.query(`
      INSERT INTO appointment_staff (business_id, appointment_id, staff_id, start_at)
      SELECT business_id, appointment_id, staff_id, start_at FROM kept_appointment_staff`);
    await runner.query('DROP TABLE kept_appointment_staff');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_appointment_staff_staff_id_start_at_appointment_id');
    await runner.query('ALTER TABLE appointment_staff DROP COLUMN start_at');
    await runner.query(`
      CREATE INDEX ix_appointment_staff_staff_id_appointment_id
      ON appointment_staff (business_id, staff_id, appointment_id)`);
  }
}
