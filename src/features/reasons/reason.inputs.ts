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
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { InstantRange } from '../../graphql/inputs/instant-range';
import { Decimal } from '../../lib/money';
import { OrderDirection } from '../../graphql/connection';
import { Text, WebUrl } from '../../graphql/inputs/text-validators';
import { RoundRobin } from '../locations/round-robin';
import {
  QuotaType,
  ReasonStatus,
  ReasonType,
  RescheduleType,
  SlotAlignment,
  WorkSchedule,
} from './reason.enums';

export enum ReasonOrderField {
  SORT_WEIGHT = 'SORT_WEIGHT',
  NAME = 'NAME',
}
registerEnumType(ReasonOrderField, { name: 'ReasonOrderField' });

@InputType()
export class ReasonOrder {
  @Field(() => ReasonOrderField) field!: ReasonOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

@InputType({ description: 'All conditions given must hold.' })
export class ReasonFilter {
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) ids?: string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) excludeIds?:
    string[] | null;
  @Field(() => [ID], { nullable: true, description: 'Offered by one of them.' })
  @IsOptional()
  @ArrayMaxSize(500)
  staffIds?: string[] | null;
  @Field(() => [ID], {
    nullable: true,
    description:
      'Reasons that can be booked at one of these locations: services by the working hours of their staff there, classes by a session and courses by a run still to come there.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  locationIds?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether to return only services that one of staffIds (default: any staff member) serves with working hours, and classes and courses that they lead, at one of locationIds (default: any location).',
  })
  workingOnly?: boolean | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'With which one of these add-ons can be booked.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  hasAddOnIds?: string[] | null;
  @Field(() => [ID], {
    nullable: true,
    description: 'Add-ons that can be booked with one of these.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  addOnsForIds?: string[] | null;
  @Field(() => Boolean, { nullable: true, description: 'Only those for which clients may wait.' })
  waitListOnly?: boolean | null;
  @Field(() => [ReasonType], {
    nullable: true,
    description:
      'ADDON and PERSONAL are left out unless asked for here, by ids or by addOnsForIds.',
  })
  @IsOptional()
  @ArrayMaxSize(5)
  types?: ReasonType[] | null;

  @Field(() => [ReasonType], { nullable: true }) @IsOptional() @ArrayMaxSize(5) excludeTypes?:
    ReasonType[] | null;
  @Field(() => [ReasonStatus], { nullable: true, description: 'ACTIVE unless given.' })
  @IsOptional()
  @ArrayMaxSize(3)
  statuses?: ReasonStatus[] | null;
  @Field(() => InstantRange, { nullable: true }) createdBetween?: InstantRange | null;
  @Field(() => InstantRange, { nullable: true }) modifiedBetween?: InstantRange | null;
  @Field(() => String, {
    nullable: true,
    description: 'Words in reasonDesc, internalName or reasonDetail.',
  })
  @Text({ max: 100 })
  search?: string | null;
}

const MAX_STAFF = 500;
const MAX_MINUTES = 1440;

@InputType()
export class ReasonDurationInput {
  @Field(() => Int, { description: '1 to 1440.' }) @Min(1) @Max(MAX_MINUTES) minutes!: number;
  @Field(() => Decimal, { nullable: true, description: 'Null for the price of the reason.' })
  price?: string | null;
  @Field(() => Decimal, { nullable: true, description: 'Null for the deposit of the reason.' })
  deposit?: string | null;
  @Field(() => String, { nullable: true }) @Text({ max: 100 }) name?: string | null;
}

@InputType()
export class ScreeningAnswerInput {
  @Field() @Text({ min: 1, max: 200 }) text!: string;
  @Field({ description: 'Whether times are shown after it.' }) passes!: boolean;
}

@InputType()
export class ScreeningQuestionInput {
  @Field() @Text({ min: 1, max: 500 }) question!: string;
  @Field(() => [ScreeningAnswerInput], { description: 'Two to ten, at least one of which passes.' })
  @ArrayMinSize(2)
  @ArrayMaxSize(10)
  @ValidateNested()
  answers!: ScreeningAnswerInput[];
}

@InputType()
abstract class ReasonDetails {
  @Field(() => String, { nullable: true, description: 'The name that staff see.' })
  @Text({ max: 255 })
  internalName?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'HTML; what is not safe to show is taken out.',
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
  @IsDivisibleBy(5, { message: 'bufferBefore goes in steps of five minutes.' })
  bufferBefore?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Minutes kept free after the end, in steps of five. Defaults to 0.',
  })
  @IsOptional()
  @Min(0)
  @Max(720)
  @IsDivisibleBy(5, { message: 'bufferAfter goes in steps of five minutes.' })
  bufferAfter?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether clients may book it. Defaults to true.',
  })
  allowOnline?: boolean | null;
  @Field(() => Int, { nullable: true, description: 'Days ahead a client may book.' })
  @IsOptional()
  @Min(0)
  @Max(3650)
  apptDayMax?: number | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Hours before the start after which a client may not book.',
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

  @Field(() => String, { nullable: true, description: '#RRGGBB' })
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
    description: 'Lengths that a client may choose from, up to 20, each once. Of a SERVICE.',
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
      'Minutes from one time that is offered to the next, 1 to 1440. Null for the length of the appointment.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_MINUTES)
  slotStepMinutes?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many may be booked in one quotaType, which goes with it.',
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
  @Field(() => Int, { nullable: true, description: 'How many may wait at once.' })
  @IsOptional()
  @Min(1)
  @Max(10_000)
  maxWaitList?: number | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Hours that a place is held for those who are invited: 1 to 720.',
  })
  @IsOptional()
  @Min(1)
  @Max(720)
  waitListHoldHours?: number | null;
  @Field(() => Int, { nullable: true, description: 'Of a CLASS.' })
  @IsOptional()
  @Min(1)
  @Max(10_000)
  maxWaitListPerClass?: number | null;
  @Field(() => Int, { nullable: true, description: 'Of a COURSE.' })
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
  @Field({ description: 'The name that clients see.' })
  @Text({ min: 1, max: 255 })
  reasonDesc!: string;
  @Field(() => ReasonType, { defaultValue: ReasonType.SERVICE }) reasonType!: ReasonType;
  @Field(() => Int, { description: 'Length, 1 to 1440 minutes.' })
  @Min(1)
  @Max(MAX_MINUTES)
  visitMinutes!: number;
  @Field(() => [ID], { nullable: true, description: 'Who serves it.' })
  @IsOptional()
  @ArrayMaxSize(MAX_STAFF)
  staffIds?: string[] | null;
}

@InputType({ description: 'A field left out stays, one set to null is cleared.' })
export class UpdateReasonInput extends ReasonDetails {
  @Field(() => ID) id!: string;
  @Field(() => String, { nullable: true }) @Text({ min: 1, max: 255 }) reasonDesc?: string | null;
  @Field(() => Int, { nullable: true, description: 'For appointments booked from now on.' })
  @IsOptional()
  @Min(1)
  @Max(MAX_MINUTES)
  visitMinutes?: number | null;
  @Field(() => ReasonStatus, { nullable: true }) status?: ReasonStatus | null;
}

@InputType()
export class ReasonStaffInput {
  @Field(() => ID) staffId!: string;
  @Field({ defaultValue: true, description: 'False: kept, but they are not booked for it.' })
  active!: boolean;
  @Field(() => Decimal, { nullable: true, description: 'Their own price.' }) price?: string | null;
  @Field(() => String, { nullable: true }) @Text({ max: 1000 }) description?: string | null;
  @Field(() => Int, { defaultValue: 0, description: 'Round robin asks 0 before 1.' })
  @Min(0)
  @Max(1000)
  priority!: number;
  @Field(() => Int, {
    defaultValue: 100,
    description:
      'Share of the appointments that round robin gives: of 200 and 100 the first gets twice as many.',
  })
  @Min(1)
  @Max(10_000)
  weight!: number;
}

@InputType()
export class SetReasonStaffInput {
  @Field(() => ID) reasonId!: string;

  @Field(() => [ReasonStaffInput], { description: 'All who serve it: replaces who did.' })
  @ArrayMaxSize(MAX_STAFF)
  @ValidateNested()
  staff!: ReasonStaffInput[];
}

@InputType()
export class ServiceLocationInput {
  @Field(() => ID) locationId!: string;
  @Field({ defaultValue: true, description: 'False: kept, but it is not offered there.' })
  active!: boolean;
}

@InputType()
export class SetReasonLocationsInput {
  @Field(() => ID) reasonId!: string;

  @Field(() => [ServiceLocationInput], { description: 'All of them: replaces which they were.' })
  @ArrayMaxSize(500)
  @ValidateNested()
  locations!: ServiceLocationInput[];
}

@InputType()
export class SetReasonAddOnsInput {
  @Field(() => ID) reasonId!: string;

  @Field(() => [ID], {
    description: 'Reasons of type ADDON, all that can be booked with it: replaces which they were.',
  })
  @ArrayMaxSize(100)
  addOnIds!: string[];
}
