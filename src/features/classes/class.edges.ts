import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../../context';
import { PageArgs, type Page } from '../../graphql/connection';
import { Location } from '../locations/location.entity';
import { Reason } from '../reasons/reason.entity';
import { Staff } from '../staff/staff.entity';
import type { ClassSchedule } from './class-schedule.entity';
import { ClassScheduleFilter, ClassScheduleOrder, CourseSetFilter } from './class.inputs';
import * as relations from './class.relations';
import { ClassScheduleConnection } from './class.resolver';
import type { CourseSet } from './course-set.entity';
import { CourseSetConnection } from './course.resolver';

@Resolver(() => Reason)
export class ReasonClassesResolver {
  @FieldResolver(() => ClassScheduleConnection, {
    description: 'Sessions of a CLASS or COURSE that are visible to the caller, by start.',
  })
  classSchedules(
    @Root() row: Reason,
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ClassScheduleFilter, { nullable: true }) filter?: ClassScheduleFilter,
    @Arg('orderBy', () => ClassScheduleOrder, { nullable: true }) orderBy?: ClassScheduleOrder,
  ): Page<ClassSchedule> {
    return relations.sessionsOfReason(row, context, { ...page, filter, orderBy });
  }

  @FieldResolver(() => CourseSetConnection, {
    description:
      'Runs of a COURSE that are visible to the caller, by the start of their first session.',
  })
  courseSets(
    @Root() row: Reason,
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => CourseSetFilter, { nullable: true }) filter?: CourseSetFilter,
    @Arg('orderBy', () => ClassScheduleOrder, { nullable: true }) orderBy?: ClassScheduleOrder,
  ): Page<CourseSet> {
    return relations.setsOfReason(row, context, { ...page, filter, orderBy });
  }
}

@Resolver(() => Location)
export class LocationClassesResolver {
  @FieldResolver(() => ClassScheduleConnection, {
    description: 'Sessions at the location that are visible to the caller, by start.',
  })
  classSchedules(
    @Root() row: Location,
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ClassScheduleFilter, { nullable: true }) filter?: ClassScheduleFilter,
    @Arg('orderBy', () => ClassScheduleOrder, { nullable: true }) orderBy?: ClassScheduleOrder,
  ): Page<ClassSchedule> {
    return relations.sessionsOfLocation(row, context, { ...page, filter, orderBy });
  }
}

@Resolver(() => Staff)
export class StaffClassesResolver {
  @FieldResolver(() => ClassScheduleConnection, {
    description: 'Sessions led by the staff member that are visible to the caller, by start.',
  })
  classSchedules(
    @Root() row: Staff,
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ClassScheduleFilter, { nullable: true }) filter?: ClassScheduleFilter,
    @Arg('orderBy', () => ClassScheduleOrder, { nullable: true }) orderBy?: ClassScheduleOrder,
  ): Page<ClassSchedule> {
    return relations.sessionsOfStaff(row, context, { ...page, filter, orderBy });
  }
}
