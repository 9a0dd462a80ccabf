import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The invoice of an appointment. */
export class Invoices1763700000233 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE appointment ADD COLUMN invoice_reference varchar(255)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE appointment DROP COLUMN invoice_reference');
  }
}
