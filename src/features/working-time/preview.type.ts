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

@InputType({ description: 'The input of one of these mutations, as it would be sent.' })
export class ScheduleChangeInput {
  @Field(() => CreateSchedulePeriodInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  createSchedulePeriod?: CreateSchedulePeriodInput | null;
  @Field(() => UpdateSchedulePeriodInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  updateSchedulePeriod?: UpdateSchedulePeriodInput | null;
  @Field(() => DeleteSchedulePeriodInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  deleteSchedulePeriod?: DeleteSchedulePeriodInput | null;
  @Field(() => CreateDateOverrideInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  createDateOverride?: CreateDateOverrideInput | null;
  @Field(() => UpdateDateOverrideInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  updateDateOverride?: UpdateDateOverrideInput | null;
  @Field(() => DeleteDateOverrideInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  deleteDateOverride?: DeleteDateOverrideInput | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'An appointment that would lie outside of the hours.',
})
export class OutsideAppointment {
  @Field(() => Appointment) appointment!: Appointment;
  @Field({ description: 'True: it does so now, too.' }) already!: boolean;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'What a change of hours would leave outside of them. Nothing is moved or cancelled by it.',
})
export class ScheduleChangePreview {
  @Field(() => Int) totalCount!: number;
  @Field(() => [OutsideAppointment], {
    description: 'The first 200 by their start, as far as your key may see them.',
  })
  outside!: OutsideAppointment[];
}
