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
import { PageArgs, type Page } from '../../graphql/connection';
import { answer, answerAs, payloadOf, UserError } from '../../graphql/payload';
import { Location } from '../locations/location.entity';
import { Reason } from '../reasons/reason.entity';
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
import { ownerOf, type Owner } from './hours-owner';
import { createOverride, deleteOverride, updateOverride } from './plan-overrides';
import { createPeriod, deletePeriod, splitPeriod, updatePeriod } from './plan-periods';
import { carryOut } from './schedule.service';
import { dateOverrideList, schedulePeriodList } from './schedule.list';
import { SchedulePeriod } from './schedule-period.entity';
import { RowById, PageOf } from '../../graphql/relations/relation-field';
import { SchedulePeriodConnection, DateOverrideConnection } from './schedule.relations';

@ObjectType({ simpleResolvers: true })
class SplitSchedulePeriodPayload {
  @Field(() => SchedulePeriod, {
    nullable: true,
    description: 'Period up to the day before the split. Null if the input was rejected.',
  })
  earlier!: SchedulePeriod | null;
  @Field(() => SchedulePeriod, {
    nullable: true,
    description:
      'Period from the day of the split on, with a new id. Null if the input was rejected.',
  })
  later!: SchedulePeriod | null;
  @Field(() => [UserError], { description: 'Errors of the input. Empty on success.' })
  userErrors!: UserError[];
}

const periodPayload = (command: string) =>
  payloadOf(`${command}SchedulePeriod`, 'schedulePeriod', () => SchedulePeriod);
const overridePayload = (command: string) =>
  payloadOf(`${command}DateOverride`, 'dateOverride', () => DateOverride);
const CreatePeriodPayload = periodPayload('Create');
const UpdatePeriodPayload = periodPayload('Update');
const DeletePeriodPayload = periodPayload('Delete');
const CreateOverridePayload = overridePayload('Create');
const UpdateOverridePayload = overridePayload('Update');
const DeleteOverridePayload = overridePayload('Delete');

const HoursOwner = createUnionType({
  name: 'HoursOwner',
  description: 'Row that has hours.',
  types: () => [Staff, Location, Reason, Resource] as const,
});

const MAY =
  'Requires role: ADMINISTRATOR, LOCATION_SUPER_USER at their locations, or STAFF_USER ' +
  'for their own hours.';

@Resolver(() => SchedulePeriod)
export class SchedulePeriodResolver {
  @Query(() => SchedulePeriod, {
    nullable: true,
    description: 'The schedule period with this id. Null if none is visible to the caller.',
  })
  @RowById(schedulePeriodList)
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
      'Weekly repeating hours visible to the caller, by first day. Staff users do not see ' +
      'those of colleagues; clients see those of locations only.',
  })
  @PageOf(schedulePeriodList)
  schedulePeriods(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => SchedulePeriodFilter, { nullable: true }) filter?: SchedulePeriodFilter,
    @Arg('orderBy', () => [SchedulePeriodOrder], { nullable: true })
    orderBy?: SchedulePeriodOrder[],
  ): Page<SchedulePeriod> {
    return schedulePeriodList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => CreatePeriodPayload, { description: `Adds weekly repeating hours. ${MAY}` })
  createSchedulePeriod(
    @Ctx() context: Context,
    @Arg('input', () => CreateSchedulePeriodInput) input: CreateSchedulePeriodInput,
  ) {
    return answer(context, 'schedulePeriod', () => carryOut(context, createPeriod(context, input)));
  }

  @Mutation(() => UpdatePeriodPayload, {
    description:
      'Changes hours, from a day on or as a whole. Existing appointments remain: see ' +
      `previewScheduleChange. ${MAY}`,
  })
  updateSchedulePeriod(
    @Ctx() context: Context,
    @Arg('input', () => UpdateSchedulePeriodInput) input: UpdateSchedulePeriodInput,
  ) {
    return answer(context, 'schedulePeriod', () => carryOut(context, updatePeriod(context, input)));
  }

  @Mutation(() => SplitSchedulePeriodPayload, {
    description: `Splits a period into two with the same hours. ${MAY}`,
  })
  splitSchedulePeriod(
    @Ctx() context: Context,
    @Arg('input', () => SplitSchedulePeriodInput) input: SplitSchedulePeriodInput,
  ) {
    return answerAs(
      context,
      () => carryOut(context, splitPeriod(context, input)),
      (periods) => periods ?? { earlier: null, later: null },
    );
  }

  @Mutation(() => DeletePeriodPayload, {
    description:
      'Removes hours, from a day on or as a whole. Returns the shortened or the deleted ' +
      `period. ${MAY}`,
  })
  deleteSchedulePeriod(
    @Ctx() context: Context,
    @Arg('input', () => DeleteSchedulePeriodInput) input: DeleteSchedulePeriodInput,
  ) {
    return answer(context, 'schedulePeriod', () => carryOut(context, deletePeriod(context, input)));
  }

  @FieldResolver(() => HoursOwner, { description: 'Owner of the hours.' })
  async owner(@Root() row: SchedulePeriod, @Ctx() context: Context): Promise<Owner['row']> {
    return (await ownerOf(context, row)).row;
  }
}

@Resolver(() => DateOverride)
export class DateOverrideResolver {
  @Query(() => DateOverride, {
    nullable: true,
    description: 'The date override with this id. Null if none is visible to the caller.',
  })
  @RowById(dateOverrideList)
  dateOverride(
    @Ctx() context: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<DateOverride | null> {
    return dateOverrideList.source.findVisible(context, parseGlobalId('DateOverride', id, ['id']));
  }

  @Query(() => DateOverrideConnection, {
    description:
      'Days with their own hours visible to the caller, by date. Staff users do not see ' +
      'those of colleagues; clients see those of locations only.',
  })
  @PageOf(dateOverrideList)
  dateOverrides(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => DateOverrideFilter, { nullable: true }) filter?: DateOverrideFilter,
    @Arg('orderBy', () => [DateOverrideOrder], { nullable: true }) orderBy?: DateOverrideOrder[],
  ): Page<DateOverride> {
    return dateOverrideList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => CreateOverridePayload, {
    description:
      'Sets the hours of one day, or closes it. Only one override can exist for an owner, ' +
      `a day and a location. ${MAY}`,
  })
  createDateOverride(
    @Ctx() context: Context,
    @Arg('input', () => CreateDateOverrideInput) input: CreateDateOverrideInput,
  ) {
    return answer(context, 'dateOverride', () => carryOut(context, createOverride(context, input)));
  }

  @Mutation(() => UpdateOverridePayload, { description: `Changes the hours of one day. ${MAY}` })
  updateDateOverride(
    @Ctx() context: Context,
    @Arg('input', () => UpdateDateOverrideInput) input: UpdateDateOverrideInput,
  ) {
    return answer(context, 'dateOverride', () => carryOut(context, updateOverride(context, input)));
  }

  @Mutation(() => DeleteOverridePayload, {
    description:
      'Removes the override, so that the day has its usual hours again. Returns the ' +
      `deleted override. ${MAY}`,
  })
  deleteDateOverride(
    @Ctx() context: Context,
    @Arg('input', () => DeleteDateOverrideInput) input: DeleteDateOverrideInput,
  ) {
    return answer(context, 'dateOverride', () => carryOut(context, deleteOverride(context, input)));
  }

  @FieldResolver(() => HoursOwner, { description: 'Owner of the hours.' })
  async owner(@Root() row: DateOverride, @Ctx() context: Context): Promise<Owner['row']> {
    return (await ownerOf(context, row)).row;
  }
}
