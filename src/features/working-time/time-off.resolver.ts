import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../../context';
import { answer } from '../../graphql/payload';
import { Appointment } from '../appointments/model/appointment.entity';
import { appointments } from '../appointments/model/list';
import { ClassSchedule } from '../classes/class-schedule.entity';
import { classSchedules } from '../classes/class.source';
import { Staff } from '../staff/staff.entity';
import { staff } from '../staff/staff.source';
import { createTimeOff } from './time-off.service';
import {
  CreateTimeOffInput,
  CreateTimeOffPayload,
  TimeOffConflict,
  type Taken,
} from './time-off.type';

@Resolver(() => TimeOffConflict)
export class TimeOffResolver {
  @Mutation(() => CreateTimeOffPayload, {
    description:
      'Takes time off for all of the staff or for none. For administrators, location super users for those who serve at their locations, and staff users for themselves.',
  })
  async createTimeOff(
    @Ctx() context: Context,
    @Arg('input', () => CreateTimeOffInput) input: CreateTimeOffInput,
  ): Promise<CreateTimeOffPayload> {
    const payload = await answer(context, 'appointments', () => createTimeOff(context, input));
    const conflicts = payload.userErrors.flatMap(
      (error) => (error as { conflicts?: readonly Taken[] }).conflicts ?? [],
    );
    return { ...payload, conflicts: conflicts.map((taken) => new TimeOffConflict(taken)) };
  }

  @FieldResolver(() => Staff, { description: 'Whose time it takes.' })
  staff(@Root() { taken }: TimeOffConflict, @Ctx() context: Context): Promise<Staff | null> {
    return staff.findById(context, taken.staffId);
  }

  @FieldResolver(() => Appointment, {
    nullable: true,
    description: 'Null where your key may not see it, and where it is a class.',
  })
  appointment(
    @Root() { taken }: TimeOffConflict,
    @Ctx() context: Context,
  ): Promise<Appointment | null> {
    return appointments.findVisible(context, taken.appointmentId);
  }

  @FieldResolver(() => ClassSchedule, {
    nullable: true,
    description: 'The session that they lead then; null where it is an appointment.',
  })
  classSchedule(
    @Root() { taken }: TimeOffConflict,
    @Ctx() context: Context,
  ): Promise<ClassSchedule | null> {
    return classSchedules.findVisible(context, taken.appointmentId);
  }
}
