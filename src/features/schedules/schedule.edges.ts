import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../../context';
import { PageArgs, type Page } from '../../graphql/connection';
import { toMany } from '../../graphql/relations/relation';
import type { TenantRow } from '../../graphql/relations/repository';
import { Location } from '../locations/location.entity';
import { Reason } from '../reasons/reason.entity';
import { Resource } from '../resources/resource.entity';
import { Staff } from '../staff/staff.entity';
import type { DateOverride } from './date-override.entity';
import {
  DateOverrideFilter,
  DateOverrideOrder,
  SchedulePeriodFilter,
  SchedulePeriodOrder,
} from './schedule.inputs';
import { OWNERS, type OwnerType } from './schedule.owner';
import { DateOverrideConnection, SchedulePeriodConnection } from './schedule.resolver';
import { dateOverrideList, schedulePeriodList } from './schedule.source';
import type { SchedulePeriod } from './schedule-period.entity';

/** Builds the two connections of hours for a type of owner. */
function edgesOf<Row extends TenantRow>(type: OwnerType, owner: new () => Row) {
  const periodsOf = toMany<Row, SchedulePeriod, SchedulePeriodFilter>(
    `${type}.schedulePeriods`,
    schedulePeriodList,
    OWNERS[type],
  );
  const overridesOf = toMany<Row, DateOverride, DateOverrideFilter>(
    `${type}.dateOverrides`,
    dateOverrideList,
    OWNERS[type],
  );

  @Resolver(() => owner)
  class HoursResolver {
    @FieldResolver(() => SchedulePeriodConnection, {
      description: 'Weekly repeating hours visible to the caller, by first day.',
    })
    schedulePeriods(
      @Root() row: Row,
      @Ctx() context: Context,
      @Args(() => PageArgs) page: PageArgs,
      @Arg('filter', () => SchedulePeriodFilter, { nullable: true }) filter?: SchedulePeriodFilter,
      @Arg('orderBy', () => SchedulePeriodOrder, { nullable: true }) orderBy?: SchedulePeriodOrder,
    ): Page<SchedulePeriod> {
      return periodsOf(row, context, { ...page, filter, orderBy });
    }

    @FieldResolver(() => DateOverrideConnection, {
      description: 'Days with their own hours visible to the caller, by date.',
    })
    dateOverrides(
      @Root() row: Row,
      @Ctx() context: Context,
      @Args(() => PageArgs) page: PageArgs,
      @Arg('filter', () => DateOverrideFilter, { nullable: true }) filter?: DateOverrideFilter,
      @Arg('orderBy', () => DateOverrideOrder, { nullable: true }) orderBy?: DateOverrideOrder,
    ): Page<DateOverride> {
      return overridesOf(row, context, { ...page, filter, orderBy });
    }
  }
  return HoursResolver;
}

export const StaffHoursResolver = edgesOf('Staff', Staff);
export const LocationHoursResolver = edgesOf('Location', Location);
export const ReasonHoursResolver = edgesOf('Reason', Reason);
export const ResourceHoursResolver = edgesOf('Resource', Resource);
