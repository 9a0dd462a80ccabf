import { Max, Min } from 'class-validator';
import { Args, ArgsType, Ctx, Field, Int, Query, Resolver, Root, Subscription } from 'type-graphql';
import { STAFF_ROLES, type Context } from '../../context';
import { RequiresRole } from '../../graphql/sdl/required-role';
import { MAX_PAGE } from '../../graphql/connection';
import type { SeenEvent } from '../../log/visibility';
import { logPageOf, type LogConnection } from '../notifications/log-event';
import { pageAfter, startOf } from '../notifications/notification.service';
import { admitFor, reader } from './change.service';
import { Change, ChangeConnection, ChangeFilter } from './change';

@ArgsType()
class ChangeArgs {
  @Field(() => String, {
    nullable: true,
    description: 'Cursor after which changes are returned. "0" is the beginning of the log.',
  })
  after?: string;

  @Field(() => ChangeFilter, { nullable: true })
  filter?: ChangeFilter;
}

@ArgsType()
class ChangePageArgs extends ChangeArgs {
  @Field(() => Int, { defaultValue: 25, description: 'Page size. Minimum 1, maximum 100.' })
  @Min(1)
  @Max(MAX_PAGE)
  first!: number;
}

@Resolver()
export class ChangeResolver {
  @RequiresRole(...STAFF_ROLES)
  @Query(() => ChangeConnection, {
    description:
      'Changes, other than bookings, of rows that are visible to the caller, oldest first. ' +
      'Staff only.',
  })
  async changes(
    @Ctx() context: Context,
    @Args(() => ChangePageArgs) { first, after, filter }: ChangePageArgs,
  ): Promise<LogConnection<Change>> {
    const member = reader(context);
    const page = await pageAfter(context.db, member.businessId, {
      after,
      limit: first,
      admit: admitFor(context.db, member, filter),
    });
    return logPageOf(
      page.events.map((event) => new Change(event, member)),
      page,
    );
  }

  @RequiresRole(...STAFF_ROLES)
  @Subscription(() => Change, {
    name: 'changes',
    description:
      'Changes, other than bookings, of rows that are visible to the caller. Resumes after a cursor as bookingNotifications does. Staff only.',
    async subscribe({ args, context }: { args: ChangeArgs; context: Context }) {
      const member = reader(context);
      const admit = admitFor(context.db, member, args.filter);
      return context.app.log.follow(member.businessId, startOf(context, args.after), admit);
    },
  })
  changesStream(
    @Root() event: SeenEvent,
    @Args(() => ChangeArgs) _args: ChangeArgs,
    @Ctx() { viewer }: Context,
  ): Change {
    return new Change(event, viewer);
  }
}
