import { Field, Int, ObjectType } from 'type-graphql';
import { computedField } from '../../graphql/relations/computed-field';
import { connectionOf } from '../../graphql/connection';
import { relationField } from '../../graphql/relations/relation-field';
import { toManyVia } from '../../graphql/relations/relation';
import { Decimal } from '../../lib/money';
import { Money, moneyOf } from '../businesses/money';
import { Reason } from '../reasons/reason.entity';
import { reasons } from '../reasons/reason.list';
import { Coupon, CouponReason } from './coupon.entity';

export const CouponConnection = connectionOf(Coupon, 'Coupon');

@ObjectType({
  simpleResolvers: true,
  description: 'Part of a price that a coupon takes off: exactly one of its fields is not null.',
})
class CouponDiscount {
  @Field(() => Money, {
    nullable: true,
    description: 'Amount, at most the price. Null for a percentage.',
  })
  amount!: Money | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Percentage of the price, more than 0, maximum 100. Null for an amount.',
  })
  percentage!: string | null;
}

export const discountOfCoupon = computedField(Coupon, 'discount', {
  type: () => CouponDiscount,
  description: 'Part of the price that it takes off.',
  reads: ['amount', 'percentage', 'currency'],
  across: [],
  compute: ({ amount, percentage, currency }) => ({
    amount: moneyOf(amount, currency),
    percentage,
  }),
});

export const usesLeftOfCoupon = computedField(Coupon, 'usesLeft', {
  type: () => Int,
  nullable: true,
  description: 'Number of further appointments with it. Null for no limit.',
  reads: ['uses', 'maxUses'],
  across: [],
  compute: ({ uses, maxUses }) => (maxUses === null ? null : maxUses - uses),
});

/** Reasons, ordered by id. */
export const reasonsOfCoupon = relationField(
  Coupon,
  'reasons',
  toManyVia({ entity: CouponReason, from: 'couponId', to: 'reasonId' }, reasons),
  {
    type: () => [Reason],
    description:
      'Reasons to which it applies and that the caller sees. Empty also where it applies to ' +
      'every reason.',
  },
);
