import { ArrayMaxSize, IsOptional, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { DateTime, LocalDateTime } from '../../../graphql/scalars';
import { Text } from '../../../graphql/inputs/text-validators';
import { MAX_MINUTES } from '../../../lib/appointment-times';
import { MAX_PARTS, MAX_SEATS, MAX_STAFF, withDetails } from '../model/common-input-fields';

const NOTIFIES_CLIENT =
  'Whether the client is notified of this change; false suppresses the message. Staff only.';
const NOTIFIES_STAFF =
  'Whether the staff who serve are notified of this change; false suppresses the message. ' +
  'Staff only.';

const CHANGE_NOTE = 'Note on the change, recorded in the history and as changeReason.';

/** Identifies an appointment and the version that the caller has read. */
@InputType()
export abstract class KnownAppointment {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, {
    nullable: true,
  })
  expectedVersion?: number | null;
}

/** Changes that updates of one appointment and of a series share. */
@InputType()
export abstract class AppointmentChanges extends withDetails(KnownAppointment) {
  @Field(() => ID, { nullable: true })
  clientId?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Number of seats in a class, as far as free. Keeps the price, except if one is given. ' +
      'Staff only.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_SEATS)
  seats?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the client confirmed the appointment.',
  })
  clientConfirmed?: boolean | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'Instant at which the client confirmed; null if not confirmed. Cannot be combined ' +
      'with clientConfirmed. Staff only.',
  })
  clientConfirmedAt?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Instant at which the client checked in; null if not checked in. Staff only.',
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
    description:
      'Whether to skip the checks of availability. Requires role: ADMINISTRATOR, or ' +
      'LOCATION_SUPER_USER at the location.',
  })
  override!: boolean;

  @Field(() => String, {
    nullable: true,
    description: CHANGE_NOTE,
  })
  @Text({ max: 2000 })
  changeNote?: string | null;

  @Field(() => Boolean, { nullable: true, description: NOTIFIES_CLIENT })
  sendConfirmationToClient?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: NOTIFIES_STAFF })
  sendConfirmationToStaff?: boolean | null;
}

@InputType({
  description: 'Changes to an appointment. Omitted fields keep their values; null clears a field.',
})
export class UpdateAppointmentInput extends AppointmentChanges {
  @Field(() => ID, {
    nullable: true,
    description:
      'Another reason of the same type. Its length, buffers, resources and price replace ' +
      'those of the present one. Staff only.',
  })
  reasonId?: string | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      'All add-ons. Their minutes and prices replace those of the present ones. Staff only.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_PARTS)
  addOnReasonIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      'Resources to take: a choice among those that the reason needs, and further ones. ' +
      'Replaces the present ones. Staff only.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_PARTS)
  resourceIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      'All staff who do not serve, but whose time is blocked. Replaces the present ones. ' +
      'Staff only.',
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
    description: 'Start for the client. Give either this or localStart.',
  })
  start?: number | null;

  @Field(() => LocalDateTime, {
    nullable: true,
    description:
      'Start as local time in the time zone of the staff member. Give either this or start.',
  })
  localStart?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Length in minutes. Defaults to the present length. Staff only.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_MINUTES)
  durationMinutes?: number | null;

  @Field(() => ID, { nullable: true, description: 'New main staff member.' })
  staffId?: string | null;

  @Field(() => ID, { nullable: true, description: 'New location.' })
  locationId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Another session of the same class, instead of a time. For seats in a class.',
  })
  classScheduleId?: string | null;

  @Field({
    defaultValue: false,
    description:
      'Whether to skip the checks of availability. Requires role: ADMINISTRATOR, or ' +
      'LOCATION_SUPER_USER at the location.',
  })
  override!: boolean;

  @Field(() => Int, { nullable: true })
  expectedVersion?: number | null;

  @Field(() => Boolean, { nullable: true, description: NOTIFIES_CLIENT })
  sendConfirmationToClient?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: NOTIFIES_STAFF })
  sendConfirmationToStaff?: boolean | null;

  @Field(() => String, { nullable: true, description: CHANGE_NOTE })
  @Text({ max: 2000 })
  changeNote?: string | null;
}
