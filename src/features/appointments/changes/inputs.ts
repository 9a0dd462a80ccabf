import { ArrayMaxSize, IsOptional, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { DateTime, LocalDateTime } from '../../../graphql/scalars';
import { Text } from '../../../graphql/inputs/text-validators';
import { MAX_MINUTES } from '../../../lib/appointment-times';
import { MAX_PARTS, MAX_SEATS, MAX_STAFF, withDetails } from '../model/common-input-fields';
import { AppointmentStatus } from '../model/status';

const NOTIFIES_CLIENT =
  'Whether the client is notified of this change; false suppresses the message. Staff only.';
const NOTIFIES_STAFF =
  'Whether the staff who serve are notified of this change; false suppresses the message. Staff only.';

/** Which appointment is meant, and as whoever asks knows it. */
@InputType()
abstract class KnownAppointment {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Refuses when somebody changed it since: VERSION_CONFLICT.',
  })
  expectedVersion?: number | null;
}

/** The answer of a staff member to a booking that awaits it. */
@InputType()
abstract class RequestAnswer extends KnownAppointment {
  @Field(() => String, { nullable: true, description: 'Why, for the history.' })
  @Text({ max: 2000 })
  reason?: string | null;
}

@InputType()
export class ConfirmAppointmentInput extends RequestAnswer {}
@InputType()
export class DeclineAppointmentInput extends RequestAnswer {}

/** Changes that one appointment and all appointments of a series have in common. */
@InputType()
export abstract class AppointmentChanges extends withDetails(KnownAppointment) {
  @Field(() => ID, { nullable: true })
  clientId?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'More or fewer places in a class, as far as they are free. The price stays unless it is given. For staff.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_SEATS)
  seats?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the client confirmed that they will come.',
  })
  clientConfirmed?: boolean | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'Instant at which the client confirmed; null where they have not. Not with clientConfirmed. Staff only.',
  })
  clientConfirmedAt?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Instant at which the client checked in; null where they have not. Staff only.',
  })
  checkedInAt?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the client left the choice of the staff member to the system. Staff only.',
  })
  noPreference?: boolean | null;

  @Field({
    defaultValue: false,
    description: 'Whether to skip the checks of availability, as in createAppointment.',
  })
  override!: boolean;

  @Field(() => String, { nullable: true, description: 'Why, for the history.' })
  @Text({ max: 2000 })
  changeReason?: string | null;

  @Field(() => Boolean, { nullable: true, description: NOTIFIES_CLIENT })
  sendConfirmationToClient?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: NOTIFIES_STAFF })
  sendConfirmationToStaff?: boolean | null;
}

@InputType({ description: 'A field left out stays, one set to null is cleared.' })
export class UpdateAppointmentInput extends AppointmentChanges {
  @Field(() => ID, {
    nullable: true,
    description:
      'Another reason of the same type: its length, buffers, resources and price replace those of the present one. Staff only.',
  })
  reasonId?: string | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      'All add-ons from now on: their minutes and prices replace those of the present ones. Staff only.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_PARTS)
  addOnReasonIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      'Rooms or equipment to take from now on, beside what the reason needs. Staff only.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_PARTS)
  resourceIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'All staff who do not serve and whose time is blocked all the same. Staff only.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_STAFF)
  blockedStaffIds?: string[] | null;
}

@InputType()
export class RescheduleAppointmentInput {
  @Field(() => ID)
  id!: string;

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
    description: 'Length in minutes; omitted, the length stays. For staff.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_MINUTES)
  durationMinutes?: number | null;

  @Field(() => ID, { nullable: true, description: 'Somebody else serves.' })
  staffId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Somewhere else.' })
  locationId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Another session of the same class, for seats in one. In place of a time.',
  })
  classScheduleId?: string | null;

  @Field({ defaultValue: false, description: 'As in createAppointment.' })
  override!: boolean;

  @Field(() => Int, { nullable: true })
  expectedVersion?: number | null;

  @Field(() => Boolean, { nullable: true, description: NOTIFIES_CLIENT })
  sendConfirmationToClient?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: NOTIFIES_STAFF })
  sendConfirmationToStaff?: boolean | null;

  @Field(() => String, { nullable: true })
  @Text({ max: 2000 })
  changeReason?: string | null;
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
}

@InputType()
abstract class ToldStatusChange extends StatusChange {
  @Field(() => Boolean, {
    nullable: true,
    description: 'False: the client is not told. True unless given. For staff.',
  })
  notifyClient?: boolean | null;
}

@InputType()
export class CancelAppointmentInput extends ToldStatusChange {
  @Field(() => Boolean, {
    nullable: true,
    description: 'False: those who serve are not told. True unless given. For staff.',
  })
  notifyStaff?: boolean | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      'Entries of the waitlist who are invited to its time, which is held for them from this moment. For staff.',
  })
  @IsOptional()
  @ArrayMaxSize(100)
  waitlistEntryIds?: string[] | null;
}

@InputType()
export class CompleteAppointmentInput extends ToldStatusChange {}
@InputType()
export class NoShowAppointmentInput extends ToldStatusChange {}

@InputType()
export class SetAppointmentStatusInput extends StatusChange {
  @Field(() => AppointmentStatus, {
    description: 'The sub-status of the same name is meant unless subStatus is given.',
  })
  status!: AppointmentStatus;

  @Field({
    defaultValue: false,
    description: 'For a way back to OPEN where the time is taken by now; as in createAppointment.',
  })
  override!: boolean;
}
