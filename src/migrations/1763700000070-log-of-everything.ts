import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, instant, int, json, key, nullable, text } from './tables';

/** The log tells of more than appointments, and forgets what is old: what appointments went through stays, without its snapshots. */
export class LogOfEverything1763700000070 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE event ADD COLUMN entity_type varchar(40) NOT NULL DEFAULT 'Appointment'`);
    await runner.query('ALTER TABLE event ADD COLUMN entity_id integer NOT NULL DEFAULT 0');
    await runner.query('UPDATE event SET entity_id = appointment_id WHERE appointment_id IS NOT NULL');
    await runner.query('ALTER TABLE log_head ADD COLUMN pruned_seq bigint NOT NULL DEFAULT 0');
    await createTable(runner, 'appointment_history', {
      columns: [
        key(int('business_id')), key(instant('position')), int('appointment_id'), text('type', 40), instant('occurred_at'), text('actor', 201),
        nullable(text('reason', 2000)), json('changes'), nullable(text('sub_status_code', 40)),
      ],
      references: { business_id: 'business' },
      indexes: [['business_id', 'appointment_id', 'position']],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('appointment_history');
    await runner.query('ALTER TABLE log_head DROP COLUMN pruned_seq');
    await runner.query('ALTER TABLE event DROP COLUMN entity_id');
    await runner.query('ALTER TABLE event DROP COLUMN entity_type');
  }
}
