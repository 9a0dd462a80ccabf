import { ArrayMaxSize, IsOptional, ValidateNested } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { OneOf } from '../../../graphql/inputs/one-of';
import { Text } from '../../../graphql/inputs/text-validators';
import { AppointmentStatus } from '../model/status';
import {
  CancellationReason,
  CompletionReason,
  NoShowReason,
} from '../../status-reasons/status-reasons';
import { KnownAppointment } from './inputs';

const CANCELS_FOR = 'Reason for the cancellation.';

/** Decision of a staff member on a booking that awaits confirmation. */
@InputType()
abstract class RequestAnswer extends KnownAppointment {
  @Field(() => String, {
    nullable: true,
    description: 'Note on the decision, recorded in the history.',
  })
  @Text({ max: 2000 })
  note?: string | null;
}

@InputType()
export class ConfirmAppointmentInput extends RequestAnswer {}
@InputType()
export class DeclineAppointmentInput extends RequestAnswer {
  @Field(() => CancellationReason, { nullable: true, description: CANCELS_FOR })
  reason?: CancellationReason | null;
}

@InputType()
abstract class StatusChange {
  @Field(() => ID)
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Note on the change, recorded in the history and sent in messages.',
  })
  @Text({ max: 2000 })
  note?: string | null;

  @Field(() => String, { nullable: true, description: 'Code of a sub-status of the new status.' })
  @Text({ min: 1, max: 40 })
  subStatus?: string | null;

  @Field(() => Int, { nullable: true })
  expectedVersion?: number | null;
}

@InputType()
abstract class ToldStatusChange extends StatusChange {
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether to notify the client. Defaults to true. Staff only.',
  })
  notifyClient?: boolean | null;
}

@InputType()
export class CancelAppointmentInput extends ToldStatusChange {
  @Field(() => CancellationReason, { nullable: true, description: CANCELS_FOR })
  reason?: CancellationReason | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether to notify the staff who serve. Defaults to true. Staff only.',
  })
  notifyStaff?: boolean | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      'Waitlist entries to invite to the freed time, which is held for them. Staff only.',
  })
  @IsOptional()
  @ArrayMaxSize(100)
  waitlistEntryIds?: string[] | null;
}

@InputType()
export class CompleteAppointmentInput extends ToldStatusChange {
  @Field(() => CompletionReason, {
    nullable: true,
    description: 'Reason for which the appointment is complete.',
  })
  reason?: CompletionReason | null;
}
@InputType()
export class NoShowAppointmentInput extends ToldStatusChange {
  @Field(() => NoShowReason, {
    nullable: true,
    description: 'Reason for which the client did not attend.',
  })
  reason?: NoShowReason | null;
}

@OneOf()
@InputType({ description: 'The reason for a status, which determines its kind.' })
export class StatusReasonInput {
  @Field(() => CancellationReason, {
    nullable: true,
    description: 'Reason for the cancellation. Only with the status CANCELLED.',
  })
  cancellation?: CancellationReason | null;
  @Field(() => NoShowReason, {
    nullable: true,
    description: 'Reason for which the client did not attend. Only with the status NO_SHOW.',
  })
  noShow?: NoShowReason | null;
  @Field(() => CompletionReason, {
    nullable: true,
    description: 'Reason for which the appointment is complete. Only with the status COMPLETED.',
  })
  completion?: CompletionReason | null;
}

@InputType()
export class SetAppointmentStatusInput extends StatusChange {
  @Field(() => StatusReasonInput, {
    nullable: true,
    description: 'Reason for the new status, which must be CANCELLED, NO_SHOW or COMPLETED.',
  })
  @IsOptional()
  @ValidateNested()
  reason?: StatusReasonInput | null;

  @Field(() => AppointmentStatus, {
    description: 'New status. Unless subStatus is given, the sub-status has the same code.',
  })
  status!: AppointmentStatus;

  @Field({
    defaultValue: false,
    description:
      'Whether to skip the checks of availability when the status returns to OPEN. ' +
      'Requires role: ADMINISTRATOR, or LOCATION_SUPER_USER at the location.',
  })
  override!: boolean;
}

@InputType()
abstract class StepOfVisit extends KnownAppointment {
  @Field(() => String, {
    nullable: true,
    description: 'Note on the step, recorded in the history.',
  })
  @Text({ max: 2000 })
  note?: string | null;
}

@InputType()
export class CheckInAppointmentInput extends StepOfVisit {}
@InputType()
export class StartAppointmentInput extends StepOfVisit {}
