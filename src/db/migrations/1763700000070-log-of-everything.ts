import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Records changes of all entities in the log, and the position of its first event after pruning.
 */
export class LogOfEverything1763700000070 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE event ADD COLUMN entity_type varchar(40) NOT NULL DEFAULT 'Appointment'`,
    );
    await runner.query('ALTER TABLE event ADD COLUMN entity_id integer NOT NULL DEFAULT 0');
    await runner.query(
      'UPDATE event SET entity_id = appointment_id WHERE appointment_id IS NOT NULL',
    );
    await runner.query('ALTER TABLE log_head ADD COLUMN pruned_seq bigint NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE log_head DROP COLUMN pruned_seq');
    await runner.query('ALTER TABLE event DROP COLUMN entity_id');
    await runner.query('ALTER TABLE event DROP COLUMN entity_type');
  }
}
