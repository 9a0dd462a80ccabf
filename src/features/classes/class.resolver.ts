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
import { isStaffSide, type Context } from '../../context';
import { parseGlobalId } from '../../graphql/global-id';
import { connectionOf, PageArgs, type Page } from '../../graphql/connection';
import { Reads, Shows } from '../../graphql/relations/column-field';
import { DateTime } from '../../graphql/scalars';
import { TimeZone, timeZoneOf } from '../../graphql/time-zone.type';
import { answer, type UserError } from '../../graphql/payload';
import { Location } from '../locations/location.entity';
import { Reason } from '../reasons/reason.entity';
import { Resource } from '../resources/resource.entity';
import { resources } from '../resources/resource.source';
import { Staff } from '../staff/staff.entity';
import { staff } from '../staff/staff.source';
import { ClassSchedule } from './class-schedule.entity';
import { ClassScheduleFilter, ClassScheduleOrder, CreateClassScheduleInput } from './class.inputs';
import * as relations from './class.relations';
import { seatsLeft } from './class.seats';
import { createClassSchedule } from './class.service';
import { classScheduleList } from './class.source';
import { ClassScheduleConflict, CreateClassSchedulePayload, type Taken } from './class.type';
import { CourseSet } from './course-set.entity';

export const ClassScheduleConnection = connectionOf(ClassSchedule, 'ClassSchedule');

/** What was in the way, as a refusal brings it. */
export const conflictsOf = (userErrors: readonly UserError[]): ClassScheduleConflict[] =>
  userErrors
    .flatMap((error) => (error as { conflicts?: readonly Taken[] }).conflicts ?? [])
    .map((taken) => new ClassScheduleConflict(taken));

@Resolver(() => ClassSchedule)
export class ClassScheduleResolver {
  @Query(() => ClassSchedule, {
    nullable: true,
    description: 'Null where there is none that your key may see.',
  })
  classSchedule(
    @Ctx() context: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<ClassSchedule | null> {
    return classScheduleList.source.findVisible(
      context,
      parseGlobalId('ClassSchedule', id, ['id']),
    );
  }

  @Query(() => ClassScheduleConnection, {
    description:
      'Sessions of classes and courses that your key may see, by their start. To clients those that are open and online.',
  })
  classSchedules(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ClassScheduleFilter, { nullable: true }) filter?: ClassScheduleFilter,
    @Arg('orderBy', () => ClassScheduleOrder, { nullable: true }) orderBy?: ClassScheduleOrder,
  ): Page<ClassSchedule> {
    return classScheduleList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => CreateClassSchedulePayload, {
    description:
      'Schedules a class once, or repeated. For administrators, and location super users at their locations.',
  })
  async createClassSchedule(
    @Ctx() context: Context,
    @Arg('input', () => CreateClassScheduleInput) input: CreateClassScheduleInput,
  ): Promise<CreateClassSchedulePayload> {
    const { made, userErrors } = await answer(context, 'made', () =>
      createClassSchedule(context, input),
    );
    return {
      classSchedules: made && [...made.sessions],
      conflicts:
        made?.conflicts.map((taken) => new ClassScheduleConflict(taken)) ?? conflictsOf(userErrors),
      userErrors,
    };
  }

  @FieldResolver(() => Reason)
  reason(@Root() row: ClassSchedule, @Ctx() context: Context) {
    return relations.reasonOfSession(row, context);
  }

  @FieldResolver(() => Staff, { description: 'Who leads it, and is occupied by it.' })
  staff(@Root() row: ClassSchedule, @Ctx() context: Context) {
    return relations.staffOfSession(row, context);
  }

  @FieldResolver(() => Location)
  location(@Root() row: ClassSchedule, @Ctx() context: Context) {
    return relations.locationOfSession(row, context);
  }

  @FieldResolver(() => Resource, { nullable: true, description: 'The room, occupied by it.' })
  resource(@Root() row: ClassSchedule, @Ctx() context: Context) {
    return relations.resourceOfSession(row, context);
  }

  @FieldResolver(() => CourseSet, {
    nullable: true,
    description: 'Of a course: the set that it is booked with. Null for a class.',
  })
  courseSet(@Root() row: ClassSchedule, @Ctx() context: Context) {
    return relations.courseSetOfSession(row, context);
  }

  @FieldResolver(() => ClassSchedule, {
    nullable: true,
    description: 'The first of the sessions that were made together; null for one made alone.',
  })
  firstOfSeries(@Root() row: ClassSchedule, @Ctx() context: Context) {
    return relations.firstOfSeries(row, context);
  }

  @FieldResolver(() => DateTime)
  @Shows<ClassSchedule>('startAt')
  start(@Root() { startAt }: ClassSchedule): number {
    return startAt;
  }

  @FieldResolver(() => DateTime)
  @Shows<ClassSchedule>('endAt')
  end(@Root() { endAt }: ClassSchedule): number {
    return endAt;
  }

  @FieldResolver(() => TimeZone, { description: 'That of the location.' })
  @Reads<ClassSchedule>('timeZoneCode', 'startAt')
  timeZone(@Root() { timeZoneCode, startAt }: ClassSchedule): TimeZone {
    return timeZoneOf(timeZoneCode, startAt);
  }

  @FieldResolver(() => Int, {
    description: 'Seats that are free: neither booked nor held. 0 once it is cancelled.',
  })
  seatsLeft(@Root() row: ClassSchedule, @Ctx() context: Context): Promise<number> {
    return seatsLeft(row, context);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Where it takes place online. Shown to staff; those who have a seat find it in their appointment.',
  })
  @Reads<ClassSchedule>('meetingUrl')
  meetingUrl(@Root() { meetingUrl }: ClassSchedule, @Ctx() { viewer }: Context): string | null {
    return isStaffSide(viewer) ? meetingUrl : null;
  }
}

@Resolver(() => ClassScheduleConflict)
export class ClassScheduleConflictResolver {
  @FieldResolver(() => Staff, {
    nullable: true,
    description: 'The leader, where they are not free.',
  })
  staff(
    @Root() { taken: { staffId } }: ClassScheduleConflict,
    @Ctx() context: Context,
  ): Promise<Staff | null> | null {
    return staffId === null ? null : staff.findById(context, staffId);
  }

  @FieldResolver(() => Resource, { nullable: true, description: 'The room, where it is not free.' })
  resource(
    @Root() { taken: { resourceId } }: ClassScheduleConflict,
    @Ctx() context: Context,
  ): Promise<Resource | null> | null {
    return resourceId === null ? null : resources.findById(context, resourceId);
  }
}
