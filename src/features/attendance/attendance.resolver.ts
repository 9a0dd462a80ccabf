import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../../context';
import { answer, payloadOf } from '../../graphql/payload';
import { conflictsOf } from '../classes/class.resolver';
import { CourseSet } from '../classes/course-set.entity';
import {
  CancelClassScheduleInput,
  CancelClassSchedulePayload,
  CancelCourseSetInput,
  CancelCourseSetPayload,
  UpdateClassScheduleInput,
  UpdateClassSchedulePayload,
  UpdateCourseSetInput,
} from './attendance.inputs';
import { cancelClassSchedule } from './cancel-session';
import { cancelCourseSet, updateCourseSet } from './change-course-set';
import { updateClassSchedule } from './update-session';

const UpdateCourseSetPayload = payloadOf('UpdateCourseSet', 'courseSet', () => CourseSet);

/** Changes of sessions, which also change the appointments with seats in them. */
@Resolver()
export class AttendanceResolver {
  @Mutation(() => UpdateClassSchedulePayload, {
    description:
      'Changes time, leader, room or seats of a session. Appointments with a seat follow. ' +
      'Requires role: ADMINISTRATOR, or LOCATION_SUPER_USER of the location.',
  })
  async updateClassSchedule(
    @Ctx() context: Context,
    @Arg('input', () => UpdateClassScheduleInput) input: UpdateClassScheduleInput,
  ): Promise<UpdateClassSchedulePayload> {
    const payload = await answer(context, 'classSchedule', () =>
      updateClassSchedule(context, input),
    );
    return { ...payload, conflicts: conflictsOf(payload.userErrors) };
  }

  @Mutation(() => CancelClassSchedulePayload, {
    description:
      'Cancels sessions and the appointments with seats in them. Requires role: ADMINISTRATOR, ' +
      'or LOCATION_SUPER_USER of the location.',
  })
  async cancelClassSchedule(
    @Ctx() context: Context,
    @Arg('input', () => CancelClassScheduleInput) input: CancelClassScheduleInput,
  ): Promise<CancelClassSchedulePayload> {
    const { cancelled, userErrors } = await answer(context, 'cancelled', () =>
      cancelClassSchedule(context, input),
    );
    return {
      classSchedules: cancelled && [...cancelled.sessions],
      appointments: cancelled && [...cancelled.attendees],
      userErrors,
    };
  }

  @Mutation(() => UpdateCourseSetPayload, {
    description:
      'Changes name or price of a run of a course. Requires role: ADMINISTRATOR, or ' +
      'LOCATION_SUPER_USER of the location.',
  })
  updateCourseSet(
    @Ctx() context: Context,
    @Arg('input', () => UpdateCourseSetInput) input: UpdateCourseSetInput,
  ) {
    return answer(context, 'courseSet', () => updateCourseSet(context, input));
  }

  @Mutation(() => CancelCourseSetPayload, {
    description:
      'Cancels a run of a course: its sessions that have not begun, and the appointments with ' +
      'seats in them. A cancelled run is not changed. Requires role: ADMINISTRATOR, or ' +
      'LOCATION_SUPER_USER of the location.',
  })
  async cancelCourseSet(
    @Ctx() context: Context,
    @Arg('input', () => CancelCourseSetInput) input: CancelCourseSetInput,
  ): Promise<CancelCourseSetPayload> {
    const { cancelled, userErrors } = await answer(context, 'cancelled', () =>
      cancelCourseSet(context, input),
    );
    return {
      courseSet: cancelled && cancelled.set,
      classSchedules: cancelled && [...cancelled.sessions],
      appointments: cancelled && [...cancelled.attendees],
      userErrors,
    };
  }
}
