import { Args, ArgsType, Field, ID, ObjectType, Resolver, Root, Subscription } from 'type-graphql';
import type { Context } from '../../../context';
import { DateTime, LocalDate } from '../../../graphql/scalars';
import type { LogEvent } from '../../../log/event.entity';
import { watchAvailability, type Watched } from '../availability-changes';

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
  @Subscription(() => AvailabilityNotice, {
    description:
      'Tells that what availability answers for these days may have changed: by a booking, a cancellation, a hold, hours or time off. What comes within a ' +
      'quarter of a second is one notice. It does not resume: ask for the times after subscribing, and after each notice.',
    subscribe: ({ args, context }: { args: WatchedArgs; context: Context }) =>
      watchAvailability(context, args),
  })
  availabilityChanged(
    @Root() event: LogEvent,
    @Args(() => WatchedArgs) _args: WatchedArgs,
  ): AvailabilityNotice {
    return { changedAt: event.occurredAt };
  }
}
