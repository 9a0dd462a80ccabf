import { ArrayMaxSize, IsOptional, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DateTime, LocalDate, LocalDateTime } from '../../../graphql/scalars';
import { Locale, Text, Zone } from '../../../graphql/inputs/text-validators';
import { connectionOf } from '../../../graphql/connection';
import { TimeZone } from '../../../graphql/time-zone';
import { MAX_MINUTES } from '../../../lib/appointment-times';
import { Money } from '../../businesses/money';
import { ClassSchedule } from '../../classes/class-schedule.entity';
import { CourseSet } from '../../classes/course-set.entity';
import { Location } from '../../locations/location.entity';
import { RoundRobin } from '../../locations/round-robin';
import { Reason } from '../../reasons/reason.entity';
import { Resource } from '../../resources/resource.entity';
import { Staff } from '../../staff/staff.entity';
import type { FoundTimes } from '../found-times';

export const MAX_DAYS = 62;

/** Maximum number of staff named in one query or booking. */
export const MAX_PEOPLE = 100;
const MAX_PARTS = 20;

/** Parameters that a query for times and an explanation share. */
@InputType()
export abstract class WishInput {
  @Field(() => ID, { description: 'The reason to book.' }) reasonId!: string;
  @Field(() => ID, { nullable: true, description: 'Location. Defaults to the primary location.' })
  locationId?: string | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Staff whose times are requested. Defaults to all staff who serve the reason.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_PEOPLE)
  staffIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Staff who must be free as well.' })
  @IsOptional()
  @ArrayMaxSize(MAX_PARTS)
  additionalStaffIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Resources to take if the reason leaves a choice.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_PARTS)
  resourceIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Add-ons to book with the reason. Their minutes are added.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_PARTS)
  addOnReasonIds?: string[] | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Client who will attend. Defaults to the caller, if the caller is a client.',
  })
  clientId?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Text of the answer to the screening question of the reason. Clients see times only ' +
      'after an answer that passes.',
  })
  @Text({ max: 500 })
  screeningAnswer?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'One of the lengths that the reason offers, in minutes. Staff may request any length.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_MINUTES)
  durationMinutes?: number | null;
}

@InputType({ description: 'The reason, place, staff and days for which to find times.' })
export class AvailabilityInput extends WishInput {
  @Field(() => LocalDate, { description: 'First day, in the requested time zone.' }) from!: string;
  @Field(() => LocalDate, { description: `Last day, inclusive. Maximum: ${MAX_DAYS} days.` })
  to!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'Appointment to move. Its own time does not count as taken. It keeps its length, ' +
      'additional staff, add-ons and resources. Its location is the default.',
  })
  appointmentId?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Minimum number of free seats, for a class or a course. Defaults to 1.',
  })
  @IsOptional()
  @Min(1)
  @Max(10_000)
  seats?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'IANA time zone of the days, local times and texts. Defaults to that of the location.',
  })
  @Zone()
  timeZone?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'BCP 47 language tag of the texts. Defaults to that of the client, else of the business.',
  })
  @Locale()
  locale?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Offset in minutes east of UTC. Cannot be combined with timeZone.',
  })
  @IsOptional()
  @Min(-14 * 60)
  @Max(14 * 60)
  tzOffset?: number | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'Staff member who could serve at a time, with the resources of the booking.',
})
export class AvailableUnit {
  @Field(() => Staff, { description: 'The staff member who would serve.' }) staff!: Staff;
  @Field(() => Location, { description: 'The location of the booking.' }) location!: Location;
  @Field(() => Reason, { description: 'The reason of the booking.' }) reason!: Reason;
  @Field(() => RoundRobin, {
    description: 'Policy that chooses the staff member if the booking names none.',
  })
  roundRobin!: RoundRobin;
  @Field(() => [Resource], { description: 'Resources that the booking would take.' })
  resources!: Resource[];
  @Field(() => Resource, {
    nullable: true,
    description: 'First of the resources. Null if the booking would take none.',
  })
  resource!: Resource | null;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'Booking that is offered at a price. Its token books exactly this offer, or is refused with ' +
    'the reason.',
})
export class AppointmentOffer {
  @Field(() => Staff, { description: 'Staff member who serves, or the leader of the session.' })
  staff!: Staff;
  @Field(() => Location, { description: 'Location of the booking.' }) location!: Location;
  @Field(() => Reason, { description: 'Reason of the booking.' }) reason!: Reason;
  @Field(() => [Resource], { description: 'Resources that the booking takes.' })
  resources!: Promise<Resource[]> | Resource[];
  @Field(() => Money, {
    nullable: true,
    description:
      'Price of the booking: that of the length, else of the staff member, else of the reason, ' +
      'plus those of the add-ons. For seats, that of all of them. Null if none is set.',
  })
  price!: Money | null;
  @Field(() => Money, {
    nullable: true,
    description:
      'Deposit due at booking: that of the length, else of the reason. For seats, that of all of ' +
      'them. Null if none is set.',
  })
  deposit!: Money | null;
  @Field({
    description:
      'Signed token for `offer` of createAppointment or holdAppointment, which books once. Valid ' +
      'until `expiresAt`, for callers of this business with this role, and for a client only ' +
      'with its own key.',
  })
  token!: string;
  @Field(() => DateTime, { description: 'End of the validity of the token: after 15 minutes.' })
  expiresAt!: number;
}

@ObjectType({ simpleResolvers: true, description: 'Time that can be booked.' })
export class AvailableTime {
  @Field(() => DateTime, { description: 'Start for the client.' }) start!: number;
  @Field(() => DateTime, { description: 'End for the client.' }) end!: number;
  @Field(() => Int, { description: 'Length in minutes.' }) durationMinutes!: number;
  @Field(() => String, {
    description:
      'Start, end, time zone and free staff as text, in the time zone and language of the query.',
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
  @Field(() => [AppointmentOffer], {
    description:
      'Bookings that are offered at this time, one for each staff member who could serve. For a ' +
      'class or a course, one for the requested seats. Empty for times to which an appointment ' +
      'can move.',
  })
  offers!: Promise<AppointmentOffer[]> | AppointmentOffer[];
  @Field(() => [AvailableUnit], {
    description: 'Staff who could serve. For a class or a course, its leader.',
    deprecationReason: 'Use `offers`. Removed on 2027-06-01.',
  })
  units!: Promise<AvailableUnit[]>;
  @Field(() => ClassSchedule, {
    nullable: true,
    description: 'Session of a class to book. Null for other types.',
  })
  classSchedule?: ClassSchedule | null;
  @Field(() => CourseSet, {
    nullable: true,
    description:
      'Run of a course to book; the time is that of its first session. Null for other types.',
  })
  courseSet?: Promise<CourseSet | null> | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Free seats in a class or a course. Null for other types.',
  })
  seatsLeft?: number | null;
  /** Distinguishes the sessions of one start: the row id of the first one. 0 for a service. */
  sessionId!: number;
  /** Language of the texts. */
  locale!: string;
}

export const AvailableTimeConnection = connectionOf(AvailableTime, 'AvailableTime');

@ObjectType({ simpleResolvers: true, description: 'Times that can be booked in a range of days.' })
export class Availability {
  readonly found!: FoundTimes<AvailableTime>;
}
