import { FieldResolver, Resolver, Root } from 'type-graphql';
import {
  requestedZone,
  TimeZoneArg,
  ZonedPeriod,
  zonedPeriodOf,
} from '../../../graphql/zoned-period';
import { AvailableTime } from './availability';

@Resolver(() => AvailableTime)
export class AvailableTimeResolver {
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
