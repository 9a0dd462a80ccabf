import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The bookings that a webhook receives events of; null for all. */
export class WebhookFilters1763700000150 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE webhook ADD COLUMN booking_filter json');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE webhook DROP COLUMN booking_filter');
  }
}
