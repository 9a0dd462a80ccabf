import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, instant, int, key, nullable, text } from './tables';

export class RecurringAppointments1763700000040 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'recurring_appointment', {
      columns: [
        key(int('business_id')),
        key(int('id')),
        int('version'),
        text('rrule', 600),
        text('time_zone_code', 64),
        text('local_start', 19),
        int('duration_minutes'),
        int('reason_id'),
        int('location_id'),
        nullable(int('staff_id')),
        nullable(int('client_id')),
        instant('created_at'),
        text('created_by', 201),
        instant('modified_at'),
        text('modified_by', 201),
      ],
      references: {
        business_id: 'business',
        reason_id: 'reason',
        location_id: 'location',
        staff_id: 'staff',
        client_id: 'client',
      },
      indexes: [['business_id', 'client_id']],
    });
    await runner.query('ALTER TABLE appointment ADD COLUMN recurring_appointment_id integer');
    await runner.query('ALTER TABLE appointment ADD COLUMN recurrence_start varchar(19)');
    await runner.query(
      'CREATE INDEX ix_appointment_recurring_appointment_id_start_at_id ON appointment (business_id, recurring_appointment_id, start_at, id)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_appointment_recurring_appointment_id_start_at_id');
    await runner.query('ALTER TABLE appointment DROP COLUMN recurrence_start');
    await runner.query('ALTER TABLE appointment DROP COLUMN recurring_appointment_id');
    await runner.dropTable('recurring_appointment');
  }
}
