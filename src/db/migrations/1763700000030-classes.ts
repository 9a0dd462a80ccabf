import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, decimal, instant, int, key, nullable, text } from './tables';

const tenant = key(int('business_id'));
const id = key(int('id'));

/** Sessions of classes and courses, and which appointments have seats in them. */
export class Classes1763700000030 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'course_set', {
      columns: [
        tenant,
        id,
        int('reason_id'),
        int('location_id'),
        nullable(text('name')),
        nullable(decimal('price')),
        instant('start_at'),
        instant('created_at'),
        text('created_by', 201),
        instant('modified_at'),
        text('modified_by', 201),
      ],
      references: { business_id: 'business', reason_id: 'reason', location_id: 'location' },
      indexes: [
        ['business_id', 'start_at', 'id'],
        ['business_id', 'reason_id', 'start_at', 'id'],
      ],
    });
    await createTable(runner, 'class_schedule', {
      columns: [
        tenant,
        id,
        int('version'),
        int('subject_id'),
        int('reason_id'),
        int('staff_id'),
        int('location_id'),
        nullable(int('resource_id')),
        nullable(int('course_set_id')),
        nullable(int('first_of_series_id')),
        text('status', 16),
        instant('start_at'),
        instant('end_at'),
        instant('staff_start_at'),
        instant('staff_end_at'),
        text('time_zone_code', 64),
        text('local_start', 19),
        text('time_zone_data', 16),
        text('location_start_date', 10),
        text('location_end_date', 10),
        int('capacity'),
        nullable(decimal('price')),
        nullable(text('address', 500)),
        nullable(text('meeting_url', 2000)),
        instant('created_at'),
        text('created_by', 201),
        instant('modified_at'),
        text('modified_by', 201),
        nullable(instant('cancelled_at')),
        nullable(text('cancelled_by', 201)),
        nullable(text('cancel_reason', 2000)),
      ],
      references: {
        business_id: 'business',
        subject_id: 'subject',
        reason_id: 'reason',
        staff_id: 'staff',
        location_id: 'location',
        resource_id: 'resource',
        course_set_id: 'course_set',
      },
      indexes: [
        ['business_id', 'start_at', 'id'],
        ['business_id', 'reason_id', 'start_at', 'id'],
        ['business_id', 'location_id', 'start_at', 'id'],
        ['business_id', 'staff_id', 'start_at', 'id'],
        ['business_id', 'course_set_id', 'start_at', 'id'],
        ['business_id', 'first_of_series_id', 'start_at', 'id'],
      ],
      unique: [['business_id', 'subject_id']],
      checks: {
        ck_class_schedule_status: `status IN ('OPEN', 'CANCELLED')`,
        ck_class_schedule_interval:
          'start_at < end_at AND staff_start_at <= start_at AND end_at <= staff_end_at',
        ck_class_schedule_capacity: 'capacity >= 1',
      },
    });
    await runner.query('ALTER TABLE appointment ADD COLUMN class_schedule_id integer');
    await runner.query('ALTER TABLE appointment ADD COLUMN seats integer NOT NULL DEFAULT 1');
    await runner.query(
      'CREATE INDEX ix_appointment_class ON appointment (business_id, class_schedule_id, start_at, id) WHERE class_schedule_id IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_appointment_class');
    for (const column of ['seats', 'class_schedule_id'])
      await runner.query(`ALTER TABLE appointment DROP COLUMN ${column}`);
    for (const table of ['class_schedule', 'course_set']) await runner.dropTable(table);
  }
}
