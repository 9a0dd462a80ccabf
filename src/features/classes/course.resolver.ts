import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../../context';
import { parseGlobalId } from '../../graphql/global-id';
import { PageArgs, type Page } from '../../graphql/connection';
import { Shows } from '../../graphql/relations/column-field';
import { DateTime } from '../../graphql/scalars';
import { answer } from '../../graphql/payload';
import { ClassScheduleOrder, CourseSetFilter, CreateCourseSetInput } from './class.inputs';
import { conflictsOf } from './class.resolver';
import { createCourseSet } from './class.service';
import { courseSetList } from './class.list';
import { CreateCourseSetPayload } from './class-payloads';
import { CourseSet } from './course-set.entity';
import { RowById, PageOf } from '../../graphql/relations/relation-field';
import { CourseSetConnection } from './class.relations';
import { CancellationReason } from '../status-reasons/status-reasons';

@Resolver(() => CourseSet)
export class CourseSetResolver {
  @Query(() => CourseSet, {
    nullable: true,
    description: 'The set with an id. Null if it does not exist or is not visible to the caller.',
  })
  @RowById(courseSetList)
  courseSet(@Ctx() context: Context, @Arg('id', () => ID) id: string): Promise<CourseSet | null> {
    return courseSetList.source.findVisible(context, parseGlobalId('CourseSet', id, ['id']));
  }

  @Query(() => CourseSetConnection, {
    description:
      'Runs of courses that are visible to the caller, by the start of their first session.',
  })
  @PageOf(courseSetList)
  courseSets(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => CourseSetFilter, { nullable: true }) filter?: CourseSetFilter,
    @Arg('orderBy', () => [ClassScheduleOrder], { nullable: true }) orderBy?: ClassScheduleOrder[],
  ): Page<CourseSet> {
    return courseSetList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => CreateCourseSetPayload, {
    description:
      'Creates a run of a course with all of its sessions, or none. Requires role: ' +
      'ADMINISTRATOR, or LOCATION_SUPER_USER of the location.',
  })
  async createCourseSet(
    @Ctx() context: Context,
    @Arg('input', () => CreateCourseSetInput) input: CreateCourseSetInput,
  ): Promise<CreateCourseSetPayload> {
    const payload = await answer(context, 'courseSet', () => createCourseSet(context, input));
    return { ...payload, conflicts: conflictsOf(payload.userErrors) };
  }

  @FieldResolver(() => DateTime, { description: 'Start of the first session.' })
  @Shows<CourseSet>('startAt')
  start(@Root() { startAt }: CourseSet): number {
    return startAt;
  }

  @FieldResolver(() => CancellationReason, {
    nullable: true,
    description: 'Reason for the cancellation of the run. Null without one.',
  })
  @Shows<CourseSet>('cancelReasonCode')
  cancelReason(@Root() { cancelReasonCode }: CourseSet): CancellationReason | null {
    return cancelReasonCode;
  }

  @FieldResolver(() => String, { nullable: true, description: 'Note on the cancellation.' })
  @Shows<CourseSet>('cancelReason')
  cancelNote(@Root() { cancelReason }: CourseSet): string | null {
    return cancelReason;
  }
}
