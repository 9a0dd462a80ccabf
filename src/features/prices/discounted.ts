import { memberOf, type Context } from '../../context';
import { defineLoader } from '../../graphql/relations/loader';
import { minus } from '../../lib/money';
import { countPublicActions } from '../access/public-limits';
import { moneyOf, type Money } from '../businesses/money';
import { codeKeyOf } from '../coupons/coupon-code';
import { causeAgainst, isUsedUp, type CouponTerms } from '../coupons/coupon.rules';
import { couponsByCode } from '../coupons/find-coupon';
import { discountOf } from './reduction';

const couponByKey = defineLoader(async (context: Context, keys: readonly string[]) => {
  // Else a publishable key could guess codes without a limit.
  await countPublicActions(context, {}, keys.length);
  const found = await couponsByCode(context.db, memberOf(context).businessId, keys);
  return keys.map((key): CouponTerms | null => found.get(key) ?? null);
});

/**
 * Returns a price for a reason after a coupon. Null without a price, and for every code that gives
 * no discount now, whether or not it exists.
 */
export async function discounted(
  context: Context,
  couponCode: string,
  reasonId: number,
  price: Money | null,
): Promise<Money | null> {
  if (!price) return null;
  const { amount, currency } = price;
  const terms = await couponByKey(context).load(codeKeyOf(couponCode));
  if (!terms || isUsedUp(terms.coupon)) return null;
  if (causeAgainst(terms, { reasonId, currency }, context.now()) !== null) return null;
  return moneyOf(minus(amount, discountOf(amount, currency, terms)), currency);
}
