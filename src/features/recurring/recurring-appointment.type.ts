import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { ErrorCode } from '../../errors';
import { DateTime, LocalDateTime } from '../../graphql/scalars';
import { Text, Zone } from '../../graphql/inputs/text-validators';
import { ConflictPolicy } from '../../graphql/inputs/conflict-policy';
import type { ExplainAvailabilityInput } from '../availability/explanation/explain.type';
import { UserError } from '../../graphql/payload';
import { Appointment } from '../appointments/model/appointment.entity';
import { CreateAppointmentInput } from '../appointments/booking/inputs';
import { RecurringAppointment } from './recurring-appointment.entity';

export { ConflictPolicy };

@InputType({
  description: 'As for one appointment, which is the first; the rule says when the others are.',
})
export class CreateRecurringAppointmentInput extends CreateAppointmentInput {
  @Field({
    description:
      'RFC 5545, such as FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10: daily or rarer, at most 200 occurrences within five years. The start is the first where the rule fits it.',
  })
  @Text({ min: 1, max: 500 })
  rrule!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'How many occurrences; for a rule that has neither COUNT nor UNTIL.',
  })
  count?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'IANA: whose wall clock the rule counts on. That of the staff member who is named, else of the location, unless given.',
  })
  @Zone()
  timeZone?: string | null;

  @Field(() => ConflictPolicy, { defaultValue: ConflictPolicy.ALL_OR_NOTHING })
  onConflict!: ConflictPolicy;
}

/** An occurrence that cannot be had, and why. */
export interface Conflict {
  readonly startAt: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly appointmentId: number | null;
  /** What was wanted, for the explanation; null where no time was refused. */
  readonly wanted?: ExplainAvailabilityInput | null;
}

@ObjectType({ simpleResolvers: true, description: 'An occurrence that cannot be had.' })
export class RecurrenceConflict {
  readonly wanted: ExplainAvailabilityInput | null;

  constructor({ startAt, code, message, appointmentId, wanted = null }: Conflict) {
    this.wanted = wanted;
    Object.assign(this, { start: startAt, code, message, appointmentId });
  }

  readonly appointmentId!: number | null;
  @Field(() => DateTime, { description: 'When it would start.' }) start!: number;
  @Field(() => ErrorCode) code!: ErrorCode;
  @Field({ description: 'What stands in the way.' }) message!: string;
}

@ObjectType({ simpleResolvers: true })
export class RecurringAppointmentPayload {
  @Field(() => RecurringAppointment, { nullable: true, description: 'Null when it was refused.' })
  recurringAppointment!: RecurringAppointment | null;
  @Field(() => [Appointment], {
    nullable: true,
    description:
      'Those that were written, by their start. Null when it was refused: then none was.',
  })
  appointments!: Appointment[] | null;
  @Field(() => [RecurrenceConflict], {
    description: 'Every occurrence that could not be had, whatever was written.',
  })
  conflicts!: RecurrenceConflict[];
  @Field(() => [UserError], { description: 'Empty when it was done.' }) userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true })
export class RecurrenceOccurrence {
  @Field(() => DateTime) start!: number;
  @Field(() => LocalDateTime, { description: 'Wall clock, as the rule says it.' })
  localStart!: string;
  @Field(() => RecurrenceConflict, { nullable: true, description: 'Null where it can be had.' })
  conflict!: RecurrenceConflict | null;
}

@ObjectType({ simpleResolvers: true, description: 'What a series would be at this moment.' })
export class RecurringAppointmentPreview {
  @Field({ description: 'The rule in the spelling in which it would be kept.' }) rrule!: string;
  @Field(() => [RecurrenceOccurrence], { description: 'By their start.' })
  occurrences!: RecurrenceOccurrence[];
  @Field(() => [RecurrenceConflict], {
    description: 'Of the occurrences, those that cannot be had.',
  })
  conflicts!: RecurrenceConflict[];
}
