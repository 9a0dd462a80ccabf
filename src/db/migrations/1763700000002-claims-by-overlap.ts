import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * PostgreSQL finds the claims that overlap an interval by range: those of one unit by the index of
 * their exclusion, the few others by one of
 * their own. By their ends alone a booking for tomorrow would look at all that is booked after it.
 */
export class ClaimsByOverlap1763700000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (runner.dataSource.options.type !== 'postgres') return;
    await runner.query(
      'CREATE INDEX ix_claim_shared_overlap ON claim USING gist (business_id, subject_id, int8range(start_ms, end_ms)) WHERE NOT exclusive',
    );
    await runner.query(`CREATE OR REPLACE FUNCTION claim_within_capacity() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        allowed integer;
        taken integer;
      BEGIN
        SELECT capacity INTO allowed FROM subject WHERE business_id = NEW.business_id AND id = NEW.subject_id FOR NO KEY UPDATE;
        IF NEW.override THEN
          RETURN NEW;
        END IF;
        WITH rivals AS MATERIALIZED (
          SELECT start_ms, end_ms, units FROM claim
          WHERE exclusive AND business_id = NEW.business_id AND subject_id = NEW.subject_id AND int8range(start_ms, end_ms) && int8range(NEW.start_ms, NEW.end_ms)
          UNION ALL
          SELECT start_ms, end_ms, units FROM claim
          WHERE NOT exclusive AND business_id = NEW.business_id AND subject_id = NEW.subject_id AND int8range(start_ms, end_ms) && int8range(NEW.start_ms, NEW.end_ms)
        )
        SELECT max(total) INTO taken FROM (
          SELECT sum(rival.units) AS total
          FROM (SELECT DISTINCT greatest(start_ms, NEW.start_ms) AS at FROM rivals) AS instants
          JOIN rivals AS rival ON rival.start_ms <= instants.at AND rival.end_ms > instants.at
          GROUP BY instants.at
        ) AS totals;
        IF NEW.units + coalesce(taken, 0) > allowed THEN
          RAISE EXCEPTION 'subject % of business % is taken', NEW.subject_id, NEW.business_id USING ERRCODE = 'exclusion_violation';
        END IF;
        RETURN NEW;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (runner.dataSource.options.type === 'postgres')
      await runner.query('DROP INDEX ix_claim_shared_overlap');
  }
}
