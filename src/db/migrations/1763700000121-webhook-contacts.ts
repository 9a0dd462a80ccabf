import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who is told when a webhook is disabled. */
export class WebhookContacts1763700000121 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE webhook ADD COLUMN contact_email varchar(254)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE webhook DROP COLUMN contact_email');
  }
}
