import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, instant, int, key } from './tables';

/** The tables of what a business lays down. */
const RULES = [
  'business',
  'location',
  'reason',
  'reason_add_on',
  'service_location',
  'service_staff',
  'staff',
  'staff_location',
  'subject',
  'schedule_period',
  'date_override',
  'resource',
  'resource_bundle',
  'resource_bundle_item',
  'resource_need_option',
  'custom_field',
  'custom_field_reason',
];

/**
 * A number for each business that rises with every change of its rules, in the transaction of the
 * change.
 */
export class RuleVersions1763700000130 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'rule_version', {
      columns: [key(int('business_id')), instant('version')],
    });
    await runner.query(
      'INSERT INTO rule_version (business_id, version) SELECT id, 1 FROM business',
    );
    const postgres = runner.dataSource.options.type === 'postgres';
    for (const statement of postgres ? POSTGRES : []) await runner.query(statement);
    for (const table of RULES)
      for (const statement of postgres ? onPostgres(table) : onSqlite(table))
        await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    const postgres = runner.dataSource.options.type === 'postgres';
    for (const table of RULES) {
      if (postgres) await runner.query(`DROP TRIGGER rules_of_${table} ON ${table}`);
      else
        for (const event of EVENTS) await runner.query(`DROP TRIGGER rules_of_${table}_${event}`);
    }
    if (postgres) {
      await runner.query('DROP TRIGGER first_rules ON business');
      for (const name of ['rules_change', 'rules_begin'])
        await runner.query(`DROP FUNCTION ${name}()`);
    } else await runner.query('DROP TRIGGER first_rules');
    await runner.dropTable('rule_version');
  }
}

/**
 * The row is locked at the end of a transaction, as the last of its locks: two that change rules
 * never wait for each other in a ring. A transaction that
 * changes many rows raises it once.
 */
const POSTGRES = [
  `CREATE FUNCTION rules_change() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    tenant integer;
  BEGIN
    IF TG_TABLE_NAME = 'business' THEN
      tenant := coalesce(NEW.id, OLD.id);
    ELSE
      tenant := coalesce(NEW.business_id, OLD.business_id);
    END IF;
    UPDATE rule_version SET version = version + 1 WHERE business_id = tenant AND xmin <> pg_current_xact_id()::xid;
    RETURN NULL;
  END $$`,
  `CREATE FUNCTION rules_begin() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO rule_version (business_id, version) VALUES (NEW.id, 1);
    RETURN NULL;
  END $$`,
  'CREATE TRIGGER first_rules AFTER INSERT ON business FOR EACH ROW EXECUTE FUNCTION rules_begin()',
];

const onPostgres = (table: string): string[] => [
  `CREATE CONSTRAINT TRIGGER rules_of_${table} AFTER INSERT OR UPDATE OR DELETE ON ${table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rules_change()`,
];

const EVENTS = ['insert', 'update', 'delete'] as const;

const onSqlite = (table: string): string[] => {
  const tenant = table === 'business' ? 'id' : 'business_id';
  const first =
    'CREATE TRIGGER first_rules AFTER INSERT ON business BEGIN INSERT INTO rule_version (business_id, version) VALUES (NEW.id, 1); END';
  return [
    ...(table === 'business' ? [first] : []),
    ...EVENTS.map(
      (event) => `CREATE TRIGGER rules_of_${table}_${event} AFTER ${event.toUpperCase()} ON ${table}
      BEGIN UPDATE rule_version SET version = version + 1 WHERE business_id = ${event === 'delete' ? 'OLD' : 'NEW'}.${tenant}; END`,
    ),
  ];
};
