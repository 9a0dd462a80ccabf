import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql';
import type { Context } from '../../context';
import { answer, UserError } from '../../graphql/payload';
import { Client } from '../clients/client.entity';
import { Location } from '../locations/location.entity';
import { Staff } from '../staff/staff.entity';
import { createFeed, feedUrl, revokeFeed } from './calendar-feed.service';

@InputType()
export class CreateCalendarFeedInput {
  @Field(() => ID, { description: 'Id of a staff member, a location or a client.' })
  ownerId!: string;
}

@InputType()
export class RevokeCalendarFeedInput {
  @Field(() => ID, { description: 'Id of a staff member, a location or a client.' })
  ownerId!: string;
}

@ObjectType({ simpleResolvers: true })
class CreateCalendarFeedPayload {
  @Field(() => String, {
    nullable: true,
    description: 'Address of the feed. Null if the input was rejected.',
  })
  calendarFeedUrl!: string | null;
  @Field(() => [UserError], { description: 'Errors of the input. Empty on success.' })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true })
class RevokeCalendarFeedPayload {
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether a feed existed. Null if the input was rejected.',
  })
  revoked!: boolean | null;
  @Field(() => [UserError], { description: 'Errors of the input. Empty on success.' })
  userErrors!: UserError[];
}

@Resolver()
export class CalendarFeedMutations {
  @Mutation(() => CreateCalendarFeedPayload, {
    description:
      'Creates an iCalendar feed, or returns the address of the existing one. Requires role: ' +
      'ADMINISTRATOR, LOCATION_SUPER_USER of the location, or the owner of the feed.',
  })
  createCalendarFeed(
    @Ctx() context: Context,
    @Arg('input', () => CreateCalendarFeedInput) { ownerId }: CreateCalendarFeedInput,
  ) {
    return answer(context, 'calendarFeedUrl', () => createFeed(context, ownerId));
  }

  @Mutation(() => RevokeCalendarFeedPayload, {
    description:
      'Revokes the address of a feed permanently. A feed created later has another address. ' +
      'Requires the role of createCalendarFeed.',
  })
  revokeCalendarFeed(
    @Ctx() context: Context,
    @Arg('input', () => RevokeCalendarFeedInput) { ownerId }: RevokeCalendarFeedInput,
  ) {
    return answer(context, 'revoked', () => revokeFeed(context, ownerId));
  }
}

const UNTIL_CREATED = 'Null until createCalendarFeed creates it.';

@Resolver(() => Staff)
export class StaffCalendarFeedResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Address of an iCalendar feed of the appointments of the staff member, with the ' +
      `names of clients. ${UNTIL_CREATED} Visible to administrators and to the staff ` +
      'member.',
  })
  calendarFeedUrl(@Root() { rowId: id }: Staff, @Ctx() context: Context): Promise<string | null> {
    return feedUrl(context, { type: 'Staff', id });
  }
}

@Resolver(() => Location)
export class LocationCalendarFeedResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Address of an iCalendar feed of the appointments at the location, without data of ' +
      `clients. ${UNTIL_CREATED} Visible to every role.`,
  })
  calendarFeedUrl(
    @Root() { rowId: id }: Location,
    @Ctx() context: Context,
  ): Promise<string | null> {
    return feedUrl(context, { type: 'Location', id });
  }
}

@Resolver(() => Client)
export class ClientCalendarFeedResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      `Address of an iCalendar feed of the appointments of the client. ${UNTIL_CREATED} ` +
      'Visible to administrators and to the client.',
  })
  calendarFeedUrl(@Root() { rowId: id }: Client, @Ctx() context: Context): Promise<string | null> {
    return feedUrl(context, { type: 'Client', id });
  }
}
