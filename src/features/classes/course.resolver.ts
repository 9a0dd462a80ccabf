import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Context } from '../../context';
import { parseGlobalId } from '../../graphql/global-id';
import { connectionOf, PageArgs, type Page } from '../../graphql/connection';
import { Shows } from '../../graphql/relations/column-field';
import { DateTime } from '../../graphql/scalars';
import { answer } from '../../graphql/payload';
import { Location } from '../locations/location.entity';
import { Reason } from '../reasons/reason.entity';
import type { ClassSchedule } from './class-schedule.entity';
import {
  ClassScheduleFilter,
  ClassScheduleOrder,
  CourseSetFilter,
  CreateCourseSetInput,
} from './class.inputs';
import * as relations from './class.relations';
import { ClassScheduleConnection, conflictsOf } from './class.resolver';
import { seatsLeftOfSet } from './class.seats';
import { createCourseSet } from './class.service';
import { courseSetList } from './class.source';
import { CreateCourseSetPayload } from './class.type';
import { CourseSet } from './course-set.entity';

export const CourseSetConnection = connectionOf(CourseSet, 'CourseSet');

@Resolver(() => CourseSet)
export class CourseSetResolver {
  @Query(() => CourseSet, {
    nullable: true,
    description: 'The set with an id. Null if it does not exist or is not visible to the caller.',
  })
  courseSet(@Ctx() context: Context, @Arg('id', () => ID) id: string): Promise<CourseSet | null> {
    return courseSetList.source.findVisible(context, parseGlobalId('CourseSet', id, ['id']));
  }

  @Query(() => CourseSetConnection, {
    description:
      'Runs of courses that are visible to the caller, by the start of their first session.',
  })
  courseSets(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => CourseSetFilter, { nullable: true }) filter?: CourseSetFilter,
    @Arg('orderBy', () => ClassScheduleOrder, { nullable: true }) orderBy?: ClassScheduleOrder,
  ): Page<CourseSet> {
    return courseSetList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => CreateCourseSetPayload, {
    description:
      'Creates a run of a course with all of its sessions, or none. Requires role: ADMINISTRATOR, or LOCATION_SUPER_USER of the location.',
  })
  async createCourseSet(
    @Ctx() context: Context,
    @Arg('input', () => CreateCourseSetInput) input: CreateCourseSetInput,
  ): Promise<CreateCourseSetPayload> {
    const payload = await answer(context, 'courseSet', () => createCourseSet(context, input));
    return { ...payload, conflicts: conflictsOf(payload.userErrors) };
  }

  @FieldResolver(() => Reason)
  reason(@Root() row: CourseSet, @Ctx() context: Context) {
    return relations.reasonOfSet(row, context);
  }

  @FieldResolver(() => Location)
  location(@Root() row: CourseSet, @Ctx() context: Context) {
    return relations.locationOfSet(row, context);
  }

  @FieldResolver(() => ClassScheduleConnection, { description: 'Sessions of the run, by start.' })
  sessions(
    @Root() row: CourseSet,
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ClassScheduleFilter, { nullable: true }) filter?: ClassScheduleFilter,
    @Arg('orderBy', () => ClassScheduleOrder, { nullable: true }) orderBy?: ClassScheduleOrder,
  ): Page<ClassSchedule> {
    return relations.sessionsOfSet(row, context, { ...page, filter, orderBy });
  }

  @FieldResolver(() => DateTime, { description: 'Start of the first session.' })
  @Shows<CourseSet>('startAt')
  start(@Root() { startAt }: CourseSet): number {
    return startAt;
  }

  @FieldResolver(() => Int, { description: 'Seats free in every open session of the run.' })
  seatsLeft(@Root() row: CourseSet, @Ctx() context: Context): Promise<number> {
    return seatsLeftOfSet(row, context);
  }
}
