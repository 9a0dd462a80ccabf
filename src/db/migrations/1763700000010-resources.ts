import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  createTable,
  createTextIndex,
  flag,
  instant,
  int,
  key,
  longText,
  nullable,
  text,
} from './tables';

const tenant = key(int('business_id'));
const id = key(int('id'));

export class Resources1763700000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE subject ADD COLUMN less_since bigint');
    await createTable(runner, 'resource', {
      columns: [
        tenant,
        id,
        int('subject_id'),
        int('location_id'),
        text('name'),
        nullable(longText('description')),
        int('quantity'),
        flag('active'),
        instant('created_at'),
        instant('modified_at'),
      ],
      references: { business_id: 'business', subject_id: 'subject', location_id: 'location' },
      indexes: [['business_id', 'location_id']],
      checks: { ck_resource_quantity: 'quantity >= 1' },
    });
    await createTable(runner, 'resource_bundle', {
      columns: [
        tenant,
        id,
        int('location_id'),
        text('name'),
        flag('active'),
        instant('created_at'),
        instant('modified_at'),
      ],
      references: { business_id: 'business', location_id: 'location' },
      indexes: [['business_id', 'location_id']],
    });
    await createTable(runner, 'resource_bundle_item', {
      columns: [tenant, key(int('bundle_id')), key(int('resource_id')), int('units')],
      references: { bundle_id: 'resource_bundle', resource_id: 'resource' },
      indexes: [['business_id', 'resource_id', 'bundle_id']],
      checks: { ck_resource_bundle_item_units: 'units >= 1' },
    });
    await createTable(runner, 'resource_need_option', {
      columns: [
        tenant,
        key(int('reason_id')),
        key(int('need')),
        key(int('choice')),
        nullable(int('resource_id')),
        nullable(int('bundle_id')),
        int('units'),
      ],
      references: { reason_id: 'reason', resource_id: 'resource', bundle_id: 'resource_bundle' },
      indexes: [
        ['business_id', 'resource_id'],
        ['business_id', 'bundle_id'],
      ],
      checks: {
        ck_resource_need_option_units: 'units >= 1',
        ck_resource_need_option_one: '(resource_id IS NULL) <> (bundle_id IS NULL)',
      },
    });
    await createTextIndex(runner, 'resource', 'name');
    await createTextIndex(runner, 'resource_bundle', 'name');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'resource_need_option',
      'resource_bundle_item',
      'resource_bundle',
      'resource',
    ])
      await runner.dropTable(table);
    await runner.query('ALTER TABLE subject DROP COLUMN less_since');
  }
}
