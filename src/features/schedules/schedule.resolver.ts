import {
  Arg,
  Args,
  createUnionType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Context } from '../../context';
import { parseGlobalId } from '../../graphql/global-id';
import { connectionOf, PageArgs, type Page } from '../../graphql/connection';
import { toOne } from '../../graphql/relations/relation';
import { answer, payloadOf } from '../../graphql/payload';
import { Location } from '../locations/location.entity';
import { locations } from '../locations/location.source';
import { Reason } from '../reasons/reason.entity';
import { reasons } from '../reasons/reason.source';
import { Resource } from '../resources/resource.entity';
import { Staff } from '../staff/staff.entity';
import { DateOverride } from './date-override.entity';
import {
  CreateDateOverrideInput,
  CreateSchedulePeriodInput,
  DateOverrideFilter,
  DateOverrideOrder,
  DeleteDateOverrideInput,
  DeleteSchedulePeriodInput,
  SchedulePeriodFilter,
  SchedulePeriodOrder,
  SplitSchedulePeriodInput,
  UpdateDateOverrideInput,
  UpdateSchedulePeriodInput,
} from './schedule.inputs';
import { ownerOf, type Owner } from './schedule.owner';
import * as plan from './schedule.plan';
import { carryOut } from './schedule.service';
import { dateOverrideList, schedulePeriodList } from './schedule.source';
import { SchedulePeriod } from './schedule-period.entity';

export const SchedulePeriodConnection = connectionOf(SchedulePeriod, 'SchedulePeriod');
export const DateOverrideConnection = connectionOf(DateOverride, 'DateOverride');

@ObjectType({ simpleResolvers: true, description: 'One period as two.' })
class SplitSchedulePeriod {
  @Field(() => SchedulePeriod, { description: 'Up to the day before.' }) earlier!: SchedulePeriod;
  @Field(() => SchedulePeriod, { description: 'From the day on, with an id of its own.' })
  later!: SchedulePeriod;
}

const periodPayload = (command: string) =>
  payloadOf(`${command}SchedulePeriod`, 'schedulePeriod', () => SchedulePeriod);
const overridePayload = (command: string) =>
  payloadOf(`${command}DateOverride`, 'dateOverride', () => DateOverride);
const CreatePeriodPayload = periodPayload('Create');
const UpdatePeriodPayload = periodPayload('Update');
const DeletePeriodPayload = periodPayload('Delete');
const SplitPeriodPayload = payloadOf('SplitSchedulePeriod', 'periods', () => SplitSchedulePeriod);
const CreateOverridePayload = overridePayload('Create');
const UpdateOverridePayload = overridePayload('Update');
const DeleteOverridePayload = overridePayload('Delete');

const HoursOwner = createUnionType({
  name: 'HoursOwner',
  description: 'Who or what has hours.',
  types: () => [Staff, Location, Reason, Resource] as const,
});

const locationOfPeriod = toOne<SchedulePeriod, Location>(
  'SchedulePeriod.location',
  'locationId',
  locations,
);
const reasonOfPeriod = toOne<SchedulePeriod, Reason>('SchedulePeriod.reason', 'reasonId', reasons);
const locationOfOverride = toOne<DateOverride, Location>(
  'DateOverride.location',
  'locationId',
  locations,
);

const MAY =
  'For administrators, location super users at their locations, and staff users for themselves.';

@Resolver(() => SchedulePeriod)
export class SchedulePeriodResolver {
  @Query(() => SchedulePeriod, {
    nullable: true,
    description: 'Null where there is none that your key may see.',
  })
  schedulePeriod(
    @Ctx() context: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<SchedulePeriod | null> {
    return schedulePeriodList.source.findVisible(
      context,
      parseGlobalId('SchedulePeriod', id, ['id']),
    );
  }

  @Query(() => SchedulePeriodConnection, {
    description:
      'Hours that repeat, by their first day. Staff users see those of no colleague, clients when locations are open.',
  })
  schedulePeriods(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => SchedulePeriodFilter, { nullable: true }) filter?: SchedulePeriodFilter,
    @Arg('orderBy', () => SchedulePeriodOrder, { nullable: true }) orderBy?: SchedulePeriodOrder,
  ): Page<SchedulePeriod> {
    return schedulePeriodList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => CreatePeriodPayload, { description: `Adds hours that repeat. ${MAY}` })
  createSchedulePeriod(
    @Ctx() context: Context,
    @Arg('input', () => CreateSchedulePeriodInput) input: CreateSchedulePeriodInput,
  ) {
    return answer(context, 'schedulePeriod', () =>
      carryOut(context, plan.createPeriod(context, input)),
    );
  }

  @Mutation(() => UpdatePeriodPayload, {
    description: `Changes hours, from a day on or altogether. What is booked stays booked: see previewScheduleChange. ${MAY}`,
  })
  updateSchedulePeriod(
    @Ctx() context: Context,
    @Arg('input', () => UpdateSchedulePeriodInput) input: UpdateSchedulePeriodInput,
  ) {
    return answer(context, 'schedulePeriod', () =>
      carryOut(context, plan.updatePeriod(context, input)),
    );
  }

  @Mutation(() => SplitPeriodPayload, {
    description: `Makes two periods of one, with the same hours. ${MAY}`,
  })
  splitSchedulePeriod(
    @Ctx() context: Context,
    @Arg('input', () => SplitSchedulePeriodInput) input: SplitSchedulePeriodInput,
  ) {
    return answer(context, 'periods', () => carryOut(context, plan.splitPeriod(context, input)));
  }

  @Mutation(() => DeletePeriodPayload, {
    description: `Removes hours, from a day on or altogether. Answers what is left of the period, or what it was. ${MAY}`,
  })
  deleteSchedulePeriod(
    @Ctx() context: Context,
    @Arg('input', () => DeleteSchedulePeriodInput) input: DeleteSchedulePeriodInput,
  ) {
    return answer(context, 'schedulePeriod', () =>
      carryOut(context, plan.deletePeriod(context, input)),
    );
  }

  @FieldResolver(() => HoursOwner, { description: 'Whose hours.' })
  async owner(@Root() row: SchedulePeriod, @Ctx() context: Context): Promise<Owner['row']> {
    return (await ownerOf(context, row)).row;
  }

  @FieldResolver(() => Location, {
    nullable: true,
    description:
      'Where a staff member works in these hours, or a reason is offered; null for everywhere.',
  })
  location(@Root() row: SchedulePeriod, @Ctx() context: Context) {
    return locationOfPeriod(row, context);
  }

  @FieldResolver(() => Reason, {
    nullable: true,
    description: 'What alone they are for; null for everything.',
  })
  reason(@Root() row: SchedulePeriod, @Ctx() context: Context) {
    return reasonOfPeriod(row, context);
  }
}

@Resolver(() => DateOverride)
export class DateOverrideResolver {
  @Query(() => DateOverride, {
    nullable: true,
    description: 'Null where there is none that your key may see.',
  })
  dateOverride(
    @Ctx() context: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<DateOverride | null> {
    return dateOverrideList.source.findVisible(context, parseGlobalId('DateOverride', id, ['id']));
  }

  @Query(() => DateOverrideConnection, {
    description:
      'Days with hours of their own, by date. Staff users see those of no colleague, clients those of locations.',
  })
  dateOverrides(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => DateOverrideFilter, { nullable: true }) filter?: DateOverrideFilter,
    @Arg('orderBy', () => DateOverrideOrder, { nullable: true }) orderBy?: DateOverrideOrder,
  ): Page<DateOverride> {
    return dateOverrideList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => CreateOverridePayload, {
    description: `Gives a day hours of its own, or closes it. One for an owner, a day and a place. ${MAY}`,
  })
  createDateOverride(
    @Ctx() context: Context,
    @Arg('input', () => CreateDateOverrideInput) input: CreateDateOverrideInput,
  ) {
    return answer(context, 'dateOverride', () =>
      carryOut(context, plan.createOverride(context, input)),
    );
  }

  @Mutation(() => UpdateOverridePayload, { description: MAY })
  updateDateOverride(
    @Ctx() context: Context,
    @Arg('input', () => UpdateDateOverrideInput) input: UpdateDateOverrideInput,
  ) {
    return answer(context, 'dateOverride', () =>
      carryOut(context, plan.updateOverride(context, input)),
    );
  }

  @Mutation(() => DeleteOverridePayload, {
    description: `The day has its usual hours again. Answers what was deleted. ${MAY}`,
  })
  deleteDateOverride(
    @Ctx() context: Context,
    @Arg('input', () => DeleteDateOverrideInput) input: DeleteDateOverrideInput,
  ) {
    return answer(context, 'dateOverride', () =>
      carryOut(context, plan.deleteOverride(context, input)),
    );
  }

  @FieldResolver(() => HoursOwner, { description: 'Whose hours.' })
  async owner(@Root() row: DateOverride, @Ctx() context: Context): Promise<Owner['row']> {
    return (await ownerOf(context, row)).row;
  }

  @FieldResolver(() => Location, {
    nullable: true,
    description: 'Where alone it replaces the hours; null for everywhere.',
  })
  location(@Root() row: DateOverride, @Ctx() context: Context) {
    return locationOfOverride(row, context);
  }
}
