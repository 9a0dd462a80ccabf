import { ArrayMaxSize, ArrayMinSize } from 'class-validator';
import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { DateTime, LocalDate } from '../../graphql/scalars';
import { Text } from '../../graphql/inputs/text-validators';
import { UserError } from '../../graphql/payload';
import { Appointment } from '../appointments/model/appointment.entity';

@InputType({
  description:
    'For one or for many: instants that are the same for all, or whole days in the time zone of each.',
})
export class CreateTimeOffInput {
  @Field(() => [ID], { description: 'Who is away, up to 200.' })
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  staffIds!: string[];
  @Field(() => DateTime, { nullable: true, description: 'With end. These two or from and to.' })
  start?: number | null;
  @Field(() => DateTime, { nullable: true }) end?: number | null;
  @Field(() => LocalDate, { nullable: true, description: 'First whole day away. With to.' }) from?:
    string | null;
  @Field(() => LocalDate, { nullable: true, description: 'Last whole day away, itself included.' })
  to?: string | null;
  @Field(() => ID, {
    nullable: true,
    description: 'Of type PERSONAL; the first of these by sortWeight unless given.',
  })
  reasonId?: string | null;
  @Field(() => ID, {
    nullable: true,
    description: 'Where it is kept; the first location of each staff member unless given.',
  })
  locationId?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Up to 10,000 characters. Clients never see it.',
  })
  @Text({ max: 10_000, multiline: true })
  note?: string | null;
  @Field({
    defaultValue: false,
    description: 'Beside whatever is booked in this time. As in createAppointment.',
  })
  override!: boolean;
}

/** Whose time is taken, and by what. */
export interface Taken {
  readonly staffId: number;
  readonly appointmentId: number;
  readonly startMs: number;
  readonly endMs: number;
}

@ObjectType({ simpleResolvers: true, description: 'Something booked that time off would overlap.' })
export class TimeOffConflict {
  constructor(readonly taken: Taken) {
    this.start = taken.startMs;
    this.end = taken.endMs;
  }

  @Field(() => DateTime, { description: 'Buffer included.' }) start: number;
  @Field(() => DateTime, { description: 'Buffer included.' }) end: number;
}

@ObjectType({ simpleResolvers: true })
export class CreateTimeOffPayload {
  @Field(() => [Appointment], {
    nullable: true,
    description: 'One for each staff member. Null when it was refused: then nobody has any of it.',
  })
  appointments!: Appointment[] | null;
  @Field(() => [TimeOffConflict], { description: 'Everything that is in the way, of everybody.' })
  conflicts!: TimeOffConflict[];
  @Field(() => [UserError], { description: 'Empty when it was done.' }) userErrors!: UserError[];
}
