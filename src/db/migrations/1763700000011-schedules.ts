import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, instant, int, json, key, nullable, text } from './tables';

const tenant = key(int('business_id'));
const id = key(int('id'));
const owner = [
  nullable(int('staff_id')),
  nullable(int('of_location_id')),
  nullable(int('of_reason_id')),
  nullable(int('resource_id')),
];
const references = {
  business_id: 'business',
  staff_id: 'staff',
  of_location_id: 'location',
  of_reason_id: 'reason',
  resource_id: 'resource',
  location_id: 'location',
};
const ownerIndexes = [
  ['business_id', 'of_location_id'],
  ['business_id', 'of_reason_id'],
  ['business_id', 'resource_id'],
];
const ONE_OWNER = `${['staff_id', 'of_location_id', 'of_reason_id', 'resource_id'].map((column) => `CASE WHEN ${column} IS NULL THEN 0 ELSE 1 END`).join(' + ')} = 1`;
const stamps = [instant('created_at'), instant('modified_at'), text('modified_by', 201)];

export class Schedules1763700000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'schedule_period', {
      columns: [
        tenant,
        id,
        ...owner,
        text('valid_from', 10),
        nullable(text('valid_to', 10)),
        json('weekdays'),
        json('weeks_of_month'),
        json('ranges'),
        nullable(int('location_id')),
        nullable(int('reason_id')),
        ...stamps,
      ],
      references: { ...references, reason_id: 'reason' },
      indexes: [
        ['business_id', 'valid_from', 'id'],
        ['business_id', 'staff_id', 'valid_from', 'id'],
        ...ownerIndexes,
        ['business_id', 'location_id'],
      ],
      checks: {
        ck_schedule_period_owner: ONE_OWNER,
        ck_schedule_period_valid: 'valid_to IS NULL OR valid_to >= valid_from',
      },
    });
    await createTable(runner, 'date_override', {
      columns: [
        tenant,
        id,
        ...owner,
        text('date', 10),
        json('ranges'),
        nullable(int('location_id')),
        nullable(text('note')),
        ...stamps,
      ],
      references,
      indexes: [
        ['business_id', 'date', 'id'],
        ['business_id', 'staff_id', 'date', 'id'],
        ...ownerIndexes,
      ],
      checks: { ck_date_override_owner: ONE_OWNER },
    });
    // NULLs are distinct in an index; here two of them are the same place.
    const same = ['staff_id', 'of_location_id', 'of_reason_id', 'resource_id', 'location_id']
      .map((column) => `coalesce(${column}, 0)`)
      .join(', ');
    await runner.query(
      `CREATE UNIQUE INDEX ix_date_override_one ON date_override (business_id, date, ${same})`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['date_override', 'schedule_period']) await runner.dropTable(table);
  }
}
