import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS: Readonly<Record<string, string>> = {
  expires_at: 'bigint',
  last_used_at: 'bigint',
  allowed_origins: `json NOT NULL DEFAULT '[]'`,
  previous_hash: 'varchar(43)',
  previous_key_until: 'bigint',
};

/** Adds the expiry, last use, origins and previous secret of an API key. */
export class KeyLifetimes1763700000242 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [name, type] of Object.entries(COLUMNS))
      await runner.query(`ALTER TABLE api_key ADD COLUMN ${name} ${type}`);
    await runner.query(
      'CREATE INDEX ix_api_key_previous_hash ON api_key (business_id, previous_hash) WHERE previous_hash IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_api_key_previous_hash');
    for (const name of Object.keys(COLUMNS))
      await runner.query(`ALTER TABLE api_key DROP COLUMN ${name}`);
  }
}
