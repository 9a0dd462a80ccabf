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
import { cancelClassSchedule, updateClassSchedule } from './attendance.service';

/** Changes of sessions that concern those who have seats in them. */
@Resolver()
export class AttendanceResolver {
  @Mutation(() => UpdateClassSchedulePayload, {
    description:
      'Moves a session, gives it another leader or room or other seats: who has one moves along. For administrators, and location super users at their locations.',
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
      'Cancels sessions, and the appointments of all who have a seat in them. For administrators, and location super users at their locations.',
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
