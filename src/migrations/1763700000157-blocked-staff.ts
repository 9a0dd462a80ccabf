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

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('appointment_blocked_staff');
  }
}
