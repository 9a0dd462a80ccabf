import {
  ArrayMaxSize,
  ArrayMinSize,
  IsDivisibleBy,
  IsOptional,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { Decimal } from '../../lib/money';
import { Text, WebUrl } from '../../graphql/inputs/text-validators';
import { RoundRobin } from '../locations/round-robin';
import { MAX_STAFF_OF_REASON } from './links/links.inputs';
import {
  QuotaType,
  ReasonStatus,
  ReasonType,
  RescheduleType,
  SlotAlignment,
  WorkSchedule,
} from './reason-enums';

const MAX_MINUTES = 1440;

@InputType({ description: 'A duration for which a reason can be booked.' })
export class ReasonDurationInput {
  @Field(() => Int, { description: 'Length in minutes, 1 to 1440.' })
  @Min(1)
  @Max(MAX_MINUTES)
  minutes!: number;
  @Field(() => Decimal, {
    nullable: true,
    description: 'Price of this length. Null for the price of the reason.',
  })
  price?: string | null;
  @Field(() => Decimal, {
    nullable: true,
    description: 'Deposit for this length. Null for the deposit of the reason.',
  })
  deposit?: string | null;
  @Field(() => String, { nullable: true }) @Text({ max: 100 }) name?: string | null;
}

@InputType({ description: 'An answer to a screening question, and whether it permits a booking.' })
export class ScreeningAnswerInput {
  @Field() @Text({ min: 1, max: 200 }) text!: string;
  @Field({ description: 'Whether a client who gives this answer may book.' }) passes!: boolean;
}

@InputType({ description: 'A question that a client answers before a booking.' })
export class ScreeningQuestionInput {
  @Field() @Text({ min: 1, max: 500 }) question!: string;
  @Field(() => [ScreeningAnswerInput], {
    description: 'Two to ten answers, at least one of which passes.',
  })
  @ArrayMinSize(2)
  @ArrayMaxSize(10)
  @ValidateNested()
  answers!: ScreeningAnswerInput[];
}

@InputType()
abstract class ReasonDetails {
  @Field(() => String, { nullable: true, description: 'Name shown to staff.' })
  @Text({ max: 255 })
  internalName?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Description as HTML. Unsafe markup is removed.',
  })
  @Text({ max: 20_000, multiline: true })
  reasonDetail?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Minutes kept free before the start, in steps of five. Defaults to 0.',
  })
  @IsOptional()
  @Min(0)
  @Max(720)
  @IsDivisibleBy(5, { message: 'bufferBefore must be a multiple of five minutes.' })
  bufferBefore?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Minutes kept free after the end, in steps of five. Defaults to 0.',
  })
  @IsOptional()
  @Min(0)
  @Max(720)
  @IsDivisibleBy(5, { message: 'bufferAfter must be a multiple of five minutes.' })
  bufferAfter?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether clients may book it. Defaults to true.',
  })
  allowOnline?: boolean | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Maximum number of days in advance that a client may book. Null for no limit.',
  })
  @IsOptional()
  @Min(0)
  @Max(3650)
  apptDayMax?: number | null;
  @Field(() => Int, {
    nullable: true,
    description:
      'Minimum notice for bookings by clients, in hours before the start. Null for none.',
  })
  @IsOptional()
  @Min(0)
  @Max(8760)
  apptHrMin?: number | null;
  @Field(() => RescheduleType, {
    nullable: true,
    description: 'How far a client may move an appointment. Defaults to FLEXIBLE.',
  })
  rescheduleType?: RescheduleType | null;
  @Field(() => Decimal, { nullable: true }) price?: string | null;
  @Field(() => Decimal, { nullable: true }) depositAmount?: string | null;
  @Field(() => Boolean, { nullable: true }) taxable?: boolean | null;
  @Field(() => Boolean, { nullable: true }) allowPrePay?: boolean | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Position in lists: 0 comes first. Defaults to 0.',
  })
  @IsOptional()
  @Min(0)
  @Max(1_000_000)
  sortWeight?: number | null;

  @Field(() => String, { nullable: true, description: 'Color in calendars, as #RRGGBB.' })
  @IsOptional()
  @Matches(/^#[0-9A-Fa-f]{6}$/, { message: 'color must look like #668CD9.' })
  color?: string | null;

  @Field(() => String, { nullable: true }) @WebUrl() imageUrl?: string | null;
  @Field(() => String, { nullable: true })
  @Text({ max: 10_000, multiline: true })
  emailInstructions?: string | null;
  @Field(() => String, { nullable: true })
  @Text({ max: 10_000, multiline: true })
  emailInstructions2?: string | null;

  @Field(() => [ReasonDurationInput], {
    nullable: true,
    description:
      'Lengths that a client may choose from: at most 20, all different. For reasons of ' +
      'type SERVICE.',
  })
  @IsOptional()
  @ArrayMaxSize(20)
  @ValidateNested()
  durations?: ReasonDurationInput[] | null;

  @Field(() => SlotAlignment, {
    nullable: true,
    description: 'Where the offered times begin. Defaults to WINDOW.',
  })
  slotAlignment?: SlotAlignment | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Minutes between the starts of offered times, 1 to 1440. Null for the length of the ' +
      'appointment.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_MINUTES)
  slotStepMinutes?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Maximum number of appointments in each period of quotaType. Requires quotaType.',
  })
  @IsOptional()
  @Min(1)
  @Max(1_000_000)
  quota?: number | null;
  @Field(() => QuotaType, { nullable: true }) quotaType?: QuotaType | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether a booking by a client awaits confirmation by staff. Defaults to false.',
  })
  requiresStaffConfirmation?: boolean | null;
  @Field(() => ScreeningQuestionInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  screeningQuestion?: ScreeningQuestionInput | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether clients may join a waitlist for it. Defaults to false.',
  })
  allowWaitList?: boolean | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Maximum number of clients on its waitlist. Null for no limit.',
  })
  @IsOptional()
  @Min(1)
  @Max(10_000)
  maxWaitlist?: number | null;
  @Field(() => Int, {
    nullable: true,
    description:
      'Hours for which a freed place is held for invited clients, 1 to 720. Null for the ' +
      'setting of the business.',
  })
  @IsOptional()
  @Min(1)
  @Max(720)
  waitlistHoldHours?: number | null;
  @Field(() => Int, {
    nullable: true,
    description:
      'Maximum number of clients on the waitlist of one session. For reasons of type CLASS.',
  })
  @IsOptional()
  @Min(1)
  @Max(10_000)
  maxWaitListPerClass?: number | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Number of sessions in each run. For reasons of type COURSE.',
  })
  @IsOptional()
  @Min(1)
  @Max(366)
  numberSessions?: number | null;
  @Field(() => RoundRobin, {
    nullable: true,
    description: 'Round-robin policy. Null for the policy of the location.',
  })
  roundRobin?: RoundRobin | null;
  @Field(() => WorkSchedule, {
    nullable: true,
    description: 'Where and when a SERVICE is offered. Defaults to ALL_LOCATIONS.',
  })
  customWorkSchedule?: WorkSchedule | null;
}

@InputType()
export class CreateReasonInput extends ReasonDetails {
  @Field({ description: 'Name shown to clients.' })
  @Text({ min: 1, max: 255 })
  reasonDesc!: string;
  @Field(() => ReasonType, { defaultValue: ReasonType.SERVICE }) reasonType!: ReasonType;
  @Field(() => Int, { description: 'Length in minutes, 1 to 1440.' })
  @Min(1)
  @Max(MAX_MINUTES)
  visitMinutes!: number;
  @Field(() => [ID], { nullable: true, description: 'Staff who serve it.' })
  @IsOptional()
  @ArrayMaxSize(MAX_STAFF_OF_REASON)
  staffIds?: string[] | null;
}

@InputType({
  description: 'Changes to a reason. Omitted fields keep their values; null clears a field.',
})
export class UpdateReasonInput extends ReasonDetails {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => String, { nullable: true }) @Text({ min: 1, max: 255 }) reasonDesc?: string | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Length in minutes of appointments booked from now on, 1 to 1440.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_MINUTES)
  visitMinutes?: number | null;
  @Field(() => ReasonStatus, { nullable: true }) status?: ReasonStatus | null;
}

@InputType()
export class DeleteReasonInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class RestoreReasonInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}
