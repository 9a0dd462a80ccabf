import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import type { Context } from '../../context';
import { availability } from './availability.service';
import { Availability, AvailabilityInput } from './availability.type';

@Resolver()
export class AvailabilityResolver {
  @Query(() => Availability, { description: 'Times that can be booked, for a reason at a place. What is offered can be booked; clients can book nothing else.' })
  availability(@Ctx() context: Context, @Arg('input', () => AvailabilityInput) input: AvailabilityInput): Promise<Availability> {
    return availability(context, input);
  }
}
