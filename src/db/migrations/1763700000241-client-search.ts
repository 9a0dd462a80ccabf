import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, int, key, text } from './tables';

const SQLITE_ROWS = `
  INSERT OR IGNORE INTO client_tag (business_id, tag, client_id)
  SELECT NEW.business_id, own.value, NEW.id FROM json_each(NEW.tags) AS own`;

const SQLITE = [
  `CREATE TRIGGER client_tags_inserted AFTER INSERT ON client
    WHEN NEW.tags <> '[]' BEGIN ${SQLITE_ROWS}; END`,
  `CREATE TRIGGER client_tags_updated AFTER UPDATE OF tags ON client
    WHEN NEW.tags <> OLD.tags BEGIN
    DELETE FROM client_tag WHERE business_id = NEW.business_id AND client_id = NEW.id;
    ${SQLITE_ROWS}; END`,
];

const POSTGRES = [
  `CREATE FUNCTION client_tags() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    DELETE FROM client_tag WHERE business_id = NEW.business_id AND client_id = NEW.id;
    INSERT INTO client_tag (business_id, tag, client_id)
    SELECT DISTINCT NEW.business_id, own.value, NEW.id
    FROM json_array_elements_text(NEW.tags) AS own(value);
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER client_tags_inserted AFTER INSERT ON client
    FOR EACH ROW WHEN (NEW.tags::text <> '[]') EXECUTE FUNCTION client_tags()`,
  `CREATE TRIGGER client_tags_updated AFTER UPDATE OF tags ON client
    FOR EACH ROW WHEN (NEW.tags::text <> OLD.tags::text) EXECUTE FUNCTION client_tags()`,
  'CREATE EXTENSION IF NOT EXISTS pg_trgm',
  'CREATE EXTENSION IF NOT EXISTS btree_gin',
  'CREATE INDEX ix_client_search ON client USING gin (business_id, search_text gin_trgm_ops)',
];

/**
 * Adds an index of the searched text by trigrams on PostgreSQL, and a table of the tags of clients,
 * which triggers keep, because an index serves it on both databases.
 */
export class ClientSearch1763700000241 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const postgres = runner.dataSource.options.type === 'postgres';
    await createTable(runner, 'client_tag', {
      columns: [key(int('business_id')), key(text('tag')), key(int('client_id'))],
      references: { client_id: 'client' },
      indexes: [['business_id', 'client_id']],
    });
    await runner.query(`
      INSERT INTO client_tag (business_id, tag, client_id)
      SELECT DISTINCT c.business_id, own.value, c.id
      FROM client AS c CROSS JOIN
        ${postgres ? 'json_array_elements_text(c.tags) AS own(value)' : 'json_each(c.tags) AS own'}`);
    for (const statement of postgres ? POSTGRES : SQLITE) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    const postgres = runner.dataSource.options.type === 'postgres';
    if (postgres) await runner.query('DROP INDEX ix_client_search');
    for (const trigger of ['client_tags_inserted', 'client_tags_updated'])
      await runner.query(`DROP TRIGGER ${trigger}${postgres ? ' ON client' : ''}`);
    if (postgres) await runner.query('DROP FUNCTION client_tags()');
    await runner.dropTable('client_tag');
  }
}
