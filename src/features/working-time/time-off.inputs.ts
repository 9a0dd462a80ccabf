import { ArrayMaxSize, ArrayMinSize } from 'class-validator';
import { Field, ID, InputType, ObjectType } from 'type-graphql';
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
