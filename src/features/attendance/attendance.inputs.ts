import { IsOptional, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Decimal } from '../../lib/money';
import { DateTime, LocalDateTime } from '../../graphql/scalars';
import { Text, WebUrl } from '../../graphql/inputs/text-validators';
import { UserError } from '../../graphql/payload';
import { CancellationReason } from '../status-reasons/status-reasons';
import { Appointment } from '../appointments/model/appointment.entity';
import { CourseSet } from '../classes/course-set.entity';
import { ClassSchedule } from '../classes/class-schedule.entity';
import { MAX_CAPACITY, MAX_MINUTES } from '../classes/class.inputs';
import { ClassScheduleConflict } from '../classes/class-payloads';

@InputType({
  description:
    'Omitted fields keep their value; null clears a field. Appointments with a seat follow the ' +
    'session.',
})
export class UpdateClassScheduleInput {
  @Field(() => ID) id!: string;
  @Field(() => ID, { nullable: true, description: 'New leader of the session.' }) staffId?:
    string | null;
  @Field(() => ID, { nullable: true, description: 'New location.' }) locationId?: string | null;
  @Field(() => ID, { nullable: true, description: 'New room. Null removes the room.' })
  resourceId?: string | null;
  @Field(() => DateTime, {
    nullable: true,
    description: 'New start, as an alternative to localStart.',
  })
  start?: number | null;
  @Field(() => LocalDateTime, {
    nullable: true,
    description: 'New start as wall-clock time at the location, as an alternative to start.',
  })
  localStart?: string | null;
  @Field(() => Int, {
    nullable: true,
    description: 'New length in minutes.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_MINUTES)
  durationMinutes?: number | null;
  @Field(() => Int, {
    nullable: true,
    description: 'New number of seats. Minimum: the seats already taken.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_CAPACITY)
  capacity?: number | null;
  @Field(() => Decimal, {
    nullable: true,
    description: 'New price of one seat, for seats booked from now on.',
  })
  price?: string | null;
  @Field(() => String, { nullable: true }) @Text({ max: 500 }) address?: string | null;
  @Field(() => String, { nullable: true }) @WebUrl() meetingUrl?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Note recorded in the history of each appointment, and as changeReason.',
  })
  @Text({ max: 2000 })
  changeNote?: string | null;
  @Field(() => Int, {
    nullable: true,
  })
  expectedVersion?: number | null;
}

export enum ClassScheduleScope {
  THIS = 'THIS',
  THIS_AND_FOLLOWING = 'THIS_AND_FOLLOWING',
  ALL = 'ALL',
}
registerEnumType(ClassScheduleScope, {
  name: 'ClassScheduleScope',
  description: 'The affected sessions of a series that was created together.',
  valuesConfig: {
    THIS: { description: 'The given session.' },
    THIS_AND_FOLLOWING: { description: 'The given session and later ones.' },
    ALL: { description: 'The given session and all that have not begun.' },
  },
});

@InputType()
export class CancelClassScheduleInput {
  @Field(() => ID) id!: string;
  @Field(() => ClassScheduleScope, { defaultValue: ClassScheduleScope.THIS })
  scope!: ClassScheduleScope;
  @Field(() => String, {
    nullable: true,
    description: 'Note recorded in the history and sent to clients with a seat.',
  })
  @Text({ max: 2000 })
  note?: string | null;
  @Field(() => CancellationReason, { nullable: true, description: 'Reason for the cancellation.' })
  reason?: CancellationReason | null;
  @Field(() => Int, {
    nullable: true,
    description:
      'Expected version of the given session. A different version is rejected with ' +
      'VERSION_CONFLICT.',
  })
  expectedVersion?: number | null;
}

@ObjectType({ simpleResolvers: true })
export class UpdateClassSchedulePayload {
  @Field(() => ClassSchedule, {
    nullable: true,
    description: 'The changed session. Null if the input was rejected.',
  })
  classSchedule!: ClassSchedule | null;
  @Field(() => [ClassScheduleConflict], {
    description: 'Sessions whose leader or room is not free.',
  })
  conflicts!: ClassScheduleConflict[];
  @Field(() => [UserError], { description: 'Errors of the input. Empty on success.' })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true })
export class CancelClassSchedulePayload {
  @Field(() => [ClassSchedule], {
    nullable: true,
    description: 'Cancelled sessions, by start. Null if the input was rejected.',
  })
  classSchedules!: ClassSchedule[] | null;
  @Field(() => [Appointment], {
    nullable: true,
    description: 'Appointments cancelled with the sessions. Null if the input was rejected.',
  })
  appointments!: Appointment[] | null;
  @Field(() => [UserError], { description: 'Errors of the input. Empty on success.' })
  userErrors!: UserError[];
}

@InputType({ description: 'Omitted fields keep their value; null clears a field.' })
export class UpdateCourseSetInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => String, { nullable: true, description: 'Name of the run, such as the season.' })
  @Text({ min: 1, max: 255 })
  name?: string | null;
  @Field(() => Decimal, {
    nullable: true,
    description:
      'Price of one seat in all sessions together, for seats booked from now on. Null for the ' +
      'price of the reason.',
  })
  price?: string | null;
}

@InputType()
export class CancelCourseSetInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => String, {
    nullable: true,
    description: 'Note recorded in the history and sent to clients with a seat.',
  })
  @Text({ max: 2000 })
  note?: string | null;
  @Field(() => CancellationReason, { nullable: true, description: 'Reason for the cancellation.' })
  reason?: CancellationReason | null;
}

@ObjectType({ simpleResolvers: true })
export class CancelCourseSetPayload {
  @Field(() => CourseSet, {
    nullable: true,
    description: 'The cancelled run. Null if the input was rejected.',
  })
  courseSet!: CourseSet | null;
  @Field(() => [ClassSchedule], {
    nullable: true,
    description: 'Sessions cancelled with the run, by start. Null if the input was rejected.',
  })
  classSchedules!: ClassSchedule[] | null;
  @Field(() => [Appointment], {
    nullable: true,
    description: 'Appointments cancelled with the sessions. Null if the input was rejected.',
  })
  appointments!: Appointment[] | null;
  @Field(() => [UserError], { description: 'Errors of the input. Empty on success.' })
  userErrors!: UserError[];
}
