import type { Context, Member } from '../../context';
import type { Reader } from '../../db/database';
import { at } from '../../errors';
import { parseGlobalId } from '../../graphql/global-id';
import { refuseBoth } from '../../lib/choice';
import { isMore, minus, percentOf, sum } from '../../lib/money';
import type { Client } from '../clients/client.entity';
import { codeKeyOf } from '../coupons/coupon-code';
import {
  appliesTo,
  causeAgainst,
  couponRefused,
  isUsedUp,
  type CouponTerms,
} from '../coupons/coupon.rules';
import { couponById, couponsByCode } from '../coupons/find-coupon';
import { soldById, soldTermsOf } from '../packages/find-sold';
import { packagesSold } from '../packages/package.list';
import { checkSold, isValidFor, ofOtherReason, type SoldTerms } from '../packages/package.rules';
import type { Reason } from '../reasons/reason.entity';

/** The coupon or the package that reduces a price: at most one of them. */
export interface Reduction {
  readonly coupon: CouponTerms | null;
  readonly sold: SoldTerms | null;
}

/** Input fields with which a booking names a coupon or a package. */
export interface ReductionInput {
  readonly couponCode?: string | null;
  readonly packageSoldId?: string | null;
  readonly price?: string | null;
}

/** For which reason and client a price is reduced, and when. */
interface Reduced {
  readonly reason: Pick<Reason, 'rowId' | 'currency'>;
  readonly client: Pick<Client, 'rowId'> | null;
  readonly now: number;
}

const NONE: Reduction = { coupon: null, sold: null };

/** Whether an input names a coupon or a package. */
export const namesReduction = ({ couponCode, packageSoldId }: ReductionInput): boolean =>
  couponCode != null || packageSoldId != null;

/**
 * Returns the coupon or the package that a booking names and can use.
 * @throws DomainError BAD_USER_INPUT, NOT_FOUND, RULE_VIOLATED
 */
export async function reductionOf(
  context: Context,
  member: Member,
  input: ReductionInput,
  reduced: Reduced,
): Promise<Reduction> {
  if (!namesReduction(input)) return NONE;
  refuseBoth(input, 'couponCode', 'packageSoldId');
  refuseBoth(input, 'price', 'couponCode');
  refuseBoth(input, 'price', 'packageSoldId');
  const { couponCode, packageSoldId } = input;
  return couponCode == null
    ? { coupon: null, sold: await soldFor(context, packageSoldId as string, reduced) }
    : { coupon: await couponFor(context, member, couponCode, reduced), sold: null };
}

async function couponFor(
  { db }: Context,
  member: Member,
  code: string,
  { reason, now }: Reduced,
): Promise<CouponTerms> {
  const found = await couponsByCode(db, member.businessId, [code]);
  const terms = found.get(codeKeyOf(code));
  if (!terms) throw couponRefused(member, 'There is no coupon with this code.');
  const cause = causeAgainst(terms, { reasonId: reason.rowId, currency: reason.currency }, now);
  if (cause) throw couponRefused(member, cause);
  if (isUsedUp(terms.coupon)) throw couponRefused(member, 'All uses of this coupon are taken.');
  return terms;
}

async function soldFor(
  context: Context,
  id: string,
  { reason, client, now }: Reduced,
): Promise<SoldTerms> {
  const path = at('packageSoldId');
  const rowId = parseGlobalId('PackageSold', id, path);
  packagesSold.clear(context, rowId);
  const sold = await packagesSold.getVisible(context, rowId, path);
  const terms = await soldTermsOf(context.db, sold);
  checkSold(terms, { reasonId: reason.rowId, clientId: client?.rowId ?? null, now });
  return terms;
}

/** The columns of an appointment that name its coupon or package. */
interface ReducedRow {
  readonly businessId: number;
  readonly couponId: number | null;
  readonly packageSoldId: number | null;
}

/**
 * Returns the coupon or the package of an appointment for a change of its reason or its add-ons.
 * @throws DomainError RULE_VIOLATED if it does not apply to the reason
 */
export async function reductionAfter(
  reader: Reader,
  { businessId, couponId, packageSoldId }: ReducedRow,
  member: Member,
  { rowId: reasonId, currency }: Reduced['reason'],
): Promise<Reduction> {
  const [coupon, sold] = await Promise.all([
    couponId === null ? null : couponById(reader, businessId, couponId),
    packageSoldId === null ? null : soldById(reader, businessId, packageSoldId),
  ]);
  if (coupon && !appliesTo(coupon, { reasonId, currency }))
    throw couponRefused(member, 'The coupon of the appointment does not apply to this reason.');
  if (sold && !isValidFor(sold, reasonId)) throw ofOtherReason('reasonId');
  return { coupon, sold };
}

/** A price before reductions, and the part of it that add-ons cost. */
export interface FullPrice {
  readonly total: string | null;
  readonly addOns?: readonly Pick<Reason, 'price'>[];
  readonly currency: string;
}

/** What a booking costs, and what its coupon or package takes off. */
export interface ReducedPrice {
  readonly price: string | null;
  /** Null without a coupon or a package, and without a price. */
  readonly discount: string | null;
}

/**
 * Returns a price after the coupon or the package. A coupon takes off at most the price; a package
 * pays for everything except the add-ons.
 */
export function reducedPrice(full: FullPrice, { coupon, sold }: Reduction): ReducedPrice {
  const { total, currency } = full;
  if (total === null || (!coupon && !sold)) return { price: total, discount: null };
  const discount = coupon ? discountOf(total, currency, coupon) : paidByPackage(total, full);
  return { price: minus(total, discount), discount };
}

/** Returns the amount that a coupon takes off a price. */
export function discountOf(
  total: string,
  currency: string,
  { coupon: { amount, percentage } }: Pick<CouponTerms, 'coupon'>,
): string {
  const discount = amount ?? percentOf(total, percentage as string, currency);
  return isMore(discount, total) ? total : discount;
}

function paidByPackage(total: string, { addOns = [] }: FullPrice): string {
  const extras = sum(addOns.map(({ price }) => price ?? '0'));
  return isMore(extras, total) ? '0' : minus(total, extras);
}

/** The columns of an appointment that a reduction sets. */
export const reductionColumns = (
  full: FullPrice,
  reduction: Reduction,
): ReducedPrice & Omit<ReducedRow, 'businessId'> => ({
  ...reducedPrice(full, reduction),
  couponId: reduction.coupon?.coupon.rowId ?? null,
  packageSoldId: reduction.sold?.sold.rowId ?? null,
});
