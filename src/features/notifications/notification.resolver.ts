import { Max, Min } from 'class-validator';
import {
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  Int,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { Context } from '../../context';
import { isOneOf } from '../../db/sql';
import { acrossAll, computedField } from '../../graphql/relations/computed-field';
import { MAX_PAGE } from '../../graphql/connection';
import { toFew } from '../../graphql/relations/relation';
import { Appointment } from '../appointments/model/appointment.entity';
import { BookingEventType } from '../appointments/model/events';
import { checkSubStatuses } from '../appointments/sub-statuses/sub-status.loaders';
import { LogEvent, MAX_HISTORY } from '../../log/event.entity';
import { logTailOf } from '../../log/log-tail';
import {
  BookingNotification,
  BookingNotificationConnection,
  BookingNotificationFilter,
  HistoryEntry,
} from './notification.type';
import { admitFor, pageAfter, reader, startOf, type SeenBooking } from './notification.service';

@ArgsType()
class LogArgs {
  @Field(() => String, {
    nullable: true,
    description: 'A cursor: only what came after it. "0" means from where the log begins.',
  })
  after?: string;

  @Field(() => BookingNotificationFilter, { nullable: true })
  filter?: BookingNotificationFilter;
}

@ArgsType()
class LogPageArgs extends LogArgs {
  @Field(() => Int, { defaultValue: 25, description: '1 to 100.' })
  @Min(1)
  @Max(MAX_PAGE)
  first!: number;
}

/** Oldest first. By position, so that a step shows as soon as it is committed. */
const stepsOfAppointment = toFew<Appointment, LogEvent>(null, LogEvent, 'appointmentId', {
  order: ['position'],
  limit: MAX_HISTORY,
  where: (_member, column) => isOneOf(column('type'), Object.values(BookingEventType)),
});

const historyOfAppointment = computedField(
  Appointment,
  'history',
  [],
  [acrossAll(stepsOfAppointment, ...HistoryEntry.reads)],
  (_row, { viewer }, steps) => steps.map((step) => new HistoryEntry(step, viewer)),
);

@Resolver()
export class BookingNotificationResolver {
  @Query(() => BookingNotificationConnection, {
    description: 'The log of bookings, oldest first, as far as your key may see it.',
  })
  async bookingNotifications(
    @Ctx() context: Context,
    @Args(() => LogPageArgs) { first, after, filter }: LogPageArgs,
  ): Promise<BookingNotificationConnection> {
    const member = reader(context);
    await checkSubStatuses(context, filter?.subStatuses, ['filter', 'subStatuses']);
    const admit = admitFor(context.db, member, filter);
    const { events, cursor, hasNext, hasPrevious } = await pageAfter(
      context.db,
      member.businessId,
      { after, limit: first, admit },
    );
    const nodes = events.map((event) => new BookingNotification(event, member));
    return {
      nodes,
      pageInfo: {
        hasNextPage: hasNext,
        hasPreviousPage: hasPrevious,
        startCursor: nodes[0]?.cursor ?? null,
        endCursor: cursor,
      },
    };
  }

  @Subscription(() => BookingNotification, {
    name: 'bookingNotifications',
    description:
      'Each change of a booking that your key may see. After a cursor it first replays what came since, then goes on live: nothing is lost and nothing comes twice. ' +
      'One that reads too slowly gets SUBSCRIBER_LAGGED with the cursor to go on from.',
    async subscribe({ args, context }: { args: LogArgs; context: Context }) {
      const member = reader(context);
      await checkSubStatuses(context, args.filter?.subStatuses, ['filter', 'subStatuses']);
      const admit = admitFor(context.db, member, args.filter);
      return logTailOf(context.db).follow(member.businessId, startOf(context, args.after), admit);
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

@Resolver(() => Appointment)
export class AppointmentHistoryResolver {
  @FieldResolver(() => [HistoryEntry], {
    description: 'What became of it: who, when, what and why. Oldest first.',
  })
  history(@Root() row: Appointment, @Ctx() context: Context): Promise<HistoryEntry[]> {
    return historyOfAppointment(row, context);
  }
}
