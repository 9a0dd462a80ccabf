import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, int, key, text } from './tables';

const INDEXES: Readonly<Record<string, string>> = {
  ix_appointment_modified_at_id: 'appointment (business_id, modified_at, id)',
  ix_appointment_external_event:
    'appointment (business_id, external_event_id) WHERE external_event_id IS NOT NULL',
  ix_appointment_batch: 'appointment (business_id, batch_id) WHERE batch_id IS NOT NULL',
  ix_appointment_hold_start:
    'appointment (business_id, start_at, id) WHERE hold_expires_at IS NOT NULL',
  ix_appointment_unconfirmed: `appointment (business_id, start_at, id) WHERE sub_status_code = 'PENDING_CONFIRMATION'`,
  ix_client_modified_at_id: 'client (business_id, modified_at, id)',
};

const SQLITE_ROWS = `
  INSERT INTO client_external_id (business_id, system, external_id, client_id)
  SELECT NEW.business_id, own.key, own.value, NEW.id FROM json_each(NEW.external_ids) AS own`;

const SQLITE = [
  `CREATE TRIGGER client_external_ids_inserted AFTER INSERT ON client
    WHEN NEW.external_ids <> '{}' BEGIN ${SQLITE_ROWS}; END`,
  `CREATE TRIGGER client_external_ids_updated AFTER UPDATE OF external_ids ON client
    WHEN NEW.external_ids <> OLD.external_ids BEGIN
    DELETE FROM client_external_id WHERE business_id = NEW.business_id AND client_id = NEW.id;
    ${SQLITE_ROWS}; END`,
];

const POSTGRES = [
  `CREATE FUNCTION client_external_ids() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    DELETE FROM client_external_id WHERE business_id = NEW.business_id AND client_id = NEW.id;
    INSERT INTO client_external_id (business_id, system, external_id, client_id)
    SELECT NEW.business_id, own.key, own.value, NEW.id FROM json_each_text(NEW.external_ids) AS own;
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER client_external_ids_inserted AFTER INSERT ON client
    FOR EACH ROW WHEN (NEW.external_ids::text <> '{}') EXECUTE FUNCTION client_external_ids()`,
  `CREATE TRIGGER client_external_ids_updated AFTER UPDATE OF external_ids ON client
    FOR EACH ROW WHEN (NEW.external_ids::text <> OLD.external_ids::text)
    EXECUTE FUNCTION client_external_ids()`,
];

/**
 * Adds indexes of lookups by the callers' own ids and by the instant of the last change. Triggers
 * keep the external ids of clients, which are JSON, in a table that an index serves on both
 * databases.
 */
export class Lookups1763700000193 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const postgres = runner.dataSource.options.type === 'postgres';
    for (const [name, columns] of Object.entries(INDEXES))
      await runner.query(`CREATE INDEX ${name} ON ${columns}`);
    await createTable(runner, 'client_external_id', {
      columns: [
        key(int('business_id')),
        key(text('system', 40)),
        key(text('external_id')),
        key(int('client_id')),
      ],
      references: { client_id: 'client' },
      indexes: [['business_id', 'client_id']],
    });
    await runner.query(`
      INSERT INTO client_external_id (business_id, system, external_id, client_id)
      SELECT c.business_id, own.key, own.value, c.id
      FROM client AS c CROSS JOIN ${postgres ? 'json_each_text' : 'json_each'}(c.external_ids) AS own`);
    for (const statement of postgres ? POSTGRES : SQLITE) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    const postgres = runner.dataSource.options.type === 'postgres';
    for (const trigger of ['client_external_ids_inserted', 'client_external_ids_updated'])
      await runner.query(`DROP TRIGGER ${trigger}${postgres ? ' ON client' : ''}`);
    if (postgres) await runner.query('DROP FUNCTION client_external_ids()');
    await runner.dropTable('client_external_id');
    for (const name of Object.keys(INDEXES)) await runner.query(`DROP INDEX ${name}`);
  }
}
