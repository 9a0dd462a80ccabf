import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsOptional,
  ValidateNested,
} from 'class-validator';
import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { OrderDirection } from '../../graphql/connection';
import { LocalDate, TimeOfDay } from '../../graphql/scalars';
import { Text } from '../../graphql/inputs/text-validators';
import { Weekday, WeekOfMonth } from './schedule.type';

export enum SchedulePeriodOrderField {
  VALID_FROM = 'VALID_FROM',
}
registerEnumType(SchedulePeriodOrderField, { name: 'SchedulePeriodOrderField' });

@InputType()
export class SchedulePeriodOrder {
  @Field(() => SchedulePeriodOrderField) field!: SchedulePeriodOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

export enum DateOverrideOrderField {
  DATE = 'DATE',
}
registerEnumType(DateOverrideOrderField, { name: 'DateOverrideOrderField' });

@InputType()
export class DateOverrideOrder {
  @Field(() => DateOverrideOrderField) field!: DateOverrideOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

@InputType()
abstract class HoursFilter {
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) ids?: string[] | null;
  @Field(() => [ID], {
    nullable: true,
    description: 'Hours of one of them: ids of Staff, Location, Reason or Resource.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  ownerIds?: string[] | null;
  @Field(() => [ID], {
    nullable: true,
    description: 'At one of them; those of no location are left out.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  locationIds?: string[] | null;
  @Field(() => LocalDate, { nullable: true, description: 'That hold on this day or later.' })
  from?: string | null;
  @Field(() => LocalDate, { nullable: true, description: 'That hold on this day or earlier.' })
  to?: string | null;
}

@InputType({ description: 'All conditions given must hold.' })
export class SchedulePeriodFilter extends HoursFilter {
  @Field(() => [ID], { nullable: true, description: 'For one of them alone.' })
  @IsOptional()
  @ArrayMaxSize(500)
  reasonIds?: string[] | null;
}

@InputType({ description: 'All conditions given must hold.' })
export class DateOverrideFilter extends HoursFilter {}

@InputType({
  description:
    'From a start to before an end. An end that is not after the start is on the next day.',
})
export class TimeRangeInput {
  @Field(() => TimeOfDay) start!: number;
  @Field(() => TimeOfDay) end!: number;
}

const MAX_RANGES = 24;
const OWNER = 'Whose hours: the id of a Staff, a Location, a Reason or a Resource.';
const AT =
  'Of a staff member, where they work in these hours, or null for everywhere they serve; of a reason, where it is offered. Other hours take none.';

@InputType()
export class CreateSchedulePeriodInput {
  @Field(() => ID, { description: OWNER }) ownerId!: string;
  @Field(() => LocalDate, { description: 'First day.' }) validFrom!: string;
  @Field(() => LocalDate, {
    nullable: true,
    description: 'Last day, itself included; for ever unless given.',
  })
  validTo?: string | null;
  @Field(() => [Weekday]) @ArrayMinSize(1) @ArrayUnique() weekdays!: Weekday[];
  @Field(() => [WeekOfMonth], {
    defaultValue: [],
    description: 'Only these of the month; every one unless given.',
  })
  @ArrayUnique()
  weeksOfMonth!: WeekOfMonth[];
  @Field(() => [TimeRangeInput])
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_RANGES)
  @ValidateNested()
  ranges!: TimeRangeInput[];
  @Field(() => ID, { nullable: true, description: AT }) locationId?: string | null;
  @Field(() => ID, {
    nullable: true,
    description: 'What alone they are for; everything unless given. Hours of a reason take none.',
  })
  reasonId?: string | null;
}

@InputType({ description: 'A field left out stays, one set to null is cleared.' })
export class UpdateSchedulePeriodInput {
  @Field(() => ID) id!: string;

  @Field(() => LocalDate, {
    nullable: true,
    description:
      'Changes it from this day on: the days before keep their hours, as a period of their own.',
  })
  effectiveFrom?: string | null;

  @Field(() => LocalDate, { nullable: true, description: 'Not with effectiveFrom.' }) validFrom?:
    string | null;
  @Field(() => LocalDate, { nullable: true, description: 'Null for ever.' }) validTo?:
    string | null;
  @Field(() => [Weekday], { nullable: true })
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayUnique()
  weekdays?: Weekday[] | null;
  @Field(() => [WeekOfMonth], { nullable: true }) @IsOptional() @ArrayUnique() weeksOfMonth?:
    WeekOfMonth[] | null;
  @Field(() => [TimeRangeInput], { nullable: true })
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_RANGES)
  @ValidateNested()
  ranges?: TimeRangeInput[] | null;
  @Field(() => ID, { nullable: true, description: AT }) locationId?: string | null;
  @Field(() => ID, { nullable: true }) reasonId?: string | null;
}

@InputType()
export class SplitSchedulePeriodInput {
  @Field(() => ID) id!: string;
  @Field(() => LocalDate, { description: 'First day of the later one.' }) date!: string;
}

@InputType()
export class DeleteSchedulePeriodInput {
  @Field(() => ID) id!: string;
  @Field(() => LocalDate, {
    nullable: true,
    description: 'Ends it before this day; as if it had never been unless given.',
  })
  effectiveFrom?: string | null;
}

@InputType()
export class CreateDateOverrideInput {
  @Field(() => ID, { description: OWNER }) ownerId!: string;
  @Field(() => LocalDate) date!: string;
  @Field(() => [TimeRangeInput], { description: 'The hours of the day; empty to close it.' })
  @ArrayMaxSize(MAX_RANGES)
  @ValidateNested()
  ranges!: TimeRangeInput[];

  @Field(() => ID, {
    nullable: true,
    description:
      'Replaces only the hours at this location; at all of them unless given. Of a staff member or a reason.',
  })
  locationId?: string | null;

  @Field(() => String, { nullable: true, description: 'Why.' }) @Text({ max: 255 }) note?:
    string | null;
}

@InputType({ description: 'A field left out stays, one set to null is cleared.' })
export class UpdateDateOverrideInput {
  @Field(() => ID) id!: string;
  @Field(() => [TimeRangeInput], { nullable: true, description: 'Empty to close the day.' })
  @IsOptional()
  @ArrayMaxSize(MAX_RANGES)
  @ValidateNested()
  ranges?: TimeRangeInput[] | null;
  @Field(() => String, { nullable: true }) @Text({ max: 255 }) note?: string | null;
}

@InputType()
export class DeleteDateOverrideInput {
  @Field(() => ID) id!: string;
}
