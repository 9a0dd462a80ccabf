import { Arg, Args, ArgsType, Ctx, Field, ID, ObjectType, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { Context } from '../../context';
import { DateTime, LocalDate } from '../../shared/scalars';
import type { LogEvent } from '../log/event.entity';
import { watchAvailability, type Watched } from './availability-changes';
import { availability } from './availability.service';
import { Availability, AvailabilityInput } from './availability.type';
import { costsPerDay } from '../../shared/field-cost';

@ArgsType()
class WatchedArgs implements Watched {
  @Field(() => ID) reasonId!: string;
  @Field(() => ID) locationId!: string;
  @Field(() => LocalDate, { description: "First day, by the location's clock." }) from!: string;
  @Field(() => LocalDate, { description: 'Last day.' }) to!: string;
}

@ObjectType({ simpleResolvers: true, description: 'A notice to ask for the times again.' })
export class AvailabilityNotice {
  @Field(() => DateTime) changedAt!: number;
}

@Resolver()
export class AvailabilityResolver {
  @costsPerDay(500)
  @Query(() => Availability, { description: 'Times that can be booked, for a reason at a place. What is offered can be booked; clients can book nothing else.' })
  availability(@Ctx() context: Context, @Arg('input', () => AvailabilityInput) input: AvailabilityInput): Promise<Availability> {
    return availability(context, input);
  }

  @Subscription(() => AvailabilityNotice, {
    description:
      'Tells that what availability answers for these days may have changed: by a booking, a cancellation, a hold, hours or time off. What comes within a ' +
      'quarter of a second is one notice. It does not resume: ask for the times after subscribing, and after each notice.',
    subscribe: ({ args, context }: { args: WatchedArgs; context: Context }) => watchAvailability(context, args),
  })
  availabilityChanged(@Root() event: LogEvent, @Args(() => WatchedArgs) _args: WatchedArgs): AvailabilityNotice {
    return { changedAt: event.occurredAt };
  }
}
