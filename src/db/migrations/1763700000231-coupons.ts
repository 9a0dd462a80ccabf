import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, decimal, flag, instant, int, key, nullable, text } from './tables';

const tenant = key(int('business_id'));
const version = { ...int('version'), default: '1' };

/** Coupons, the reasons to which they apply, and what they take off appointments. */
export class Coupons1763700000231 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'coupon', {
      columns: [
        tenant,
        key(int('id')),
        version,
        text('code'),
        text('code_key'),
        nullable(decimal('percentage')),
        nullable(decimal('amount')),
        text('currency', 3),
        nullable(instant('valid_from')),
        nullable(instant('valid_until')),
        nullable(int('max_uses')),
        nullable(int('max_uses_per_client')),
        int('uses'),
        flag('active'),
        flag('deleted'),
        instant('created_at'),
        instant('modified_at'),
      ],
      references: { business_id: 'business' },
      indexes: [['business_id', 'created_at', 'id']],
      unique: [['business_id', 'code_key']],
      checks: {
        ck_coupon_discount: '(percentage IS NULL) <> (amount IS NULL)',
        ck_coupon_uses: 'uses >= 0 AND (max_uses IS NULL OR uses <= max_uses)',
      },
    });
    await createTable(runner, 'coupon_reason', {
      columns: [tenant, key(int('coupon_id')), key(int('reason_id'))],
      references: { coupon_id: 'coupon', reason_id: 'reason' },
      indexes: [['business_id', 'reason_id', 'coupon_id']],
    });
    for (const column of ['coupon_id integer', 'discount varchar(20)'])
      await runner.query(`ALTER TABLE appointment ADD COLUMN ${column}`);
    await runner.query(
      'CREATE INDEX ix_appointment_coupon ON appointment (business_id, coupon_id, client_id) WHERE coupon_id IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_appointment_coupon');
    for (const column of ['coupon_id', 'discount'])
      await runner.query(`ALTER TABLE appointment DROP COLUMN ${column}`);
    await runner.dropTable('coupon_reason');
    await runner.dropTable('coupon');
  }
}
