import { IsOptional, ValidateNested } from 'class-validator';
import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Appointment } from '../appointments/model/appointment.entity';
import {
  CreateDateOverrideInput,
  CreateSchedulePeriodInput,
  DeleteDateOverrideInput,
  DeleteSchedulePeriodInput,
  UpdateDateOverrideInput,
  UpdateSchedulePeriodInput,
} from '../schedules/schedule.inputs';
import { OneOf } from '../../graphql/inputs/one-of';

@OneOf()
@InputType({ description: 'The input of exactly one of these mutations.' })
export class ScheduleChangeInput {
  @Field(() => CreateSchedulePeriodInput, {
    description: 'Weekly hours to create.',
    nullable: true,
  })
  @IsOptional()
  @ValidateNested()
  createSchedulePeriod?: CreateSchedulePeriodInput | null;
  @Field(() => UpdateSchedulePeriodInput, {
    description: 'Weekly hours to change.',
    nullable: true,
  })
  @IsOptional()
  @ValidateNested()
  updateSchedulePeriod?: UpdateSchedulePeriodInput | null;
  @Field(() => DeleteSchedulePeriodInput, {
    description: 'Weekly hours to delete.',
    nullable: true,
  })
  @IsOptional()
  @ValidateNested()
  deleteSchedulePeriod?: DeleteSchedulePeriodInput | null;
  @Field(() => CreateDateOverrideInput, {
    description: 'A day with its own hours to create.',
    nullable: true,
  })
  @IsOptional()
  @ValidateNested()
  createDateOverride?: CreateDateOverrideInput | null;
  @Field(() => UpdateDateOverrideInput, {
    description: 'A day with its own hours to change.',
    nullable: true,
  })
  @IsOptional()
  @ValidateNested()
  updateDateOverride?: UpdateDateOverrideInput | null;
  @Field(() => DeleteDateOverrideInput, {
    description: 'A day with its own hours to delete.',
    nullable: true,
  })
  @IsOptional()
  @ValidateNested()
  deleteDateOverride?: DeleteDateOverrideInput | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'An appointment that would be outside of the hours.',
})
export class OutsideAppointment {
  @Field(() => Appointment, { description: 'An appointment outside of the hours.' })
  appointment!: Appointment;
  @Field({ description: 'Whether the appointment is already outside of the hours.' })
  already!: boolean;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'Appointments that a change of hours would leave outside of them. The change itself neither ' +
    'moves nor cancels them.',
})
export class ScheduleChangePreview {
  @Field(() => Int, { description: 'Number of appointments, including those that outside omits.' })
  totalCount!: number;
  @Field(() => [OutsideAppointment], {
    description: 'The first 200 appointments by start that are visible to the caller.',
  })
  outside!: OutsideAppointment[];
}
