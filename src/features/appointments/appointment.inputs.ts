import { ArrayMaxSize, IsOptional, Matches, Max, Min, ValidateNested } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { Decimal } from '../../shared/money';
import { DateTime, LocalDateTime } from '../../shared/scalars';
import { Email, Phone, Text, WebUrl } from '../../shared/text';
import { AppointmentStatus } from './appointment.status';

const MAX_STAFF = 20;
const MAX_PARTS = 20;
/** A year: longer time off is several appointments. */
const MAX_MINUTES = 366 * 24 * 60;
const MAX_SEATS = 10_000;
const MAX_REMINDER_HOURS = 24 * 60;

@InputType({ description: 'A client who is new, or known by exactly this name and e-mail address.' })
export class AppointmentClientInput {
  @Field() @Text({ min: 1, max: 100 }) firstName!: string;
  @Field() @Text({ min: 1, max: 100 }) lastName!: string;
  @Field() @Email() emailAddress!: string;
  @Field(() => String, { nullable: true }) @Phone() cellPhone?: string | null;
}

/** What whoever books and whoever changes an appointment may say of it. */
@InputType()
abstract class AppointmentDetails {
  @Field(() => ID, { nullable: true, description: 'Arranges it and is not occupied.' })
  coordinatorStaffId?: string | null;

  @Field(() => [ID], { nullable: true, description: 'Serve beside the main staff member and are occupied like them.' })
  @IsOptional()
  @ArrayMaxSize(MAX_STAFF)
  additionalStaffIds?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Required at a location of type VARIABLE.' })
  @Text({ max: 500 })
  address?: string | null;

  @Field(() => String, { nullable: true })
  @WebUrl()
  meetingUrl?: string | null;

  @Field(() => String, { nullable: true, description: 'Up to 10,000 characters.' })
  @Text({ max: 10_000, multiline: true })
  note?: string | null;

  @Field(() => String, { nullable: true, description: '#RRGGBB in place of the color of the reason.' })
  @IsOptional()
  @Matches(/^#[0-9A-Fa-f]{6}$/, { message: 'color must look like #668CD9.' })
  color?: string | null;

  @Field(() => Decimal, { nullable: true, description: 'In place of the price of the reason. For staff.' })
  price?: string | null;

  @Field(() => Decimal, { nullable: true, description: 'For staff.' })
  taxAmount?: string | null;

  @Field(() => Decimal, { nullable: true, description: 'For staff.' })
  transactionFee?: string | null;

  @Field(() => Decimal, { nullable: true, description: 'For staff.' })
  paidAmount?: string | null;

  @Field(() => String, { nullable: true })
  @Text({ max: 255 })
  paymentReference?: string | null;

  @Field(() => Int, { nullable: true, description: 'E-mail to the client, hours before; 0 never, left out the default of the business.' })
  @IsOptional() @Min(0) @Max(MAX_REMINDER_HOURS)
  clientReminderHours?: number | null;

  @Field(() => Int, { nullable: true, description: 'E-mail to staff.' })
  @IsOptional() @Min(0) @Max(MAX_REMINDER_HOURS)
  staffReminderHours?: number | null;

  @Field(() => Int, { nullable: true, description: 'SMS to the client.' })
  @IsOptional() @Min(0) @Max(MAX_REMINDER_HOURS)
  remindClientSmsHours?: number | null;

  @Field(() => Int, { nullable: true, description: 'SMS to staff.' })
  @IsOptional() @Min(0) @Max(MAX_REMINDER_HOURS)
  remindStaffSmsHours?: number | null;

  @Field(() => String, { nullable: true }) @Text({ max: 255 }) externalEventId?: string | null;
  @Field(() => String, { nullable: true }) @Text({ max: 255 }) batchId?: string | null;
  @Field(() => String, { nullable: true }) @Text({ max: 255 }) invitationId?: string | null;
  @Field(() => ID, { nullable: true }) @Text({ max: 255 }) jobRequisitionId?: string | null;

  @Field(() => String, { nullable: true, description: 'Makes it safe to send again: the same key and input give the first answer.' })
  @Text({ min: 1, max: 100 })
  idempotencyKey?: string | null;
}

/** Exactly one of the two. */
@InputType()
abstract class When extends AppointmentDetails {
  @Field(() => DateTime, { nullable: true, description: 'The instant it starts for the client. This or localStart.' })
  start?: number | null;

  @Field(() => LocalDateTime, { nullable: true, description: 'The wall clock in the time zone of the staff member. This or start.' })
  localStart?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'In place of a duration. For staff.' })
  end?: number | null;

  @Field(() => Int, { nullable: true, description: 'In place of the minutes of the reason: one of its lengths; staff may give any. Add-ons come on top.' })
  @IsOptional() @Min(1) @Max(MAX_MINUTES)
  durationMinutes?: number | null;

  @Field({ defaultValue: false, description: 'Books even where the time is taken: for administrators, and location super users at their locations. Kept in the history.' })
  override!: boolean;
}

@InputType()
export class CreateAppointmentInput extends When {
  @Field(() => Boolean, { nullable: true, description: 'False: the client is not told of the booking. True unless given. For staff.' })
  sendConfirmationToClient?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'False: those who serve are not told of the booking. True unless given. For staff.' })
  sendConfirmationToStaff?: boolean | null;

  @Field(() => ID, { nullable: true, description: 'The primary one unless given.' })
  locationId?: string | null;

  @Field(() => ID)
  reasonId!: string;

  @Field(() => ID, { nullable: true, description: 'Who serves. Where nobody is named, somebody is chosen by the round robin of the reason or the location.' })
  staffId?: string | null;

  @Field(() => [ID], { nullable: true, description: 'Any of them may serve: by round robin, or the first in this order who is free where that is NONE.' })
  @IsOptional()
  @ArrayMaxSize(MAX_STAFF)
  candidateStaffIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'What is booked with it: its minutes and its price are added.' })
  @IsOptional()
  @ArrayMaxSize(MAX_PARTS)
  addOnReasonIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Which rooms or things to take where the reason leaves a choice; by staff also more than it needs.' })
  @IsOptional()
  @ArrayMaxSize(MAX_PARTS)
  resourceIds?: string[] | null;

  @Field(() => String, { nullable: true, description: 'The text of the answer to the screening question of the reason; clients give it where there is one.' })
  @Text({ max: 500 })
  screeningAnswer?: string | null;

  @Field(() => ID, { nullable: true, description: 'The session, for a reason of type CLASS: its time, its leader and its place are those of the appointment.' })
  classScheduleId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The run, for a reason of type COURSE: seats in all of its sessions, or in none.' })
  courseSetId?: string | null;

  @Field(() => Int, { nullable: true, description: 'Places in a class or a course; 1 unless given.' })
  @IsOptional() @Min(1) @Max(MAX_SEATS)
  seats?: number | null;

  @Field(() => ID, { nullable: true, description: 'Who comes. This or client.' })
  clientId?: string | null;

  @Field(() => AppointmentClientInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  client?: AppointmentClientInput | null;
}

@InputType()
export class HoldAppointmentInput {
  @Field(() => DateTime, { nullable: true, description: 'The instant it starts for the client. This or localStart.' })
  start?: number | null;

  @Field(() => LocalDateTime, { nullable: true, description: 'The wall clock in the time zone of the staff member. This or start.' })
  localStart?: string | null;

  @Field(() => Int, { nullable: true, description: 'In place of the minutes of the reason: one of its lengths; staff may give any. Add-ons come on top.' })
  @IsOptional() @Min(1) @Max(MAX_MINUTES)
  durationMinutes?: number | null;

  @Field(() => ID, { nullable: true, description: 'The primary one unless given.' })
  locationId?: string | null;

  @Field(() => ID)
  reasonId!: string;

  @Field(() => ID, { nullable: true, description: 'Who serves. Where nobody is named, somebody is chosen by the round robin of the reason or the location.' })
  staffId?: string | null;

  @Field(() => [ID], { nullable: true, description: 'Any of them may serve: by round robin, or the first in this order who is free where that is NONE.' })
  @IsOptional()
  @ArrayMaxSize(MAX_STAFF)
  candidateStaffIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'What is booked with it: its minutes and its price are added.' })
  @IsOptional()
  @ArrayMaxSize(MAX_PARTS)
  addOnReasonIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Which rooms or things to take where the reason leaves a choice; by staff also more than it needs.' })
  @IsOptional()
  @ArrayMaxSize(MAX_PARTS)
  resourceIds?: string[] | null;

  @Field(() => String, { nullable: true, description: 'The text of the answer to the screening question of the reason; clients give it where there is one.' })
  @Text({ max: 500 })
  screeningAnswer?: string | null;

  @Field(() => ID, { nullable: true, description: 'The session, for a reason of type CLASS: its time, its leader and its place are those of the appointment.' })
  classScheduleId?: string | null;

  @Field(() => Int, { nullable: true, description: 'Places in a class or a course; 1 unless given.' })
  @IsOptional() @Min(1) @Max(MAX_SEATS)
  seats?: number | null;

  @Field(() => ID, { nullable: true, description: 'Who comes, where that is known already.' })
  clientId?: string | null;

  @Field(() => String, { nullable: true, description: 'Made by you, 16 characters or more: whoever knows it may book the hold. Publishable keys need one.' })
  @Text({ min: 16, max: 200 })
  holdSecret?: string | null;

  @Field(() => String, { nullable: true, description: 'As in createAppointment.' })
  @Text({ min: 1, max: 100 })
  idempotencyKey?: string | null;
}

@InputType()
export class BookAppointmentInput {
  @Field(() => ID, { description: 'The hold.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'The secret that it was held with.' })
  @Text({ min: 16, max: 200 })
  holdSecret?: string | null;

  @Field(() => ID, { nullable: true, description: 'Who comes. This or client, unless the hold names somebody.' })
  clientId?: string | null;

  @Field(() => AppointmentClientInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  client?: AppointmentClientInput | null;

  @Field(() => String, { nullable: true })
  @Text({ max: 10_000, multiline: true })
  note?: string | null;

  @Field(() => Int, { nullable: true, description: 'Refuses when somebody changed it since: VERSION_CONFLICT.' })
  expectedVersion?: number | null;

  @Field(() => String, { nullable: true, description: 'As in createAppointment.' })
  @Text({ min: 1, max: 100 })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Also of declineAppointment.' })
export class ConfirmAppointmentInput {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, { nullable: true, description: 'Refuses when somebody changed it since: VERSION_CONFLICT.' })
  expectedVersion?: number | null;

  @Field(() => String, { nullable: true, description: 'Why, for the history.' })
  @Text({ max: 2000 })
  reason?: string | null;

  @Field(() => String, { nullable: true, description: 'As in createAppointment.' })
  @Text({ min: 1, max: 100 })
  idempotencyKey?: string | null;
}

@InputType({ description: 'A field left out stays, one set to null is cleared.' })
export class UpdateAppointmentInput extends AppointmentDetails {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, { nullable: true, description: 'Refuses when somebody changed it since: VERSION_CONFLICT.' })
  expectedVersion?: number | null;

  @Field(() => ID, { nullable: true })
  clientId?: string | null;

  @Field(() => Int, { nullable: true, description: 'More or fewer places in a class, as far as they are free. The price stays unless it is given. For staff.' })
  @IsOptional() @Min(1) @Max(MAX_SEATS)
  seats?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the client confirmed that they will come.' })
  clientConfirmed?: boolean | null;

  @Field(() => String, { nullable: true, description: 'Why, for the history.' })
  @Text({ max: 2000 })
  changeReason?: string | null;
}

@InputType()
export class RescheduleAppointmentInput {
  @Field(() => ID)
  id!: string;

  @Field(() => DateTime, { nullable: true, description: 'The instant it starts for the client. This or localStart.' })
  start?: number | null;

  @Field(() => LocalDateTime, { nullable: true, description: 'The wall clock in the time zone of the staff member. This or start.' })
  localStart?: string | null;

  @Field(() => Int, { nullable: true, description: 'As long as before unless given. For staff.' })
  @IsOptional() @Min(1) @Max(MAX_MINUTES)
  durationMinutes?: number | null;

  @Field(() => ID, { nullable: true, description: 'Somebody else serves.' })
  staffId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Somewhere else.' })
  locationId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Another session of the same class, for seats in one. In place of a time.' })
  classScheduleId?: string | null;

  @Field({ defaultValue: false, description: 'As in createAppointment.' })
  override!: boolean;

  @Field(() => Int, { nullable: true })
  expectedVersion?: number | null;

  @Field(() => String, { nullable: true })
  @Text({ max: 2000 })
  changeReason?: string | null;

  @Field(() => String, { nullable: true })
  @Text({ min: 1, max: 100 })
  idempotencyKey?: string | null;
}

@InputType()
abstract class StatusChange {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true, description: 'Why, in words.' })
  @Text({ max: 2000 })
  reason?: string | null;

  @Field(() => String, { nullable: true, description: 'A code of a sub-status of the new status.' })
  @Text({ min: 1, max: 40 })
  subStatus?: string | null;

  @Field(() => Int, { nullable: true })
  expectedVersion?: number | null;

  @Field(() => String, { nullable: true })
  @Text({ min: 1, max: 100 })
  idempotencyKey?: string | null;
}

@InputType()
abstract class ToldStatusChange extends StatusChange {
  @Field(() => Boolean, { nullable: true, description: 'False: the client is not told. True unless given. For staff.' })
  notifyClient?: boolean | null;
}

@InputType()
export class CancelAppointmentInput extends ToldStatusChange {
  @Field(() => Boolean, { nullable: true, description: 'False: those who serve are not told. True unless given. For staff.' })
  notifyStaff?: boolean | null;

  @Field(() => [ID], { nullable: true, description: 'Entries of the waitlist who are invited to its time, which is held for them from this moment. For staff.' })
  @IsOptional() @ArrayMaxSize(100)
  waitlistEntryIds?: string[] | null;
}

@InputType() export class CompleteAppointmentInput extends ToldStatusChange {}
@InputType() export class NoShowAppointmentInput extends ToldStatusChange {}

@InputType()
export class SetAppointmentStatusInput extends StatusChange {
  @Field(() => AppointmentStatus, { description: 'The sub-status of the same name is meant unless subStatus is given.' })
  status!: AppointmentStatus;

  @Field({ defaultValue: false, description: 'For a way back to OPEN where the time is taken by now; as in createAppointment.' })
  override!: boolean;
}
