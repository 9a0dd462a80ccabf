import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  createTable,
  decimal,
  flag,
  instant,
  int,
  json,
  key,
  longText,
  nullable,
  text,
} from './tables';

const tenant = key(int('business_id'));
const id = key(int('id'));
const reason = (name: string) => nullable(text(name, 2000));
const STATUSES = `('PENDING', 'OPEN', 'COMPLETED', 'NO_SHOW', 'CANCELLED', 'DELETED')`;

export class Bookings1763700000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const postgres = runner.dataSource.options.type === 'postgres';
    if (postgres) await runner.query('CREATE EXTENSION IF NOT EXISTS btree_gist');

    await createTable(runner, 'appointment', {
      columns: [
        tenant,
        id,
        int('version'),
        int('location_id'),
        int('reason_id'),
        int('staff_id'),
        nullable(int('coordinator_staff_id')),
        nullable(int('client_id')),
        text('status', 16),
        text('sub_status_code', 40),
        instant('start_at'),
        instant('end_at'),
        instant('staff_start_at'),
        instant('staff_end_at'),
        text('time_zone_code', 64),
        text('local_start', 19),
        text('time_zone_data', 16),
        text('location_start_date', 10),
        text('location_end_date', 10),
        flag('override'),
        flag('no_preference'),
        nullable(text('address', 500)),
        nullable(text('meeting_url', 2000)),
        nullable(longText('note')),
        nullable(text('own_color', 7)),
        nullable(decimal('price')),
        text('currency', 3),
        nullable(decimal('tax_amount')),
        nullable(decimal('transaction_fee')),
        nullable(decimal('paid_amount')),
        nullable(text('payment_reference')),
        int('client_reminder_hours'),
        int('staff_reminder_hours'),
        int('remind_client_sms_hours'),
        int('remind_staff_sms_hours'),
        nullable(instant('client_confirmed_at')),
        nullable(instant('checked_in_at')),
        nullable(instant('started_at')),
        nullable(instant('completed_at')),
        nullable(instant('cancelled_at')),
        nullable(text('cancelled_by', 201)),
        reason('cancel_reason'),
        reason('completed_reason'),
        reason('no_show_reason'),
        reason('change_reason'),
        int('client_reschedule_count'),
        int('staff_reschedule_count'),
        nullable(text('batch_id')),
        nullable(text('external_event_id')),
        nullable(text('invitation_id')),
        nullable(text('job_requisition_id')),
        instant('created_at'),
        text('created_by', 201),
        instant('modified_at'),
        text('modified_by', 201),
      ],
      references: {
        business_id: 'business',
        location_id: 'location',
        reason_id: 'reason',
        staff_id: 'staff',
        coordinator_staff_id: 'staff',
        client_id: 'client',
      },
      indexes: [
        ['business_id', 'start_at', 'id'],
        ['business_id', 'location_id', 'start_at', 'id'],
        ['business_id', 'staff_id', 'start_at', 'id'],
        ['business_id', 'client_id', 'start_at', 'id'],
        ['business_id', 'reason_id', 'start_at', 'id'],
        ['business_id', 'created_at', 'id'],
      ],
      checks: {
        ck_appointment_status: `status IN ${STATUSES}`,
        ck_appointment_interval:
          'start_at < end_at AND staff_start_at <= start_at AND end_at <= staff_end_at',
      },
    });
    await createTable(runner, 'appointment_staff', {
      columns: [tenant, key(int('appointment_id')), key(int('staff_id'))],
      references: { appointment_id: 'appointment', staff_id: 'staff' },
      indexes: [['business_id', 'staff_id', 'appointment_id']],
    });
    await createTable(runner, 'appointment_sub_status', {
      columns: [tenant, key(text('code', 40)), text('label', 80), text('status', 16)],
      references: { business_id: 'business' },
      checks: { ck_appointment_sub_status: `status IN ${STATUSES}` },
    });
    await createTable(runner, 'claim', {
      columns: [
        tenant,
        key(int('appointment_id')),
        key(int('subject_id')),
        instant('start_ms'),
        instant('end_ms'),
        int('units'),
        flag('override'),
        flag('exclusive'),
      ],
      references: { subject_id: 'subject' },
      indexes: [['business_id', 'subject_id', 'end_ms']],
      checks: { ck_claim_interval: 'start_ms < end_ms', ck_claim_units: 'units >= 1' },
      exclusions: {
        xc_claim_overlap:
          'USING gist (business_id WITH =, subject_id WITH =, int8range(start_ms, end_ms) WITH &&) WHERE (exclusive)',
      },
    });
    await createTable(runner, 'event', {
      columns: [
        tenant,
        key(instant('position')),
        nullable(instant('seq')),
        text('type', 40),
        nullable(int('appointment_id')),
        instant('occurred_at'),
        text('actor', 201),
        text('actor_role', 32),
        nullable(text('reason', 2000)),
        json('changes'),
        json('snapshot'),
      ],
      references: { business_id: 'business' },
      indexes: [['business_id', 'appointment_id', 'position']],
      unique: [['business_id', 'seq']],
    });
    await createTable(runner, 'log_head', {
      columns: [tenant, instant('last_seq')],
      references: { business_id: 'business' },
    });
    await createTable(runner, 'idempotency_key', {
      columns: [
        tenant,
        key(text('actor', 100)),
        key(text('key', 100)),
        text('input_hash', 43),
        nullable(json('answer')),
        instant('created_at'),
      ],
      indexes: [['created_at']],
    });
    for (const statement of postgres ? POSTGRES : SQLITE) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    const postgres = runner.dataSource.options.type === 'postgres';
    for (const table of [
      'idempotency_key',
      'log_head',
      'event',
      'claim',
      'appointment_sub_status',
      'appointment_staff',
      'appointment',
    ]) {
      await runner.dropTable(table);
    }
    if (postgres) {
      await runner.query('DROP FUNCTION claim_within_capacity()');
      await runner.query('DROP SEQUENCE event_position');
    }
  }
}

/**
 * The most units taken at one instant within the new claim's interval. The peak lies at the start
 * of some claim or of the new one, so only
 * those instants are looked at. An override is let through, and counts for whatever comes after it.
 */
const peak = (fresh: string) => `
  SELECT max(total) FROM (
    SELECT sum(c.units) AS total
    FROM (
      SELECT ${fresh}.start_ms AS at
      UNION
      SELECT start_ms FROM claim
      WHERE business_id = ${fresh}.business_id AND subject_id = ${fresh}.subject_id AND start_ms > ${fresh}.start_ms AND start_ms < ${fresh}.end_ms
    ) AS instants
    JOIN claim AS c ON c.business_id = ${fresh}.business_id AND c.subject_id = ${fresh}.subject_id AND c.start_ms <= instants.at AND c.end_ms > instants.at
    GROUP BY instants.at
  ) AS totals`;

const POSTGRES = [
  'CREATE SEQUENCE event_position',
  // What the relay has yet to number: small however long the log grows.
  `CREATE INDEX ix_event_unnumbered ON event (position) WHERE seq IS NULL`,
  // Locking the subject first makes the sum right under READ COMMITTED: a concurrent claim
  // of this subject waits here, or has committed.
  `CREATE FUNCTION claim_within_capacity() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    allowed integer;
  BEGIN
    SELECT capacity INTO allowed FROM subject WHERE business_id = NEW.business_id AND id = NEW.subject_id FOR NO KEY UPDATE;
    IF NOT NEW.override AND NEW.units + coalesce((${peak('NEW')}), 0) > allowed THEN
      RAISE EXCEPTION 'subject % of business % is taken', NEW.subject_id, NEW.business_id USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NEW;
  END $$`,
  `CREATE TRIGGER claim_within_capacity BEFORE INSERT OR UPDATE ON claim FOR EACH ROW EXECUTE FUNCTION claim_within_capacity()`,
];

const SQLITE = [
  `CREATE TRIGGER claim_within_capacity BEFORE INSERT ON claim WHEN NOT NEW.override
   BEGIN
     SELECT RAISE(ABORT, 'subject is taken') WHERE NEW.units + coalesce((${peak('NEW')}), 0)
       > (SELECT capacity FROM subject WHERE business_id = NEW.business_id AND id = NEW.subject_id);
   END`,
  `CREATE TRIGGER claim_never_changes BEFORE UPDATE ON claim BEGIN SELECT RAISE(ABORT, 'claims are deleted and inserted, never changed'); END`,
];
