import { ArrayMaxSize, ArrayMinSize, IsOptional, ValidateNested } from 'class-validator';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DateTime, LocalDate } from '../../graphql/scalars';
import { OneOf } from '../../graphql/inputs/one-of';
import { Text } from '../../graphql/inputs/text-validators';
import { UserError } from '../../graphql/payload';
import { Appointment } from '../appointments/model/appointment.entity';

@InputType({ description: 'An absence between two instants.' })
export class TimeOffInstantsInput {
  @Field(() => DateTime, { description: 'Start instant.' }) start!: number;
  @Field(() => DateTime, { description: 'End instant, exclusive.' }) end!: number;
}

@InputType({ description: 'An absence of whole days, in the time zone of the staff member.' })
export class TimeOffDaysInput {
  @Field(() => LocalDate, { description: 'First day of absence.' }) from!: string;
  @Field(() => LocalDate, { description: 'Last day of absence, inclusive.' }) to!: string;
}

@OneOf()
@InputType({ description: 'The time of an absence: between two instants, or whole days.' })
export class TimeOffPeriodInput {
  @Field(() => TimeOffInstantsInput, {
    nullable: true,
    description: 'An absence between two instants.',
  })
  @IsOptional()
  @ValidateNested()
  instants?: TimeOffInstantsInput | null;
  @Field(() => TimeOffDaysInput, {
    nullable: true,
    description: 'An absence of whole days, in the time zone of the staff member.',
  })
  @IsOptional()
  @ValidateNested()
  days?: TimeOffDaysInput | null;
}

@InputType({
  description:
    'Time off of one or several staff members: common instants, or whole days in the time zone ' +
    'of each.',
})
export class CreateTimeOffInput {
  @Field(() => [ID], { description: 'Absent staff members, maximum 200.' })
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  staffIds!: string[];
  @Field(() => TimeOffPeriodInput, { description: 'The absence, as instants or as whole days.' })
  @ValidateNested()
  period!: TimeOffPeriodInput;
  @Field(() => ID, {
    nullable: true,
    description: 'Id of a reason of type PERSONAL. Defaults to the first one by sortWeight.',
  })
  reasonId?: string | null;
  @Field(() => ID, {
    nullable: true,
    description:
      'Location of the appointments. Defaults to the first location of each staff member.',
  })
  locationId?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Note of at most 10,000 characters. Never visible to clients.',
  })
  @Text({ max: 10_000, multiline: true })
  note?: string | null;
  @Field({
    defaultValue: false,
    description:
      'Whether to book despite appointments in this time. Requires role: ADMINISTRATOR or ' +
      'LOCATION_SUPER_USER.',
  })
  override!: boolean;
}

@InputType({
  description: 'Omitted fields keep their value.',
})
export class UpdateTimeOffInput {
  @Field(() => ID, { description: 'Id of an appointment whose reason is of type PERSONAL.' })
  id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => TimeOffPeriodInput, {
    nullable: true,
    description: 'The new absence, as instants or as whole days.',
  })
  @IsOptional()
  @ValidateNested()
  period?: TimeOffPeriodInput | null;
  @Field(() => String, {
    nullable: true,
    description: 'Note of at most 10,000 characters, which clients never see. Null removes it.',
  })
  @Text({ max: 10_000, multiline: true })
  note?: string | null;
  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether to move it despite appointments in the new time. Requires role: ADMINISTRATOR or ' +
      'LOCATION_SUPER_USER.',
  })
  override?: boolean | null;
}

@InputType()
export class DeleteTimeOffInput {
  @Field(() => ID, { description: 'Id of an appointment whose reason is of type PERSONAL.' })
  id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => String, { nullable: true, description: 'Note recorded in the history.' })
  @Text({ max: 2000 })
  note?: string | null;
}

/** A staff member and the appointment or session that occupies their time. */
export interface TimeOffConflictRow {
  readonly staffId: number;
  readonly appointmentId: number;
  readonly startMs: number;
  readonly endMs: number;
}

@ObjectType({
  simpleResolvers: true,
  description: 'An appointment or session that time off would overlap.',
})
export class TimeOffConflict {
  constructor(readonly conflict: TimeOffConflictRow) {
    this.start = conflict.startMs;
    this.end = conflict.endMs;
  }

  @Field(() => DateTime, { description: 'Start of the conflict, including buffers.' })
  start: number;
  @Field(() => DateTime, { description: 'End of the conflict, including buffers.' }) end: number;
}

@ObjectType({ simpleResolvers: true })
export class CreateTimeOffPayload {
  @Field(() => [Appointment], {
    nullable: true,
    description:
      'Time off, one appointment for each staff member. Null if the input was rejected, ' +
      'in which case none was booked.',
  })
  appointments!: Appointment[] | null;
  @Field(() => [TimeOffConflict], { description: 'All conflicts of all given staff members.' })
  conflicts!: TimeOffConflict[];
  @Field(() => [UserError], { description: 'Errors of the input. Empty on success.' })
  userErrors!: UserError[];
}
