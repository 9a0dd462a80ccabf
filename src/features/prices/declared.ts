import type { ClassType } from 'type-graphql';
import * as couponRelations from '../coupons/coupon.relations';
import { CouponResolver } from '../coupons/coupon.resolver';
import * as packageRelations from '../packages/package.relations';
import { PackageResolver } from '../packages/package.resolver';
import { PackageSoldResolver } from '../packages/package-sold.resolver';
import { DiscountedDurationResolver, DiscountedReasonResolver } from './discounted.resolver';
import * as rateRelations from './rates.relations';

/** Modules of coupons, packages and rates whose exports declare fields. */
export const PRICE_DECLARATIONS: readonly object[] = [
  couponRelations,
  packageRelations,
  rateRelations,
];

/** Classes of coupons, packages and rates whose methods resolve fields. */
export const PRICE_RESOLVERS: readonly ClassType[] = [
  CouponResolver,
  PackageResolver,
  PackageSoldResolver,
  DiscountedDurationResolver,
  DiscountedReasonResolver,
];
