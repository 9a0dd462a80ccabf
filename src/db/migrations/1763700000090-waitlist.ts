import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, instant, int, json, key, longText, nullable, text } from './tables';

const tenant = key(int('business_id'));
const id = key(int('id'));

/** Who waits for a place, how a business invites them, and what the log tells of it. */
export class Waitlist1763700000090 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const column of ['max_wait_list', 'wait_list_hold_hours'])
      await runner.query(`ALTER TABLE reason ADD COLUMN ${column} integer`);
    await runner.query('ALTER TABLE event ADD COLUMN waitlist_entry_id integer');
    await runner.query(
      'CREATE INDEX ix_event_waitlist ON event (business_id, waitlist_entry_id, position) WHERE waitlist_entry_id IS NOT NULL',
    );
    await createTable(runner, 'waitlist_entry', {
      columns: [
        tenant,
        id,
        int('version'),
        int('reason_id'),
        int('location_id'),
        int('client_id'),
        text('status', 8),
        text('kind', 16),
        json('times'),
        nullable(text('from_date', 10)),
        nullable(text('to_date', 10)),
        json('times_of_day'),
        json('staff_ids'),
        instant('wanted_until'),
        int('seats'),
        nullable(longText('note')),
        nullable(text('claim_secret_hash', 43)),
        nullable(instant('invited_at')),
        nullable(instant('invitation_expires_at')),
        nullable(int('appointment_id')),
        instant('created_at'),
        text('created_by', 201),
        instant('modified_at'),
        text('modified_by', 201),
      ],
      references: {
        business_id: 'business',
        reason_id: 'reason',
        location_id: 'location',
        client_id: 'client',
        appointment_id: 'appointment',
      },
      indexes: [
        ['business_id', 'created_at', 'id'],
        ['business_id', 'client_id', 'created_at', 'id'],
        ['business_id', 'reason_id', 'location_id', 'status'],
        ['business_id', 'appointment_id'],
      ],
      checks: {
        ck_waitlist_entry_status: `status IN ('WAITING', 'INVITED', 'BOOKED', 'EXPIRED', 'REMOVED')`,
        ck_waitlist_entry_appointment: `(status IN ('INVITED', 'BOOKED')) = (appointment_id IS NOT NULL)`,
        ck_waitlist_entry_seats: 'seats >= 1',
      },
    });
    await runner.query(
      `CREATE INDEX ix_waitlist_entry_open ON waitlist_entry (status, invitation_expires_at, wanted_until) WHERE status IN ('WAITING', 'INVITED')`,
    );
    await createTable(runner, 'waitlist_settings', {
      columns: [
        tenant,
        text('mode', 8),
        int('hold_hours'),
        instant('last_seq'),
        instant('looked_at'),
      ],
      references: { business_id: 'business' },
      checks: {
        ck_waitlist_settings_mode: `mode IN ('OFF', 'NEXT', 'ALL')`,
        ck_waitlist_settings_hours: 'hold_hours >= 1',
      },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('waitlist_settings');
    await runner.dropTable('waitlist_entry');
    await runner.query('DROP INDEX ix_event_waitlist');
    await runner.query('ALTER TABLE event DROP COLUMN waitlist_entry_id');
    for (const column of ['max_wait_list', 'wait_list_hold_hours'])
      await runner.query(`ALTER TABLE reason DROP COLUMN ${column}`);
  }
}
