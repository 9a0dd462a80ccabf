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
registerEnumType(ClassScheduleOrderField, { name: 'ClassScheduleOrderField' });

@InputType({ description: 'Of sessions, and of sets by the start of their first.' })
export class ClassScheduleOrder {
  @Field(() => ClassScheduleOrderField) field!: ClassScheduleOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

@InputType({ description: 'All conditions given must hold.' })
export class ClassScheduleFilter {
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) ids?: string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) reasonIds?:
    string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) locationIds?:
    string[] | null;
  @Field(() => [ID], { nullable: true, description: 'Led by one of them.' })
  @IsOptional()
  @ArrayMaxSize(500)
  staffIds?: string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) resourceIds?:
    string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) courseSetIds?:
    string[] | null;
  @Field(() => [ID], {
    nullable: true,
    description: 'Made together with one of these first sessions, themselves included.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  firstOfSeriesIds?: string[] | null;
  @Field(() => [ClassScheduleStatus], { nullable: true }) @IsOptional() @ArrayMaxSize(2) statuses?:
    ClassScheduleStatus[] | null;
  @Field(() => LocalDate, {
    nullable: true,
    description: 'First day, in the time zone of the location of each session.',
  })
  from?: string | null;
  @Field(() => LocalDate, {
    nullable: true,
    description: 'Last day, itself included. What overlaps the window is in it.',
  })
  to?: string | null;
}

@InputType({ description: 'All conditions given must hold.' })
export class CourseSetFilter {
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) ids?: string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) reasonIds?:
    string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) locationIds?:
    string[] | null;
  @Field(() => [ID], { nullable: true, description: 'Of which one of them leads a session.' })
  @IsOptional()
  @ArrayMaxSize(500)
  staffIds?: string[] | null;
  @Field(() => LocalDate, { nullable: true, description: 'With a session on this day or later.' })
  from?: string | null;
  @Field(() => LocalDate, { nullable: true, description: 'With a session on this day or earlier.' })
  to?: string | null;
}

/** What is said of sessions that are made together. */
@InputType()
export abstract class SessionsInput {
  @Field(() => ID, { description: 'Who leads them.' }) staffId!: string;
  @Field(() => ID, { nullable: true, description: 'The primary one unless given.' }) locationId?:
    string | null;
  @Field(() => ID, {
    nullable: true,
    description: 'The room, or whatever one of is taken, at this location.',
  })
  resourceId?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'The instant the first one starts. This, localStart or starts.',
  })
  start?: number | null;
  @Field(() => LocalDateTime, {
    nullable: true,
    description: 'The wall clock in the time zone of the location.',
  })
  localStart?: string | null;

  @Field(() => [DateTime], {
    nullable: true,
    description: `The instants at which each of them starts, up to ${MAX_OCCURRENCES}, in place of a repetition.`,
  })
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_OCCURRENCES)
  @ArrayUnique()
  starts?: number[] | null;

  @Field(() => Int, {
    nullable: true,
    description: 'As long as the reason says unless given; at most 1440.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_MINUTES)
  durationMinutes?: number | null;

  @Field(() => Int, { description: `Seats, 1 to ${MAX_CAPACITY}.` })
  @Min(1)
  @Max(MAX_CAPACITY)
  capacity!: number;
  @Field(() => String, { nullable: true, description: 'Required at a location of type VARIABLE.' })
  @Text({ max: 500 })
  address?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Shown to staff, and to those who have a seat.',
  })
  @WebUrl()
  meetingUrl?: string | null;

  @Field(() => String, {
    nullable: true,
    description: `Repeats it by RFC 5545 on the wall clock of the location, at most ${MAX_OCCURRENCES} times: FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10.`,
  })
  @Text({ min: 1, max: 500 })
  rrule?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How often, where the rule says neither COUNT nor UNTIL.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_OCCURRENCES)
  count?: number | null;
}

@InputType()
export class CreateClassScheduleInput extends SessionsInput {
  @Field(() => ID, { description: 'Of type CLASS.' }) reasonId!: string;
  @Field(() => Decimal, {
    nullable: true,
    description: 'Of one seat; the price of the reason unless given.',
  })
  price?: string | null;
  @Field(() => ConflictPolicy, { defaultValue: ConflictPolicy.ALL_OR_NOTHING })
  onConflict!: ConflictPolicy;
}

@InputType({ description: 'Either all of the sessions are made or none.' })
export class CreateCourseSetInput extends SessionsInput {
  @Field(() => ID, {
    description: 'Of type COURSE. Where it has numberSessions, so many there have to be.',
  })
  reasonId!: string;
  @Field(() => String, { nullable: true, description: 'Such as the season.' })
  @Text({ min: 1, max: 255 })
  name?: string | null;
  @Field(() => Decimal, {
    nullable: true,
    description: 'Of one seat in all of its sessions; the price of the reason unless given.',
  })
  price?: string | null;
}
