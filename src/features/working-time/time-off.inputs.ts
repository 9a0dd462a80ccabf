import { ArrayMaxSize, ArrayMinSize } from 'class-validator';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DateTime, LocalDate } from '../../graphql/scalars';
import { Text } from '../../graphql/inputs/text-validators';
import { UserError } from '../../graphql/payload';
import { Appointment } from '../appointments/model/appointment.entity';

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
  @Field(() => DateTime, {
    nullable: true,
    description: 'Start instant. Requires end. The alternative is from with to.',
  })
  start?: number | null;
  @Field(() => DateTime, { nullable: true, description: 'End instant. Requires start.' }) end?:
    number | null;
  @Field(() => LocalDate, {
    nullable: true,
    description: 'First whole day of absence. Requires to.',
  })
  from?: string | null;
  @Field(() => LocalDate, {
    nullable: true,
    description: 'Last whole day of absence, inclusive. Requires from.',
  })
  to?: string | null;
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
  description:
    'Omitted fields keep their value. A new time is given as start and end, or as from and to.',
})
export class UpdateTimeOffInput {
  @Field(() => ID, { description: 'Id of an appointment whose reason is of type PERSONAL.' })
  id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => DateTime, { nullable: true, description: 'New start instant. Requires end.' })
  start?: number | null;
  @Field(() => DateTime, { nullable: true, description: 'New end instant. Requires start.' })
  end?: number | null;
  @Field(() => LocalDate, {
    nullable: true,
    description: 'New first whole day, in the time zone of the staff member. Requires to.',
  })
  from?: string | null;
  @Field(() => LocalDate, {
    nullable: true,
    description: 'New last whole day, inclusive. Requires from.',
  })
  to?: string | null;
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
