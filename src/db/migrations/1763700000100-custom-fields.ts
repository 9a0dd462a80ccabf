import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, flag, instant, int, json, key, nullable, text } from './tables';

const tenant = key(int('business_id'));

/**
 * Custom fields of appointments and clients, and their values.
 */
export class CustomFields1763700000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'custom_field', {
      columns: [
        tenant,
        key(int('id')),
        text('mode', 8),
        text('label', 100),
        text('data_type', 8),
        text('code', 40),
        flag('required'),
        flag('active'),
        flag('visible'),
        flag('visible_on_scheduler'),
        nullable(text('validation_regex', 300)),
        int('sort_order'),
        nullable(text('hint', 500)),
        flag('filter_by_service'),
        json('options'),
        instant('created_at'),
        text('created_by', 201),
        instant('modified_at'),
        text('modified_by', 201),
      ],
      references: { business_id: 'business' },
      indexes: [['business_id', 'sort_order', 'id']],
      checks: { ck_custom_field_mode: `mode IN ('APPT', 'CLIENT')` },
    });
    await runner.query(
      `CREATE UNIQUE INDEX ix_custom_field_code ON custom_field (business_id, code) WHERE code <> 'UDF'`,
    );
    await createTable(runner, 'custom_field_reason', {
      columns: [tenant, key(int('custom_field_id')), key(int('reason_id'))],
      references: { custom_field_id: 'custom_field', reason_id: 'reason' },
      indexes: [['business_id', 'reason_id', 'custom_field_id']],
    });
    const no = runner.dataSource.options.type === 'postgres' ? 'FALSE' : '0';
    await runner.query(
      `ALTER TABLE business ADD COLUMN requires_fields boolean NOT NULL DEFAULT ${no}`,
    );
    for (const table of ['appointment', 'client'])
      await runner.query(`ALTER TABLE ${table} ADD COLUMN field_values json`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['client', 'appointment'])
      await runner.query(`ALTER TABLE ${table} DROP COLUMN field_values`);
    await runner.query('ALTER TABLE business DROP COLUMN requires_fields');
    for (const table of ['custom_field_reason', 'custom_field']) await runner.dropTable(table);
  }
}
