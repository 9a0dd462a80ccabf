import { ArrayMaxSize, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { DateTime, LocalDateTime } from '../../../graphql/scalars';
import { Email, Phone, Text } from '../../../graphql/inputs/text-validators';
import { MAX_MINUTES } from '../../../lib/appointment-times';
import { MAX_PEOPLE } from '../../availability/graphql/availability.type';
import { SaidInFields, type FieldValueInput } from '../../custom-fields/values/field-value.inputs';
import { MAX_PARTS, MAX_SEATS, MAX_STAFF, withDetails } from '../model/common-input-fields';

@InputType({
  description: 'A client who is new, or known by exactly this name and e-mail address.',
})
export class AppointmentClientInput {
  @Field() @Text({ min: 1, max: 100 }) firstName!: string;
  @Field() @Text({ min: 1, max: 100 }) lastName!: string;
  @Field() @Email() emailAddress!: string;
  @Field(() => String, { nullable: true }) @Phone() cellPhone?: string | null;
  @SaidInFields('Custom fields of clients; those of a client who is known stay as they are.')
  fields?: FieldValueInput[] | null;
}

/**
 * What is booked or held: for what, when and with whom. Exactly one of `start` and `localStart`.
 */
@InputType()
abstract class AppointmentWish {
  @Field(() => DateTime, {
    nullable: true,
    description: 'The instant it starts for the client. This or localStart.',
  })
  start?: number | null;

  @Field(() => LocalDateTime, {
    nullable: true,
    description: 'The wall clock in the time zone of the staff member. This or start.',
  })
  localStart?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'In place of the minutes of the reason: one of its lengths; staff may give any. Add-ons come on top.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_MINUTES)
  durationMinutes?: number | null;

  @Field(() => ID, { nullable: true, description: 'The primary one unless given.' })
  locationId?: string | null;

  @Field(() => ID)
  reasonId!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'Who serves. Where nobody is named, somebody is chosen by the round robin of the reason or the location.',
  })
  staffId?: string | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      'Any of them may serve: by round robin, or the first in this order who is free where that is NONE.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_PEOPLE)
  candidateStaffIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'What is booked with it: its minutes and its price are added.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_PARTS)
  addOnReasonIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      'Which rooms or things to take where the reason leaves a choice; by staff also more than it needs.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_PARTS)
  resourceIds?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The text of the answer to the screening question of the reason; clients give it where there is one.',
  })
  @Text({ max: 500 })
  screeningAnswer?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'The session, for a reason of type CLASS: its time, its leader and its place are those of the appointment.',
  })
  classScheduleId?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Places in a class or a course; 1 unless given.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_SEATS)
  seats?: number | null;
}

@InputType()
export class CreateAppointmentInput extends withDetails(AppointmentWish) {
  @Field(() => DateTime, { nullable: true, description: 'In place of a duration. For staff.' })
  end?: number | null;

  @Field({
    defaultValue: false,
    description:
      'Books even where the time is taken: for administrators, and location super users at their locations. Kept in the history.',
  })
  override!: boolean;

  @Field(() => Boolean, {
    nullable: true,
    description: 'False: the client is not told of the booking. True unless given. For staff.',
  })
  sendConfirmationToClient?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'False: those who serve are not told of the booking. True unless given. For staff.',
  })
  sendConfirmationToStaff?: boolean | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Staff who do not serve and whose time is blocked all the same. Staff only.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_STAFF)
  blockedStaffIds?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the booking awaits confirmation by its staff (PENDING_CONFIRMATION). Defaults to false. Staff only.',
  })
  pendingConfirmation?: boolean | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The run, for a reason of type COURSE: seats in all of its sessions, or in none.',
  })
  courseSetId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Who comes. This or client.' })
  clientId?: string | null;

  @Field(() => AppointmentClientInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  client?: AppointmentClientInput | null;
}

@InputType()
export class HoldAppointmentInput extends AppointmentWish {
  @Field(() => ID, { nullable: true, description: 'Who comes, where that is known already.' })
  clientId?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Made by you, 16 characters or more: whoever knows it may book the hold. Publishable keys need one.',
  })
  @Text({ min: 16, max: 200 })
  holdSecret?: string | null;
}

@InputType()
export class BookAppointmentInput {
  @Field(() => ID, { description: 'The hold.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'The secret that it was held with.' })
  @Text({ min: 16, max: 200 })
  holdSecret?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Who comes. This or client, unless the hold names somebody.',
  })
  clientId?: string | null;

  @Field(() => AppointmentClientInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  client?: AppointmentClientInput | null;

  @Field(() => String, { nullable: true })
  @Text({ max: 10_000, multiline: true })
  note?: string | null;

  @SaidInFields('As in createAppointment; what was said while it was held stays.')
  fields?: FieldValueInput[] | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Refuses when somebody changed it since: VERSION_CONFLICT.',
  })
  expectedVersion?: number | null;
}

@InputType()
export class ReleaseHoldInput {
  @Field(() => ID, { description: 'The hold.' })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The secret of the hold. Required with a publishable key.',
  })
  @Text({ min: 16, max: 200 })
  holdSecret?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The version that was read. VERSION_CONFLICT if the hold has another.',
  })
  expectedVersion?: number | null;
}
