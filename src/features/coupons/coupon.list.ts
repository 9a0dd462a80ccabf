import { isStaffSide } from '../../context';
import { FALSE, isOneOf, sql, TRUE } from '../../db/sql';
import { OrderDirection } from '../../graphql/connection';
import { parseGlobalIds } from '../../graphql/global-id';
import { defineList } from '../../graphql/relations/list';
import { defineRepository } from '../../graphql/relations/repository';
import { codeKeyOf } from './coupon-code';
import { Coupon } from './coupon.entity';
import type { CouponFilter } from './coupon.inputs';

/** Coupons. Staff see all of their business; other viewers those of appointments they see. */
export const coupons = defineRepository(Coupon, (viewer) => (isStaffSide(viewer) ? TRUE : FALSE), {
  summary: [
    'version',
    'code',
    'discount',
    'reasons',
    'active',
    'deleted',
    'createdAt',
    'modifiedAt',
  ],
});

export const couponList = defineList<Coupon, CouponFilter>({
  source: coupons,
  orders: { CREATED_AT: ['createdAt'] },
  defaultOrder: { field: 'CREATED_AT', direction: OrderDirection.ASC },
  filter: ({ ids, code, active, includeDeleted }, column) => [
    ...(includeDeleted ? [] : [sql`${column('deleted')} = ${false}`]),
    ...(ids ? [isOneOf(column('rowId'), parseGlobalIds('Coupon', ids, ['filter', 'ids']))] : []),
    ...(code == null ? [] : [sql`${column('codeKey')} = ${codeKeyOf(code)}`]),
    ...(active == null ? [] : [sql`${column('active')} = ${active}`]),
  ],
});
