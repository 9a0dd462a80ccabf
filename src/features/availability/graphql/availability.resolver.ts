import { Args, ArgsType, Field, ID, ObjectType, Resolver, Root, Subscription } from 'type-graphql';
import type { Context } from '../../../context';
import { DateTime, LocalDate } from '../../../graphql/scalars';
import type { LogEvent } from '../../../log/event.entity';
import { watchAvailability, type WatchedDays } from '../availability-changes';

@ArgsType()
class WatchedArgs implements WatchedDays {
  @Field(() => ID, { description: 'The reason to book.' }) reasonId!: string;
  @Field(() => ID, { description: 'The location of the times.' }) locationId!: string;
  @Field(() => LocalDate, { description: 'First day, in the time zone of the location.' })
  from!: string;
  @Field(() => LocalDate, { description: 'Last day.' }) to!: string;
}

@ObjectType({
  simpleResolvers: true,
  description: 'Notice that the times should be queried again.',
})
export class AvailabilityNotice {
  @Field(() => DateTime, { description: 'The time of the change of availability.' })
  changedAt!: number;
}

@Resolver()
export class AvailabilityResolver {
  @Subscription(() => AvailabilityNotice, {
    description:
      'Notices that the availability of these days may have changed: by a booking, a ' +
      'cancellation, a hold, hours or time off. Changes within a quarter of a second ' +
      'result in one notice. The stream does not resume: query the times after subscribing ' +
      'and after each notice.',
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
