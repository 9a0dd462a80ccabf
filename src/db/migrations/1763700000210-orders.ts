import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Indexes of lists that are ordered by texts: by code points, as on SQLite. */
const INDEXES: Readonly<Record<string, (text: (column: string) => string) => string>> = {
  ix_appointment_status_start_at_id: (text) =>
    `appointment (business_id, ${text('status')}, start_at, id)`,
  ix_client_last_name_first_name_id: (text) =>
    `client (business_id, ${text('last_name')}, ${text('first_name')}, id)`,
};

export class Orders1763700000210 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const postgres = runner.dataSource.options.type === 'postgres';
    const text = (column: string) => (postgres ? `${column} COLLATE "C"` : column);
    for (const [name, on] of Object.entries(INDEXES))
      await runner.query(`CREATE INDEX ${name} ON ${on(text)}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of Object.keys(INDEXES)) await runner.query(`DROP INDEX ${name}`);
  }
}
