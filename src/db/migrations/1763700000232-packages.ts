import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, decimal, flag, instant, int, key, nullable, text } from './tables';

const tenant = key(int('business_id'));
const version = { ...int('version'), default: '1' };

/** Packages, the reasons for which they are valid, and those that clients bought. */
export class Packages1763700000232 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'package', {
      columns: [
        tenant,
        key(int('id')),
        version,
        text('name'),
        nullable(decimal('price')),
        text('currency', 3),
        int('uses'),
        nullable(int('valid_days')),
        flag('active'),
        flag('deleted'),
        instant('created_at'),
        instant('modified_at'),
      ],
      references: { business_id: 'business' },
      indexes: [['business_id', 'created_at', 'id']],
      checks: { ck_package_uses: 'uses >= 1', ck_package_valid_days: 'valid_days >= 1' },
    });
    await createTable(runner, 'package_reason', {
      columns: [tenant, key(int('package_id')), key(int('reason_id'))],
      references: { package_id: 'package', reason_id: 'reason' },
      indexes: [['business_id', 'reason_id', 'package_id']],
    });
    await createTable(runner, 'package_sold', {
      columns: [
        tenant,
        key(int('id')),
        version,
        int('package_id'),
        int('client_id'),
        int('uses'),
        int('uses_left'),
        nullable(decimal('price_paid')),
        text('currency', 3),
        instant('sold_at'),
        nullable(instant('expires_at')),
        flag('deleted'),
        instant('modified_at'),
      ],
      references: { business_id: 'business', package_id: 'package', client_id: 'client' },
      indexes: [
        ['business_id', 'sold_at', 'id'],
        ['business_id', 'client_id', 'sold_at', 'id'],
        ['business_id', 'package_id'],
      ],
      checks: { ck_package_sold_uses: 'uses_left >= 0 AND uses_left <= uses' },
    });
    await runner.query('ALTER TABLE appointment ADD COLUMN package_sold_id integer');
    await runner.query(
      'CREATE INDEX ix_appointment_package ON appointment (business_id, package_sold_id) WHERE package_sold_id IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_appointment_package');
    await runner.query('ALTER TABLE appointment DROP COLUMN package_sold_id');
    for (const table of ['package_sold', 'package_reason', 'package'])
      await runner.dropTable(table);
  }
}
