import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../../context';
import { Reads } from '../../graphql/relations/column-field';
import { TimeZone, timeZoneOf } from '../../graphql/time-zone';
import { Business } from './business.entity';

@Resolver(() => Business)
export class BusinessResolver {
  @FieldResolver(() => TimeZone)
  @Reads<Business>('timeZoneCode')
  timeZone(@Root() { timeZoneCode }: Business, @Ctx() { now }: Context): TimeZone {
    return timeZoneOf(timeZoneCode, now());
  }
}
