import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, instant, int, key, text } from './tables';

/** The publishable key that made each hold, whose open holds are limited. */
export class PublicHolds1763700000181 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'public_hold', {
      columns: [
        key(int('business_id')),
        key(int('appointment_id')),
        text('actor', 100),
        instant('expires_at'),
      ],
      references: { appointment_id: 'appointment' },
      indexes: [['business_id', 'expires_at']],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('public_hold');
  }
}
