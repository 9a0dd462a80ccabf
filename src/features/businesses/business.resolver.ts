import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../../context';
import { answer, payloadOf } from '../../graphql/payload';
import { Reads } from '../../graphql/relations/column-field';
import { TimeZone, timeZoneOf } from '../../graphql/time-zone';
import { Business } from './business.entity';
import { UpdateBusinessInput } from './business.inputs';
import { updateBusiness } from './update-business';

const UpdateBusinessPayload = payloadOf('UpdateBusiness', 'business', () => Business);

@Resolver(() => Business)
export class BusinessResolver {
  @Mutation(() => UpdateBusinessPayload, {
    description:
      'Updates the business of the caller. Hours of reminders are changed by ' +
      'updateMessageSettings. Requires role: ADMINISTRATOR.',
  })
  updateBusiness(
    @Ctx() context: Context,
    @Arg('input', () => UpdateBusinessInput) input: UpdateBusinessInput,
  ) {
    return answer(context, 'business', () => updateBusiness(context, input));
  }

  @FieldResolver(() => TimeZone)
  @Reads<Business>('timeZoneCode')
  timeZone(@Root() { timeZoneCode }: Business, @Ctx() { now }: Context): TimeZone {
    return timeZoneOf(timeZoneCode, now());
  }
}
