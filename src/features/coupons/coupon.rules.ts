import { BusinessRule } from '../../business-rule';
import { isStaffSide, type Member } from '../../context';
import { at, badInput, badValue, InputProblemCode, violated, type DomainError } from '../../errors';
import { isNegative, isZero, sum } from '../../lib/money';
import type { Coupon } from './coupon.entity';
import type { CouponDiscountInput } from './coupon.inputs';

/**
 * Returns the columns of a discount.
 * @throws DomainError BAD_USER_INPUT
 */
export function discountColumns({
  amount = null,
  percentage = null,
}: CouponDiscountInput): Pick<Coupon, 'amount' | 'percentage'> {
  const isPositive = (value: string) => !isNegative(value) && !isZero(value);
  if (amount !== null && !isPositive(amount))
    throw badInput(
      InputProblemCode.OUT_OF_RANGE,
      'An amount must be more than 0.',
      'discount',
      'amount',
    );
  const isTooMuch = (value: string) => !isNegative(sum([value, '-100'])) && !isHundred(value);
  if (percentage !== null && (!isPositive(percentage) || isTooMuch(percentage)))
    throw badInput(
      InputProblemCode.OUT_OF_RANGE,
      'A percentage must be more than 0 and at most 100.',
      'discount',
      'percentage',
    );
  return { amount, percentage };
}

const isHundred = (value: string): boolean => isZero(sum([value, '-100']));

/** @throws DomainError BAD_USER_INPUT for a window without an instant in it */
export function checkWindow({ validFrom, validUntil }: Coupon): void {
  if (validFrom !== null && validUntil !== null && validUntil <= validFrom)
    throw badValue(
      InputProblemCode.OUT_OF_RANGE,
      'validUntil must be after validFrom.',
      at('validUntil'),
    );
}

const NO_DISCOUNT = 'This code gives no discount for this booking. Leave couponCode out.';

/**
 * Returns the refusal of a code. Only staff read the cause, so that codes cannot be explored: other
 * callers read the same error for every code that does not apply.
 */
export const couponRefused = (member: Member, cause: string): DomainError =>
  violated(
    BusinessRule.COUPON_NOT_APPLICABLE,
    isStaffSide(member) ? `${cause} Leave couponCode out.` : NO_DISCOUNT,
    'couponCode',
  );

/** A coupon with the ids of its reasons. An empty list means all reasons. */
export interface CouponTerms {
  readonly coupon: Coupon;
  readonly reasonIds: readonly number[];
}

/** Returns why a booking of this reason cannot use the coupon; null if it can. */
export function causeAgainst(
  { coupon, reasonIds }: CouponTerms,
  { reasonId, currency }: { readonly reasonId: number; readonly currency: string },
  now: number,
): string | null {
  if (!coupon.active || coupon.deleted) return 'This coupon is not active.';
  if (coupon.validFrom !== null && now < coupon.validFrom)
    return `This coupon is valid from ${new Date(coupon.validFrom).toISOString()}.`;
  if (coupon.validUntil !== null && now >= coupon.validUntil)
    return `This coupon expired at ${new Date(coupon.validUntil).toISOString()}.`;
  return appliesTo({ coupon, reasonIds }, { reasonId, currency })
    ? null
    : 'This coupon does not apply to this reason.';
}

/** Whether a coupon applies to a reason, at any time. */
export const appliesTo = (
  { coupon, reasonIds }: CouponTerms,
  { reasonId, currency }: { readonly reasonId: number; readonly currency: string },
): boolean =>
  (!reasonIds.length || reasonIds.includes(reasonId)) &&
  (coupon.amount === null || coupon.currency === currency);

/** Whether all uses are taken. */
export const isUsedUp = ({ uses, maxUses }: Pick<Coupon, 'uses' | 'maxUses'>): boolean =>
  maxUses !== null && uses >= maxUses;
