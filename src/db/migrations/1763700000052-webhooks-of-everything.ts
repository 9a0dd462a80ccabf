import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Webhooks tell of more than appointments, and keep the order of whatever they tell of. */
export class WebhooksOfEverything1763700000052 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE webhook_delivery ADD COLUMN about varchar(60)');
    await runner.query(
      `UPDATE webhook_delivery SET about = 'Appointment:' || appointment_id WHERE appointment_id IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE webhook_delivery DROP COLUMN about');
  }
}
