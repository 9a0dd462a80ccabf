import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../../context';
import { answer } from '../../graphql/payload';
import { conflictsOf } from '../classes/class.resolver';
import {
  CancelClassScheduleInput,
  CancelClassSchedulePayload,
  UpdateClassScheduleInput,
  UpdateClassSchedulePayload,
} from './attendance.inputs';
import { cancelClassSchedule } from './cancel-session';
import { updateClassSchedule } from './update-session';

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
      appointmentsCancelled: cancelled?.attendees ?? 0,
      userErrors,
    };
  }
}
