import { ArrayMaxSize, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { DateTime, LocalDateTime } from '../../../graphql/scalars';
import { Email, Phone, Text } from '../../../graphql/inputs/text-validators';
import { MAX_MINUTES } from '../../../lib/appointment-times';
import { MAX_PEOPLE } from '../../availability/graphql/availability';
import { MAX_TOKEN_LENGTH } from '../../availability/offers/offer-token';
import {
  FieldValuesInput,
  type FieldValueInput,
} from '../../custom-fields/values/field-value.inputs';
import { withGroups } from '../../groups/assigned-groups.inputs';
import { withReduction } from '../../prices/reduction.inputs';
import { MAX_PARTS, MAX_SEATS, MAX_STAFF, withDetails } from '../model/common-input-fields';

@InputType({
  description:
    'Client that is created unless one with exactly this name and e-mail address exists.',
})
export class AppointmentClientInput {
  @Field() @Text({ min: 1, max: 100 }) firstName!: string;
  @Field() @Text({ min: 1, max: 100 }) lastName!: string;
  @Field() @Email() emailAddress!: string;
  @Field(() => String, { nullable: true }) @Phone() cellPhone?: string | null;
  @FieldValuesInput(
    'Values of custom fields of clients. Values of an existing client are not changed.',
  )
  fields?: FieldValueInput[] | null;
}

/**
 * Parameters that bookings and holds share. Exactly one of `start` and `localStart` is required.
 */
@InputType()
abstract class AppointmentWish {
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
    description:
      'Length in minutes, one of those that the reason offers; staff may give any. Add-ons ' +
      'are added to it. Defaults to the length of the reason.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_MINUTES)
  durationMinutes?: number | null;

  @Field(() => ID, { nullable: true, description: 'Location. Defaults to the primary location.' })
  locationId?: string | null;

  @Field(() => ID, { description: 'Reason to book.' })
  reasonId!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'Staff member who serves. If neither this nor candidateStaffIds is given, the round ' +
      'robin of the reason or the location chooses.',
  })
  staffId?: string | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      'Candidates, of whom one serves: chosen by round robin, or the first free one in ' +
      'this order if the policy is NONE.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_PEOPLE)
  candidateStaffIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Add-ons to book with the reason. Their minutes and prices are added.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_PARTS)
  addOnReasonIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      'Resources to take if the reason leaves a choice. Staff may add resources beyond ' +
      'those that it needs.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_PARTS)
  resourceIds?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Text of the answer to the screening question of the reason. Required from clients ' +
      'if the reason has one.',
  })
  @Text({ max: 500 })
  screeningAnswer?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Session, for a reason of type CLASS. The session defines time, leader and location.',
  })
  classScheduleId?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of seats in a class or a course. Defaults to 1.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_SEATS)
  seats?: number | null;
}

/** Fields that a single booking and a series share. */
@InputType()
export abstract class BookingInput extends withReduction(withDetails(AppointmentWish)) {
  @Field(() => DateTime, { nullable: true, description: 'End, instead of a length. Staff only.' })
  end?: number | null;

  @Field({
    defaultValue: false,
    description:
      'Whether to skip the checks of availability. Recorded in the history. Requires role: ' +
      'ADMINISTRATOR, or LOCATION_SUPER_USER at the location.',
  })
  override!: boolean;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether to notify the client of the booking. Defaults to true. Staff only.',
  })
  sendConfirmationToClient?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether to notify the staff who serve of the booking. Defaults to true. Staff only.',
  })
  sendConfirmationToStaff?: boolean | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Staff who do not serve, but whose time is blocked. Staff only.',
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
    description: 'Run, for a reason of type COURSE. Books seats in all of its sessions or in none.',
  })
  courseSetId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Client who will attend. Give either this or client.',
  })
  clientId?: string | null;

  @Field(() => AppointmentClientInput, {
    description: 'Details of the client. Give either this or clientId.',
    nullable: true,
  })
  @IsOptional()
  @ValidateNested()
  client?: AppointmentClientInput | null;
}

const REASON_OR_OFFER = {
  nullable: true,
  description: 'Reason to book. Required without `offer`.',
} as const;

/** Adds the token of an offer. */
const OfferField = (): PropertyDecorator => (target, property) => {
  Field(() => String, {
    nullable: true,
    description:
      'Token of an offer of `availability`. Books exactly what the offer states, at its price, or ' +
      'is refused with OFFER_REFUSED or TIME_UNAVAILABLE. Leave out all that the offer states: ' +
      'reason, time, location, staff, add-ons, resources, session, seats and price.',
  })(target, property as string);
  Text({ min: 1, max: MAX_TOKEN_LENGTH })(target, property);
};

@InputType()
export class CreateAppointmentInput extends withGroups(BookingInput) {
  @Field(() => ID, REASON_OR_OFFER)
  override reasonId!: string;

  @OfferField()
  offer?: string | null;
}

@InputType()
export class HoldAppointmentInput extends AppointmentWish {
  @Field(() => ID, REASON_OR_OFFER)
  override reasonId!: string;

  @OfferField()
  offer?: string | null;

  @Field(() => ID, { nullable: true, description: 'Client who will attend, if already known.' })
  clientId?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Secret of at least 16 characters, chosen by the caller. Any caller that gives it ' +
      'may book the hold. Required with a publishable key.',
  })
  @Text({ min: 16, max: 200 })
  holdSecret?: string | null;
}

@InputType()
export class BookAppointmentInput extends withReduction() {
  @Field(() => ID, { description: 'The hold.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Secret of the hold.' })
  @Text({ min: 16, max: 200 })
  holdSecret?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Client who will attend. Give either this or client, unless the hold has a client.',
  })
  clientId?: string | null;

  @Field(() => AppointmentClientInput, {
    description: 'Details of the client. Give either this or clientId.',
    nullable: true,
  })
  @IsOptional()
  @ValidateNested()
  client?: AppointmentClientInput | null;

  @Field(() => String, { description: 'Note of at most 10,000 characters.', nullable: true })
  @Text({ max: 10_000, multiline: true })
  note?: string | null;

  @FieldValuesInput(
    'Values of custom fields. Fields that are not given keep the values of the hold.',
  )
  fields?: FieldValueInput[] | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Version that was read. Fails with VERSION_CONFLICT if the current version differs.',
  })
  expectedVersion?: number | null;
}

@InputType()
export class ReleaseHoldInput {
  @Field(() => ID, { description: 'The hold.' })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Secret of the hold. Required with a publishable key.',
  })
  @Text({ min: 16, max: 200 })
  holdSecret?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Version that was read. Fails with VERSION_CONFLICT if the current version differs.',
  })
  expectedVersion?: number | null;
}
