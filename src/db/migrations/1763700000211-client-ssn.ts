import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the sealed social security number of a client. */
export class ClientSsn1763700000211 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE client ADD COLUMN ssn_sealed text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE client DROP COLUMN ssn_sealed');
  }
}
