import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsOptional, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { ConflictPolicy } from '../../graphql/inputs/conflict-policy';
import { Decimal } from '../../lib/money';
import { OrderDirection } from '../../graphql/connection';
import { MAX_OCCURRENCES } from '../../lib/recurrence';
import { DateTime, LocalDate, LocalDateTime } from '../../graphql/scalars';
import { Text, WebUrl } from '../../graphql/inputs/text-validators';
import { ClassScheduleStatus } from './class-schedule.entity';

export const MAX_CAPACITY = 10_000;
export const MAX_MINUTES = 24 * 60;

export enum ClassScheduleOrderField {
  START = 'START',
}
registerEnumType(ClassScheduleOrderField, {
  name: 'ClassScheduleOrderField',
  valuesConfig: { START: { description: 'By the start.' } },
});

@InputType({
  description: 'Order of sessions by start, and of sets by the start of their first session.',
})
export class ClassScheduleOrder {
  @Field(() => ClassScheduleOrderField) field!: ClassScheduleOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

@InputType({ description: 'Conditions that must all hold.' })
export class ClassScheduleFilter {
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) ids?: string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) reasonIds?:
    string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) locationIds?:
    string[] | null;
  @Field(() => [ID], { nullable: true, description: 'Sessions led by one of these staff members.' })
  @IsOptional()
  @ArrayMaxSize(500)
  staffIds?: string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) resourceIds?:
    string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) courseSetIds?:
    string[] | null;
  @Field(() => [ID], {
    nullable: true,
    description:
      'Sessions of the series that begin with one of these sessions, which are included.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  firstOfSeriesIds?: string[] | null;
  @Field(() => [ClassScheduleStatus], {
    description: 'Only sessions with one of these statuses.',
    nullable: true,
  })
  @IsOptional()
  @ArrayMaxSize(2)
  statuses?: ClassScheduleStatus[] | null;
  @Field(() => LocalDate, {
    nullable: true,
    description:
      'First day, in the time zone of the location of each session. Sessions that overlap the ' +
      'days are included.',
  })
  from?: string | null;
  @Field(() => LocalDate, {
    nullable: true,
    description: 'Last day, inclusive.',
  })
  to?: string | null;
}

@InputType({ description: 'Conditions that must all hold.' })
export class CourseSetFilter {
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) ids?: string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) reasonIds?:
    string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) locationIds?:
    string[] | null;
  @Field(() => [ID], {
    nullable: true,
    description: 'Sets with a session led by one of these staff members.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  staffIds?: string[] | null;
  @Field(() => LocalDate, {
    nullable: true,
    description: 'Sets with a session on this day or later.',
  })
  from?: string | null;
  @Field(() => LocalDate, {
    nullable: true,
    description: 'Sets with a session on this day or earlier.',
  })
  to?: string | null;
}

/** Common fields of sessions that are created together. */
@InputType()
export abstract class SessionsInput {
  @Field(() => ID, { description: 'Leader of the sessions.' }) staffId!: string;
  @Field(() => ID, { nullable: true, description: 'Defaults to the primary location.' })
  locationId?: string | null;
  @Field(() => ID, {
    nullable: true,
    description: 'Room or other resource at the location, of which one unit is claimed.',
  })
  resourceId?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Start of the first session. Alternatives are localStart and starts.',
  })
  start?: number | null;
  @Field(() => LocalDateTime, {
    nullable: true,
    description:
      'Start of the first session as wall-clock time at the location. Alternatives are start ' +
      'and starts.',
  })
  localStart?: string | null;

  @Field(() => [DateTime], {
    nullable: true,
    description: `Starts of all sessions, maximum ${MAX_OCCURRENCES}, as an alternative to a rule.`,
  })
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_OCCURRENCES)
  @ArrayUnique()
  starts?: number[] | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Length in minutes, maximum 1440. Defaults to visitMinutes of the reason.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_MINUTES)
  durationMinutes?: number | null;

  @Field(() => Int, { description: `Number of seats. Minimum 1, maximum ${MAX_CAPACITY}.` })
  @Min(1)
  @Max(MAX_CAPACITY)
  capacity!: number;
  @Field(() => String, { nullable: true, description: 'Required at a location of type VARIABLE.' })
  @Text({ max: 500 })
  address?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Address of the online meeting. Visible to staff, and to clients with a seat.',
  })
  @WebUrl()
  meetingUrl?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Recurrence rule of RFC 5545, evaluated in the time zone of the location, such as ' +
      `FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10. Maximum ${MAX_OCCURRENCES} sessions.`,
  })
  @Text({ min: 1, max: 500 })
  rrule?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of sessions, for a rule without COUNT and UNTIL.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_OCCURRENCES)
  count?: number | null;
}

@InputType()
export class CreateClassScheduleInput extends SessionsInput {
  @Field(() => ID, { description: 'Id of a reason of type CLASS.' }) reasonId!: string;
  @Field(() => Decimal, {
    nullable: true,
    description: 'Price of one seat. Defaults to the price of the reason.',
  })
  price?: string | null;
  @Field(() => ConflictPolicy, {
    description: 'What happens if the time of an occurrence is not available.',
    defaultValue: ConflictPolicy.ALL_OR_NOTHING,
  })
  onConflict!: ConflictPolicy;
}

@InputType({
  description: 'Fields of a run of a course. All of its sessions are created, or none.',
})
export class CreateCourseSetInput extends SessionsInput {
  @Field(() => ID, {
    description:
      'Id of a reason of type COURSE. If it has numberSessions, exactly that number of ' +
      'sessions is required.',
  })
  reasonId!: string;
  @Field(() => String, { nullable: true, description: 'Name of the run, such as the season.' })
  @Text({ min: 1, max: 255 })
  name?: string | null;
  @Field(() => Decimal, {
    nullable: true,
    description: 'Price of one seat in all sessions together. Defaults to the price of the reason.',
  })
  price?: string | null;
}
