import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, int, key } from './tables';

/** The locations and the staff user for whom a client was added, who see it before its first appointment. */
export class ClientAdders1763700000180 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'client_location', {
      columns: [key(int('business_id')), key(int('client_id')), key(int('location_id'))],
      references: { client_id: 'client', location_id: 'location' },
    });
    await createTable(runner, 'client_staff', {
      columns: [key(int('business_id')), key(int('client_id')), key(int('staff_id'))],
      references: { client_id: 'client', staff_id: 'staff' },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('client_location');
    await runner.dropTable('client_staff');
  }
}
