import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, int, key } from './tables';

/** Staff whose time an appointment blocks: additional staff, and others who do not serve. */
export class BlockedStaff1763700000157 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'appointment_blocked_staff', {
      columns: [key(int('business_id')), key(int('appointment_id')), key(int('staff_id'))],
      references: { appointment_id: 'appointment', staff_id: 'staff' },
      indexes: [['business_id', 'staff_id', 'appointment_id']],
    });
    await runner.query(`
      INSERT INTO appointment_blocked_staff (business_id, appointment_id, staff_id)
      SELECT business_id, appointment_id, staff_id FROM appointment_staff`);
  }

  /**
   * Releases the time of staff who do not serve: without the table no appointment would account for
   * it.
   */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM claim WHERE EXISTS (
        SELECT 1 FROM appointment_blocked_staff AS b
        JOIN staff AS p ON p.business_id = b.business_id AND p.id = b.staff_id
        WHERE b.business_id = claim.business_id AND b.appointment_id = claim.appointment_id
          AND p.subject_id = claim.subject_id AND NOT EXISTS (
            SELECT 1 FROM appointment_staff AS h WHERE h.business_id = b.business_id
              AND h.appointment_id = b.appointment_id AND h.staff_id = b.staff_id))`);
    await runner.dropTable('appointment_blocked_staff');
  }
}
