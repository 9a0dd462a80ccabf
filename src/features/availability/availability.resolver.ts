import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import type { Context } from '../../context';
import { availability } from './availability.service';
import { explain } from './explain';
import { AvailabilityExplanation, ExplainAvailabilityInput } from './explain.type';
import { Availability, AvailabilityInput } from './availability.type';

@Resolver()
export class AvailabilityResolver {
  @Query(() => Availability, { description: 'Times that can be booked, for a reason at a place. What is offered can be booked; clients can book nothing else.' })
  availability(@Ctx() context: Context, @Arg('input', () => AvailabilityInput) input: AvailabilityInput): Promise<Availability> {
    return availability(context, input);
  }

  @Query(() => AvailabilityExplanation, { description: 'For a time and each candidate: which rules refuse it, the least that would make it bookable, and the nearest times that are.' })
  explainAvailability(@Ctx() context: Context, @Arg('input', () => ExplainAvailabilityInput) input: ExplainAvailabilityInput): Promise<AvailabilityExplanation> {
    return explain(context, input);
  }
}
