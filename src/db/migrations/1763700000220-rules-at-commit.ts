import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Compares the rule versions of an optimistic write again, after it has waited for its locks. The
 * statement reads them on its own snapshot, which is older than a change that it has waited for: the
 * deletion of a staff member, who is a subject, or of a reason or a location, whose rows the foreign
 * keys lock. The trigger fires after both locks, and reads what is committed. The statement sets the
 * versions for its transaction; writes under a lock set none.
 */
export class RulesAtCommit1763700000220 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (runner.dataSource.options.type !== 'postgres') return;
    await runner.query(`CREATE FUNCTION rules_unchanged() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        expected text := current_setting('slotgraph.rule_versions', true);
      BEGIN
        IF expected <> '' AND EXISTS (
          SELECT FROM json_to_recordset(expected::json) AS r(business_id int, version bigint)
          WHERE NOT EXISTS (SELECT FROM rule_version AS v WHERE v.business_id = r.business_id AND v.version = r.version)
        ) THEN
          RAISE EXCEPTION 'the rules have changed' USING ERRCODE = '40001';
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query(
      'CREATE TRIGGER rules_unchanged AFTER INSERT ON appointment FOR EACH STATEMENT EXECUTE FUNCTION rules_unchanged()',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    if (runner.dataSource.options.type !== 'postgres') return;
    await runner.query('DROP TRIGGER rules_unchanged ON appointment');
    await runner.query('DROP FUNCTION rules_unchanged()');
  }
}
