import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A hold expires at an instant, which its row and its claims store. The next booking of the time
 * deletes expired claims.
 */
export class Holds1763700000020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE appointment ADD COLUMN hold_expires_at bigint');
    await runner.query('ALTER TABLE appointment ADD COLUMN hold_secret_hash varchar(43)');
    await runner.query('ALTER TABLE claim ADD COLUMN expires_at bigint');
    await runner.query(
      'CREATE INDEX ix_appointment_hold ON appointment (hold_expires_at) WHERE hold_expires_at IS NOT NULL',
    );
    await runner.query(
      'CREATE INDEX ix_claim_expiring ON claim (business_id, subject_id) WHERE expires_at IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_claim_expiring');
    await runner.query('DROP INDEX ix_appointment_hold');
    await runner.query('ALTER TABLE claim DROP COLUMN expires_at');
    await runner.query('ALTER TABLE appointment DROP COLUMN hold_secret_hash');
    await runner.query('ALTER TABLE appointment DROP COLUMN hold_expires_at');
  }
}
