import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../../context';
import { answer, payloadOf } from '../../graphql/payload';
import { Appointment } from '../appointments/model/appointment.entity';
import { appointments } from '../appointments/model/list';
import { ClassSchedule } from '../classes/class-schedule.entity';
import { classSchedules } from '../classes/class.list';
import { Staff } from '../staff/staff.entity';
import { staff } from '../staff/staff.list';
import { deleteTimeOff, updateTimeOff } from './change-time-off';
import { createTimeOff } from './time-off.service';
import {
  CreateTimeOffInput,
  CreateTimeOffPayload,
  DeleteTimeOffInput,
  UpdateTimeOffInput,
  TimeOffConflict,
  type TimeOffConflictRow,
} from './time-off.inputs';

const UpdateTimeOffPayload = payloadOf('UpdateTimeOff', 'appointment', () => Appointment);
const DeleteTimeOffPayload = payloadOf('DeleteTimeOff', 'appointment', () => Appointment);

@Resolver(() => TimeOffConflict)
export class TimeOffResolver {
  @Mutation(() => CreateTimeOffPayload, {
    description:
      'Books time off for all given staff members, or none. Requires role: ADMINISTRATOR, ' +
      'LOCATION_SUPER_USER for staff of its locations, or STAFF_USER for itself.',
  })
  async createTimeOff(
    @Ctx() context: Context,
    @Arg('input', () => CreateTimeOffInput) input: CreateTimeOffInput,
  ): Promise<CreateTimeOffPayload> {
    const payload = await answer(context, 'appointments', () => createTimeOff(context, input));
    const conflicts = payload.userErrors.flatMap(
      (error) => (error as { conflicts?: readonly TimeOffConflictRow[] }).conflicts ?? [],
    );
    return { ...payload, conflicts: conflicts.map((conflict) => new TimeOffConflict(conflict)) };
  }

  @Mutation(() => UpdateTimeOffPayload, {
    description:
      'Moves time off, or changes its note. Requires role: ADMINISTRATOR, LOCATION_SUPER_USER at ' +
      'its location, or STAFF_USER for itself.',
  })
  updateTimeOff(
    @Ctx() context: Context,
    @Arg('input', () => UpdateTimeOffInput) input: UpdateTimeOffInput,
  ) {
    return answer(context, 'appointment', () => updateTimeOff(context, input));
  }

  @Mutation(() => DeleteTimeOffPayload, {
    description:
      'Cancels time off, which frees its time. Cancelled time off is not changed. Requires role: ' +
      'ADMINISTRATOR, LOCATION_SUPER_USER at its location, or STAFF_USER for itself.',
  })
  deleteTimeOff(
    @Ctx() context: Context,
    @Arg('input', () => DeleteTimeOffInput) input: DeleteTimeOffInput,
  ) {
    return answer(context, 'appointment', () => deleteTimeOff(context, input));
  }

  @FieldResolver(() => Staff, { description: 'Staff member with the conflict.' })
  staff(@Root() { conflict }: TimeOffConflict, @Ctx() context: Context): Promise<Staff | null> {
    return staff.findById(context, conflict.staffId);
  }

  @FieldResolver(() => Appointment, {
    nullable: true,
    description:
      'The booked appointment. Null for a session, and if it is not visible to the caller.',
  })
  appointment(
    @Root() { conflict }: TimeOffConflict,
    @Ctx() context: Context,
  ): Promise<Appointment | null> {
    return appointments.findVisible(context, conflict.appointmentId);
  }

  @FieldResolver(() => ClassSchedule, {
    nullable: true,
    description:
      'The session that the staff member leads. Null for an appointment, and if it is not ' +
      'visible to the caller.',
  })
  classSchedule(
    @Root() { conflict }: TimeOffConflict,
    @Ctx() context: Context,
  ): Promise<ClassSchedule | null> {
    return classSchedules.findVisible(context, conflict.appointmentId);
  }
}
