import { Args, ArgsType, Ctx, Field, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../../context';
import { Text } from '../../graphql/inputs/text-validators';
import { Money, moneyOf } from '../businesses/money';
import { MAX_CODE_LENGTH } from '../coupons/coupon.inputs';
import { Reason } from '../reasons/reason.entity';
import { ReasonDuration } from '../reasons/reason-values';
import { discounted } from './discounted';

@ArgsType()
export class CouponCodeArgs {
  @Field({ description: 'Code of a coupon, in any case.' })
  @Text({ min: 1, max: MAX_CODE_LENGTH })
  couponCode!: string;
}

const NULL = 'Null without a price, and if the code gives no discount for a booking now.';

@Resolver(() => Reason)
export class DiscountedReasonResolver {
  @FieldResolver(() => Money, {
    nullable: true,
    description: `Price with the coupon applied. ${NULL}`,
  })
  discountedPrice(
    @Root() { rowId, price, currency }: Reason,
    @Ctx() context: Context,
    @Args(() => CouponCodeArgs) { couponCode }: CouponCodeArgs,
  ): Promise<Money | null> {
    return discounted(context, couponCode, rowId, moneyOf(price, currency));
  }
}

@Resolver(() => ReasonDuration)
export class DiscountedDurationResolver {
  @FieldResolver(() => Money, {
    nullable: true,
    description: `\`originalPrice\` with the coupon applied. ${NULL}`,
  })
  discountedPrice(
    @Root() { reasonId, originalPrice }: ReasonDuration,
    @Ctx() context: Context,
    @Args(() => CouponCodeArgs) { couponCode }: CouponCodeArgs,
  ): Promise<Money | null> {
    return discounted(context, couponCode, reasonId, originalPrice);
  }
}
