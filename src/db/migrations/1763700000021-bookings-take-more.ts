import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, int, key } from './tables';

const tenant = key(int('business_id'));
const appointment = key(int('appointment_id'));

/** Bookings take resources beside staff, and come with add-ons. */
export class BookingsTakeMore1763700000021 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'appointment_resource', {
      columns: [tenant, appointment, key(int('resource_id')), int('units')],
      references: { appointment_id: 'appointment', resource_id: 'resource' },
      indexes: [['business_id', 'resource_id', 'appointment_id']],
      checks: { ck_appointment_resource_units: 'units >= 1' },
    });
    await createTable(runner, 'appointment_add_on', {
      columns: [tenant, appointment, key(int('reason_id'))],
      references: { appointment_id: 'appointment', reason_id: 'reason' },
      indexes: [['business_id', 'reason_id', 'appointment_id']],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['appointment_add_on', 'appointment_resource'])
      await runner.dropTable(table);
  }
}
