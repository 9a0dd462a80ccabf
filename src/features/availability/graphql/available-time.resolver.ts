import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../../../context';
import {
  requestedZone,
  TimeZoneArg,
  ZonedPeriod,
  zonedPeriodOf,
} from '../../../graphql/zoned-period';
import { Money } from '../../businesses/money';
import { discounted } from '../../prices/discounted';
import { CouponCodeArgs } from '../../prices/discounted.resolver';
import { AppointmentOffer, AvailableTime } from './availability';

@Resolver(() => AvailableTime)
class AvailableTimeResolver {
  @FieldResolver(() => ZonedPeriod, {
    nullable: true,
    description:
      'Time for the client, without buffers, in the zone of the query, else of the location. Null ' +
      'if the query gave an offset and `timeZone` is omitted.',
  })
  time(
    @Root() { start, end, timeZone }: AvailableTime,
    @TimeZoneArg() name?: string | null,
  ): ZonedPeriod | null {
    const zone = name == null ? timeZone?.code : requestedZone(name);
    return zone === undefined ? null : zonedPeriodOf({ startAt: start, endAt: end }, zone);
  }
}

@Resolver(() => AppointmentOffer)
class AppointmentOfferResolver {
  @FieldResolver(() => Money, {
    nullable: true,
    description:
      'Price of the booking with the coupon applied. Null without a price, and if the code gives ' +
      'no discount for the booking now.',
  })
  discountedPrice(
    @Root() { reason, price }: AppointmentOffer,
    @Ctx() context: Context,
    @Args(() => CouponCodeArgs) { couponCode }: CouponCodeArgs,
  ): Promise<Money | null> {
    return discounted(context, couponCode, reason.rowId, price);
  }
}

/** Classes that resolve fields of times and their offers. */
export const OFFER_RESOLVERS = [AvailableTimeResolver, AppointmentOfferResolver] as const;
