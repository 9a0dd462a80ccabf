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
  @Field(() => ID, { description: 'Of a staff member, a location or a client.' })
  ownerId!: string;
}

@InputType()
export class RevokeCalendarFeedInput {
  @Field(() => ID, { description: 'Of a staff member, a location or a client.' })
  ownerId!: string;
}

@ObjectType({ simpleResolvers: true })
class CreateCalendarFeedPayload {
  @Field(() => String, { nullable: true, description: 'Null when it was refused.' })
  calendarFeedUrl!: string | null;
  @Field(() => [UserError], { description: 'Empty when it was done.' }) userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true })
class RevokeCalendarFeedPayload {
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether there was a feed; null when it was refused.',
  })
  revoked!: boolean | null;
  @Field(() => [UserError], { description: 'Empty when it was done.' }) userErrors!: UserError[];
}

@Resolver()
export class CalendarFeedMutations {
  @Mutation(() => CreateCalendarFeedPayload, {
    description:
      'Makes the address of an iCalendar feed; where there is one it is answered again. For administrators, location super users at their locations, and everybody for themselves.',
  })
  createCalendarFeed(
    @Ctx() context: Context,
    @Arg('input', () => CreateCalendarFeedInput) { ownerId }: CreateCalendarFeedInput,
  ) {
    return answer(context, 'calendarFeedUrl', () => createFeed(context, ownerId));
  }

  @Mutation(() => RevokeCalendarFeedPayload, {
    description:
      'Ends a feed: its address leads nowhere from now on. One that is made later has another. For those who may make it.',
  })
  revokeCalendarFeed(
    @Ctx() context: Context,
    @Arg('input', () => RevokeCalendarFeedInput) { ownerId }: RevokeCalendarFeedInput,
  ) {
    return answer(context, 'revoked', () => revokeFeed(context, ownerId));
  }
}

const MADE_BY = 'Null until createCalendarFeed has made it.';

@Resolver(() => Staff)
export class StaffCalendarFeedResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description: `An iCalendar feed of the appointments in which they serve, with the names of those who come. ${MADE_BY} For administrators and themselves.`,
  })
  calendarFeedUrl(@Root() { rowId: id }: Staff, @Ctx() context: Context): Promise<string | null> {
    return feedUrl(context, { type: 'Staff', id });
  }
}

@Resolver(() => Location)
export class LocationCalendarFeedResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description: `An iCalendar feed of what takes place there, without a word of who comes. ${MADE_BY} For everybody.`,
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
    description: `An iCalendar feed of their appointments. ${MADE_BY} For administrators and themselves.`,
  })
  calendarFeedUrl(@Root() { rowId: id }: Client, @Ctx() context: Context): Promise<string | null> {
    return feedUrl(context, { type: 'Client', id });
  }
}
