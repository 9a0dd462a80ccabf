import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { isStaffSide, type Context } from '../../context';
import { parseGlobalId } from '../../graphql/global-id';
import { PageArgs, type Page } from '../../graphql/connection';
import { Reads, Shows } from '../../graphql/relations/column-field';
import { DateTime } from '../../graphql/scalars';
import { TimeZone, timeZoneOf } from '../../graphql/time-zone';
import { answer, type UserError } from '../../graphql/payload';
import { Resource } from '../resources/resource.entity';
import { resources } from '../resources/resource.list';
import { Staff } from '../staff/staff.entity';
import { staff } from '../staff/staff.list';
import { ClassSchedule } from './class-schedule.entity';
import { ClassScheduleFilter, ClassScheduleOrder, CreateClassScheduleInput } from './class.inputs';
import { createClassSchedule } from './class.service';
import { classScheduleList } from './class.list';
import {
  ClassScheduleConflict,
  CreateClassSchedulePayload,
  type SessionConflict,
} from './class-payloads';
import { RowById, PageOf } from '../../graphql/relations/relation-field';
import { ClassScheduleConnection } from './class.relations';
import { CancellationReason } from '../status-reasons/status-reasons';
import { StaffOnly } from '../../graphql/sdl/required-role';

/** Returns the conflicts in the errors of a payload. */
export const conflictsOf = (userErrors: readonly UserError[]): ClassScheduleConflict[] =>
  userErrors
    .flatMap((error) => (error as { conflicts?: readonly SessionConflict[] }).conflicts ?? [])
    .map((conflict) => new ClassScheduleConflict(conflict));

@Resolver(() => ClassSchedule)
export class ClassScheduleResolver {
  @Query(() => ClassSchedule, {
    nullable: true,
    description:
      'The session with an id. Null if it does not exist or is not visible to the caller.',
  })
  @RowById(classScheduleList)
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
      'Sessions of classes and courses that are visible to the caller, by start. Clients see ' +
      'open sessions that are bookable online.',
  })
  @PageOf(classScheduleList)
  classSchedules(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ClassScheduleFilter, { nullable: true }) filter?: ClassScheduleFilter,
    @Arg('orderBy', () => [ClassScheduleOrder], { nullable: true }) orderBy?: ClassScheduleOrder[],
  ): Page<ClassSchedule> {
    return classScheduleList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => CreateClassSchedulePayload, {
    description:
      'Creates one session of a class, or a series. Requires role: ADMINISTRATOR, or ' +
      'LOCATION_SUPER_USER of the location.',
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
        made?.conflicts.map((conflict) => new ClassScheduleConflict(conflict)) ??
        conflictsOf(userErrors),
      userErrors,
    };
  }

  @FieldResolver(() => DateTime, { description: 'Start of the session.' })
  @Shows<ClassSchedule>('startAt')
  start(@Root() { startAt }: ClassSchedule): number {
    return startAt;
  }

  @FieldResolver(() => DateTime, { description: 'End of the session.' })
  @Shows<ClassSchedule>('endAt')
  end(@Root() { endAt }: ClassSchedule): number {
    return endAt;
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'Start before the first move to another time. Null if the session has not moved.',
  })
  @Shows<ClassSchedule>('originalStartAt')
  originalStart(@Root() { originalStartAt }: ClassSchedule): number | null {
    return originalStartAt;
  }

  @FieldResolver(() => CancellationReason, {
    nullable: true,
    description: 'Reason for the cancellation. Null without one, and for other statuses.',
  })
  @Shows<ClassSchedule>('cancelReasonCode')
  cancelReason(@Root() { cancelReasonCode }: ClassSchedule): CancellationReason | null {
    return cancelReasonCode;
  }

  @FieldResolver(() => String, { nullable: true, description: 'Note on the cancellation.' })
  @Shows<ClassSchedule>('cancelReason')
  cancelNote(@Root() { cancelReason }: ClassSchedule): string | null {
    return cancelReason;
  }

  @FieldResolver(() => TimeZone, { description: 'Time zone of the location.' })
  @Reads<ClassSchedule>('timeZoneCode', 'startAt')
  timeZone(@Root() { timeZoneCode, startAt }: ClassSchedule): TimeZone {
    return timeZoneOf(timeZoneCode, startAt);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Address of the online meeting. Staff only: null for other roles. Clients with a seat ' +
      'read it from their appointment.',
  })
  @Reads<ClassSchedule>('meetingUrl')
  @StaffOnly()
  meetingUrl(@Root() { meetingUrl }: ClassSchedule, @Ctx() { viewer }: Context): string | null {
    return isStaffSide(viewer) ? meetingUrl : null;
  }
}

@Resolver(() => ClassScheduleConflict)
export class ClassScheduleConflictResolver {
  @FieldResolver(() => Staff, {
    nullable: true,
    description: 'The leader, if not free. Null otherwise.',
  })
  staff(
    @Root() { conflict: { staffId } }: ClassScheduleConflict,
    @Ctx() context: Context,
  ): Promise<Staff | null> | null {
    return staffId === null ? null : staff.findById(context, staffId);
  }

  @FieldResolver(() => Resource, {
    nullable: true,
    description: 'The room, if not free. Null otherwise.',
  })
  resource(
    @Root() { conflict: { resourceId } }: ClassScheduleConflict,
    @Ctx() context: Context,
  ): Promise<Resource | null> | null {
    return resourceId === null ? null : resources.findById(context, resourceId);
  }
}
