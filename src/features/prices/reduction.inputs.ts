import { Field, ID, InputType } from 'type-graphql';
import { Text } from '../../graphql/inputs/text-validators';
import { MAX_CODE_LENGTH } from '../coupons/coupon.inputs';

type AbstractClass = abstract new (...args: any[]) => object;

abstract class Nothing {}

/** Adds the coupon and the package of a booking to an input type. */
export function withReduction<Input extends AbstractClass = typeof Nothing>(
  input: Input = Nothing as unknown as Input,
) {
  @InputType()
  abstract class AppointmentReduction extends input {
    @Field(() => String, {
      nullable: true,
      description:
        'Code of a coupon, in any case. A code that gives no discount for this booking is ' +
        'refused with COUPON_NOT_APPLICABLE. Give neither price nor packageSoldId with it.',
    })
    @Text({ min: 1, max: MAX_CODE_LENGTH })
    couponCode?: string | null;

    @Field(() => ID, {
      nullable: true,
      description:
        'Package of the client that pays for the booking, except for its add-ons. Takes one use, ' +
        'for each seat in a class. Give neither price nor couponCode with it.',
    })
    packageSoldId?: string | null;
  }
  return AppointmentReduction;
}
