import { IsOptional, Max, Min } from 'class-validator';
import { Args, ArgsType, Ctx, Field, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import type { Context } from '../../../context';
import type { Page } from '../../../graphql/connection';
import { LocalDate } from '../../../graphql/scalars';
import { arrayPage } from '../../../graphql/relations/array-page';
import {
  requestedZone,
  TimeZoneArg,
  ZonedPeriod,
  zonedPeriodOf,
} from '../../../graphql/zoned-period';
import { MAX_TIMES, MAX_UNITS } from '../engine/bounds';
import { Money } from '../../businesses/money';
import { discounted } from '../../prices/discounted';
import { CouponCodeArgs } from '../../prices/discounted.resolver';
import {
  AppointmentOffer,
  Availability,
  AvailableTime,
  AvailableTimeConnection,
} from './availability';

/** Times are computed as a whole, so that a page may be larger than one of rows. */
const MAX_PAGE = 1_000;

@ArgsType()
class TimePageArgs {
  @Field(() => Int, {
    nullable: true,
    description: `Number of times from the start, or after the cursor: 1 to ${MAX_PAGE}. Defaults to 25.`,
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_PAGE)
  first?: number;

  @Field(() => String, { nullable: true, description: 'Cursor: returns times after it only.' })
  after?: string;

  @Field(() => Int, {
    nullable: true,
    description: `Number of times from the end, or before the cursor: 1 to ${MAX_PAGE}.`,
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_PAGE)
  last?: number;

  @Field(() => String, { nullable: true, description: 'Cursor: returns times before it only.' })
  before?: string;
}

@Resolver(() => Availability)
class AvailableTimesResolver {
  @FieldResolver(() => AvailableTime, {
    description: 'The first time that can be booked. Null if there is none in the range.',
    nullable: true,
  })
  firstAvailable(@Root() { found }: Availability): AvailableTime | null {
    return found.first();
  }

  @FieldResolver(() => [LocalDate], {
    description: 'Days with any bookable times, in the requested time zone.',
  })
  days(@Root() { found }: Availability): Promise<string[]> {
    return found.days();
  }

  @FieldResolver(() => AvailableTimeConnection, {
    description:
      `Bookable times, by start. The days may have at most ${MAX_TIMES} times, and ${MAX_UNITS} ` +
      'units summed over all times.',
  })
  async availableTimes(
    @Root() { found }: Availability,
    @Args(() => TimePageArgs) page: TimePageArgs,
  ): Promise<Page<AvailableTime>> {
    const keysOf = ({ start, sessionId }: AvailableTime) => [start, sessionId];
    return arrayPage(await found.all(), page, { name: 'AvailableTime.START', keysOf }, 2);
  }
}

@Resolver(() => AvailableTime)
class AvailableTimeResolver {
  @FieldResolver(() => ZonedPeriod, {
    nullable: true,
    description:
      'Time for the client, without buffers, in the zone of the query, else of the location. Null ' +
      'if the query gave an offset and `timeZone` is omitted.',
  })
  time(
    @Root() { start, end, timeZone, locale }: AvailableTime,
    @TimeZoneArg() name?: string | null,
  ): ZonedPeriod | null {
    const zone = name == null ? timeZone?.code : requestedZone(name);
    return zone === undefined ? null : zonedPeriodOf({ startAt: start, endAt: end }, zone, locale);
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
export const OFFER_RESOLVERS = [
  AvailableTimeResolver,
  AvailableTimesResolver,
  AppointmentOfferResolver,
] as const;
