import type { Reader } from '../../db/database';
import { isOneOf, raw, sql } from '../../db/sql';
import { findOne, tableOf } from '../../db/table';
import { groupByKey } from '../../graphql/relations/loader';
import { codeKeyOf } from './coupon-code';
import { Coupon } from './coupon.entity';
import type { CouponTerms } from './coupon.rules';

/** Returns the coupons with these codes and their reasons, by the codes as they are compared. */
export async function couponsByCode(
  reader: Reader,
  businessId: number,
  codes: readonly string[],
): Promise<ReadonlyMap<string, CouponTerms>> {
  const table = tableOf(Coupon);
  const keys = [...new Set(codes.map(codeKeyOf))];
  const rows = await reader.all(sql`
    SELECT ${table.select('c')} FROM ${raw('coupon AS c')}
    WHERE c.business_id = ${businessId} AND ${isOneOf(raw('c.code_key'), keys)}`);
  const found = rows.map((row) => table.hydrate(row));
  const terms = await termsOf(reader, found);
  return new Map(terms.map((one) => [one.coupon.codeKey, one]));
}

/** Returns the coupon with an id and its reasons. Null if it does not exist. */
export async function couponById(
  reader: Reader,
  businessId: number,
  id: number,
): Promise<CouponTerms | null> {
  const coupon = await findOne(reader, Coupon, { businessId, rowId: id });
  const [terms = null] = await termsOf(reader, coupon ? [coupon] : []);
  return terms;
}

async function termsOf(reader: Reader, found: readonly Coupon[]): Promise<CouponTerms[]> {
  const [first] = found;
  if (!first) return [];
  const ids = found.map(({ rowId }) => rowId);
  const links = await reader.all<{ couponId: number; reasonId: number }>(sql`
    SELECT coupon_id AS "couponId", reason_id AS "reasonId" FROM coupon_reason
    WHERE business_id = ${first.businessId} AND ${isOneOf(raw('coupon_id'), ids)} ORDER BY coupon_id, reason_id`);
  const reasons = groupByKey(ids, links, ({ couponId }) => couponId);
  return found.map((coupon, index) => ({
    coupon,
    reasonIds: (reasons[index] ?? []).map(({ reasonId }) => reasonId),
  }));
}
