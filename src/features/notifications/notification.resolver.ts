import { Max, Min } from 'class-validator';
import { Args, ArgsType, Ctx, Field, Int, Query, Resolver, Root, Subscription } from 'type-graphql';
import { Role, STAFF_ROLES, type Context } from '../../context';
import { RequiresRole } from '../../graphql/sdl/required-role';
import { MAX_PAGE } from '../../graphql/connection';
import { checkSubStatuses } from '../appointments/sub-statuses/own-sub-statuses';
import { logPageOf, type LogConnection } from './log-event';
import {
  BookingNotification,
  BookingNotificationConnection,
  BookingNotificationFilter,
} from './notification';
import { admitFor, pageAfter, reader, startOf } from './notification.service';
import type { SeenBooking } from './event-subjects';

@ArgsType()
class LogArgs {
  @Field(() => String, {
    nullable: true,
    description: 'Cursor after which events are returned. "0" is the beginning of the log.',
  })
  after?: string;

  @Field(() => BookingNotificationFilter, { nullable: true })
  filter?: BookingNotificationFilter;
}

@ArgsType()
class LogPageArgs extends LogArgs {
  @Field(() => Int, { defaultValue: 25, description: 'Page size. Minimum 1, maximum 100.' })
  @Min(1)
  @Max(MAX_PAGE)
  first!: number;
}

@Resolver()
export class BookingNotificationResolver {
  @RequiresRole(...STAFF_ROLES, Role.CLIENT)
  @Query(() => BookingNotificationConnection, {
    description:
      'Events of bookings and waitlist entries that are visible to the caller, oldest first.',
  })
  async bookingNotifications(
    @Ctx() context: Context,
    @Args(() => LogPageArgs) { first, after, filter }: LogPageArgs,
  ): Promise<LogConnection<BookingNotification>> {
    const member = reader(context);
    await checkSubStatuses(context, filter?.subStatuses, ['filter', 'subStatuses']);
    const admit = admitFor(context.db, member, filter);
    const page = await pageAfter(context.db, member.businessId, { after, limit: first, admit });
    return logPageOf(
      page.events.map((event) => new BookingNotification(event, member)),
      page,
    );
  }

  @RequiresRole(...STAFF_ROLES, Role.CLIENT)
  @Subscription(() => BookingNotification, {
    name: 'bookingNotifications',
    description:
      'Events of bookings and waitlist entries that are visible to the caller. ' +
      'After a cursor, past events are replayed, then live ones follow, without loss or ' +
      'duplicates. ' +
      'A subscriber that reads too slowly receives SUBSCRIBER_LAGGED with the cursor to ' +
      'resume from.',
    async subscribe({ args, context }: { args: LogArgs; context: Context }) {
      const member = reader(context);
      await checkSubStatuses(context, args.filter?.subStatuses, ['filter', 'subStatuses']);
      const admit = admitFor(context.db, member, args.filter);
      return context.app.log.follow(member.businessId, startOf(context, args.after), admit);
    },
  })
  bookingNotificationsStream(
    @Root() event: SeenBooking,
    @Args(() => LogArgs) _args: LogArgs,
    @Ctx() { viewer }: Context,
  ): BookingNotification {
    return new BookingNotification(event, viewer);
  }
}
