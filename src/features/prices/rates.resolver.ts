import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../../context';
import { ServiceStaff } from '../reasons/links/service-staff.entity';
import { reasons } from '../reasons/reason.list';
import { ReasonDuration } from '../reasons/reason-values';
import { durationsWithPrices } from './rates';

@Resolver(() => ServiceStaff)
export class ServiceStaffRatesResolver {
  @FieldResolver(() => [ReasonDuration], {
    description:
      'Lengths that have a price or a deposit of the staff member. Other lengths have those of ' +
      'the reason.',
  })
  async durations(
    @Root() service: ServiceStaff,
    @Ctx() context: Context,
  ): Promise<ReasonDuration[]> {
    const { durations, reasonId, staffId } = service;
    if (!durations.length) return [];
    const reason = await reasons.getById(context, reasonId);
    return durationsWithPrices(durations, { reason, serving: [service], staffId });
  }
}
