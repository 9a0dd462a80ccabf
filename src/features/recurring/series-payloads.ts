import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { BusinessRule } from '../../business-rule';
import { DomainError, ErrorCode, type ErrorDetails } from '../../errors';
import { DateTime, LocalDateTime } from '../../graphql/scalars';
import { Text, Zone } from '../../graphql/inputs/text-validators';
import { ConflictPolicy } from '../../graphql/inputs/conflict-policy';
import type { ExplainAvailabilityInput } from '../availability/explanation/explanation';
import { readExplanationInput } from '../availability/unavailable-error';
import { UserError, UserErrorCode } from '../../graphql/payload';
import { Appointment } from '../appointments/model/appointment.entity';
import { BookingInput } from '../appointments/booking/inputs';
import { RecurringAppointment } from './recurring-appointment.entity';

export { ConflictPolicy };

@InputType({
  description: 'The fields of the first appointment, and the rule of the series.',
})
export class CreateRecurringAppointmentInput extends BookingInput {
  @Field({
    description:
      'Recurrence rule of RFC 5545, such as FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10. Daily or less ' +
      'frequent, maximum 200 occurrences within five years. The start is the first occurrence ' +
      'if it matches the rule.',
  })
  @Text({ min: 1, max: 500 })
  rrule!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of occurrences, for a rule without COUNT and UNTIL.',
  })
  count?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'IANA time zone in which the rule is evaluated. Defaults to that of the given staff ' +
      'member, else of the location.',
  })
  @Zone()
  timeZone?: string | null;

  @Field(() => ConflictPolicy, {
    description: 'What happens if the time of an occurrence is not available.',
    defaultValue: ConflictPolicy.ALL_OR_NOTHING,
  })
  onConflict!: ConflictPolicy;
}

/** An occurrence that cannot be booked or changed, with the reason. */
export interface Conflict {
  readonly startAt: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly appointmentId: number | null;
  /** The rejected request, for the explanation. Null if no time was rejected. */
  readonly explanationInput?: ExplainAvailabilityInput | null;
  /** Details of the error. */
  readonly details: ErrorDetails;
}

@ObjectType({
  simpleResolvers: true,
  description: 'An occurrence that cannot be booked or changed.',
})
export class RecurrenceConflict {
  readonly explanationInput: ExplainAvailabilityInput | null;

  constructor({ startAt, code, message, appointmentId, details, explanationInput }: Conflict) {
    this.explanationInput = explanationInput ?? null;
    const rule = details.rule ?? null;
    Object.assign(this, { start: startAt, code, rule, message, appointmentId });
  }

  readonly appointmentId!: number | null;
  @Field(() => DateTime, { description: 'Start of the occurrence.' }) start!: number;
  @Field(() => UserErrorCode, { description: 'The reason why the occurrence cannot be booked.' })
  code!: UserErrorCode;
  @Field(() => BusinessRule, {
    nullable: true,
    description: 'The rule that forbids it. Null unless the code is RULE_VIOLATED.',
  })
  rule!: BusinessRule | null;
  @Field({ description: 'Reason for the rejection.' }) message!: string;
}

/** The result of a command on a series. */
@ObjectType()
export abstract class SeriesPayload {
  @Field(() => RecurringAppointment, {
    nullable: true,
    description: 'The written series. Null if the input was rejected.',
  })
  recurringAppointment!: RecurringAppointment | null;
  @Field(() => [Appointment], {
    nullable: true,
    description:
      'Written appointments, by start. Null if the input was rejected, in which case none was ' +
      'written.',
  })
  appointments!: Appointment[] | null;
  @Field(() => [RecurrenceConflict], {
    description: 'All occurrences in conflict, whether or not others were written.',
  })
  conflicts!: RecurrenceConflict[];
  @Field(() => [UserError], { description: 'Errors of the input. Empty on success.' })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true })
export class CreateRecurringAppointmentPayload extends SeriesPayload {}

@ObjectType({ simpleResolvers: true })
export class UpdateRecurringAppointmentPayload extends SeriesPayload {}

@ObjectType({ simpleResolvers: true })
export class CancelRecurringAppointmentPayload extends SeriesPayload {}

@ObjectType({
  simpleResolvers: true,
  description: 'One occurrence of a series.',
})
export class RecurrenceOccurrence {
  @Field(() => DateTime, { description: 'Start of the occurrence.' }) start!: number;
  @Field(() => LocalDateTime, { description: 'Wall-clock start according to the rule.' })
  localStart!: string;
  @Field(() => RecurrenceConflict, {
    nullable: true,
    description: 'Conflict of the occurrence. Null if it can be booked.',
  })
  conflict!: RecurrenceConflict | null;
}

@ObjectType({ simpleResolvers: true, description: 'Preview of a series.' })
export class RecurringAppointmentPreview {
  @Field({ description: 'The rule in its stored form.' }) rrule!: string;
  @Field(() => [RecurrenceOccurrence], { description: 'Occurrences of the rule, by start.' })
  occurrences!: RecurrenceOccurrence[];
  @Field(() => [RecurrenceConflict], {
    description: 'Conflicts of the occurrences.',
  })
  conflicts!: RecurrenceConflict[];
}

const CONFLICTS = new Set([
  ErrorCode.TIME_UNAVAILABLE,
  ErrorCode.QUOTA_REACHED,
  ErrorCode.RULE_VIOLATED,
  ErrorCode.ILLEGAL_TRANSITION,
  ErrorCode.HOLD_EXPIRED,
]);

/**
 * Converts an error of a single occurrence to a conflict. Rethrows every other error, which
 * concerns the whole series.
 */
export function conflictOf(
  error: unknown,
  startAt: number,
  appointmentId: number | null = null,
): Conflict {
  if (!(error instanceof DomainError) || !CONFLICTS.has(error.code)) throw error;
  return {
    startAt,
    code: error.code,
    message: error.message,
    appointmentId,
    explanationInput: readExplanationInput(error),
    details: error.details,
  };
}
