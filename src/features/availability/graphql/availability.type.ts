import { ArrayMaxSize, IsOptional, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DateTime, LocalDate, LocalDateTime } from '../../../graphql/scalars';
import { Locale, Text, Zone } from '../../../graphql/inputs/text-validators';
import { TimeZone } from '../../../graphql/time-zone.type';
import { MAX_MINUTES } from '../../../lib/appointment-times';
import { ClassSchedule } from '../../classes/class-schedule.entity';
import { CourseSet } from '../../classes/course-set.entity';
import { Location } from '../../locations/location.entity';
import { RoundRobin } from '../../locations/round-robin';
import { Reason } from '../../reasons/reason.entity';
import { Resource } from '../../resources/resource.entity';
import { Staff } from '../../staff/staff.entity';
import { MAX_TIMES, MAX_UNITS } from '../engine/bounds';

export const MAX_DAYS = 62;

/** Named at once, here and in a booking. */
export const MAX_PEOPLE = 100;
const MAX_PARTS = 20;

/** What is wanted, apart from when. */
@InputType()
export abstract class WishInput {
  @Field(() => ID) reasonId!: string;
  @Field(() => ID, { nullable: true, description: 'The primary one unless given.' }) locationId?:
    string | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Of whom times are wanted; everybody who serves the reason unless given.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_PEOPLE)
  staffIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Who has to be free as well, whoever serves.' })
  @IsOptional()
  @ArrayMaxSize(MAX_PARTS)
  additionalStaffIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Which rooms or things to take where the reason leaves a choice.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_PARTS)
  resourceIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'What is to be booked with it: its minutes are added.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_PARTS)
  addOnReasonIds?: string[] | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Who is to come; of a client themself unless given.',
  })
  clientId?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The text of the answer to the screening question of the reason: clients see times after one that passes.',
  })
  @Text({ max: 500 })
  screeningAnswer?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'One of the lengths that the reason offers; staff may ask for any.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_MINUTES)
  durationMinutes?: number | null;
}

@InputType()
export class AvailabilityInput extends WishInput {
  @Field(() => LocalDate, { description: 'First day, in the time zone asked for.' }) from!: string;
  @Field(() => LocalDate, { description: `Last day, itself included; at most ${MAX_DAYS} days.` })
  to!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'Appointment to move. Its own time is not in the way, and it keeps its length, its additional staff, its add-ons and its resources. Its location is the default.',
  })
  appointmentId?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Of a class or a course: only what has so many seats left; 1 unless given.',
  })
  @IsOptional()
  @Min(1)
  @Max(10_000)
  seats?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'IANA: whose days, wall clock and texts; that of the location unless given.',
  })
  @Zone()
  timeZone?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'BCP 47: the language of the texts; that of the client, else of the business, unless given.',
  })
  @Locale()
  locale?: string | null;

  @Field(() => Int, { nullable: true, description: 'Minutes east of UTC, in place of timeZone.' })
  @IsOptional()
  @Min(-14 * 60)
  @Max(14 * 60)
  tzOffset?: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'Who could serve at a time.' })
export class AvailableUnit {
  @Field(() => Staff) staff!: Staff;
  @Field(() => Location) location!: Location;
  @Field(() => Reason) reason!: Reason;
  @Field(() => RoundRobin, { description: 'How somebody is chosen where the caller names nobody.' })
  roundRobin!: RoundRobin;
  @Field(() => [Resource], { description: 'What the booking would take beside staff.' })
  resources!: Resource[];
  @Field(() => Resource, { nullable: true, description: 'The first of the resources.' })
  resource!: Resource | null;
}

@ObjectType({ simpleResolvers: true, description: 'A time that can be booked.' })
export class AvailableTime {
  @Field(() => DateTime) start!: number;
  @Field(() => DateTime) end!: number;
  @Field(() => Int) durationMinutes!: number;
  @Field(() => String, {
    description: 'Start, end, zone and who is free, as the viewer reads them.',
  })
  text!: Promise<string> | string;
  @Field(() => LocalDateTime, {
    description: 'Start as the wall clock of the requested zone, or of the requested offset.',
  })
  localStart!: string;
  @Field(() => LocalDateTime, {
    description: 'End as the wall clock of the requested zone, or of the requested offset.',
  })
  localEnd!: string;
  @Field(() => TimeZone, {
    nullable: true,
    description: 'Zone of the wall clock at the start. Null where an offset was requested.',
  })
  timeZone!: TimeZone | null;
  @Field(() => [AvailableUnit], { description: 'Of a class or a course: who leads it.' })
  units!: Promise<AvailableUnit[]>;
  @Field(() => ClassSchedule, {
    nullable: true,
    description: 'Of a class: the session to be booked.',
  })
  classSchedule?: ClassSchedule | null;
  @Field(() => CourseSet, {
    nullable: true,
    description: 'Of a course: the run to be booked; the time is that of its first session.',
  })
  courseSet?: Promise<CourseSet | null> | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Of a class or a course; null for everything else.',
  })
  seatsLeft?: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'What can be booked in a range of days.' })
export class Availability {
  @Field(() => [AvailableTime], {
    description: `By their start: at most ${MAX_TIMES} times, and ${MAX_UNITS} units of staff and time.`,
  })
  availableTimes!: AvailableTime[];
  @Field(() => AvailableTime, { nullable: true }) firstAvailable!: AvailableTime | null;
  @Field(() => [LocalDate], { description: 'The days that have any, in the time zone asked for.' })
  days!: string[];
}
