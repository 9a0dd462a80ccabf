import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS: Readonly<Record<string, string>> = {
  business_phone: 'varchar(20)',
  insurance: 'json',
  referred_by: 'varchar(255)',
  spouse_name: 'varchar(255)',
};

/** Adds the business phone, insurance, referrer and spouse of a client. */
export class ClientDetails1763700000240 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [name, type] of Object.entries(COLUMNS))
      await runner.query(`ALTER TABLE client ADD COLUMN ${name} ${type}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of Object.keys(COLUMNS))
      await runner.query(`ALTER TABLE client DROP COLUMN ${name}`);
  }
}
