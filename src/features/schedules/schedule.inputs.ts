import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsOptional,
  ValidateNested,
} from 'class-validator';
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { OrderDirection } from '../../graphql/connection';
import { LocalDate, TimeOfDay } from '../../graphql/scalars';
import { Text } from '../../graphql/inputs/text-validators';
import { Weekday, WeekOfMonth } from './schedule-values';

export enum SchedulePeriodOrderField {
  VALID_FROM = 'VALID_FROM',
}
registerEnumType(SchedulePeriodOrderField, {
  name: 'SchedulePeriodOrderField',
  valuesConfig: { VALID_FROM: { description: 'By the first day on which the hours apply.' } },
});

@InputType()
export class SchedulePeriodOrder {
  @Field(() => SchedulePeriodOrderField) field!: SchedulePeriodOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

export enum DateOverrideOrderField {
  DATE = 'DATE',
}
registerEnumType(DateOverrideOrderField, {
  name: 'DateOverrideOrderField',
  valuesConfig: { DATE: { description: 'By the day.' } },
});

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
    description: 'Owners of the hours: ids of Staff, Location, Reason or Resource.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  ownerIds?: string[] | null;
  @Field(() => [ID], {
    nullable: true,
    description: 'Locations to which the hours are limited. Hours without a location are excluded.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  locationIds?: string[] | null;
  @Field(() => LocalDate, {
    nullable: true,
    description: 'First day: returns hours that apply on this day or later.',
  })
  from?: string | null;
  @Field(() => LocalDate, {
    nullable: true,
    description: 'Last day: returns hours that apply on this day or earlier.',
  })
  to?: string | null;
}

@InputType({ description: 'Filter for schedule periods. Conditions are combined with AND.' })
export class SchedulePeriodFilter extends HoursFilter {
  @Field(() => [ID], { nullable: true, description: 'Reasons to which the hours are limited.' })
  @IsOptional()
  @ArrayMaxSize(500)
  reasonIds?: string[] | null;
}

@InputType({ description: 'Filter for date overrides. Conditions are combined with AND.' })
export class DateOverrideFilter extends HoursFilter {}

@InputType({
  description:
    'Range of local time, half-open. If the end is not after the start, it is on the next day: ' +
    'an end that equals the start is 24 hours.',
})
export class TimeRangeInput {
  @Field(() => TimeOfDay, { description: 'Start, as a time of day.' }) start!: number;
  @Field(() => TimeOfDay, {
    description: 'End, as a time of day. Equal to the start for 24 hours.',
  })
  end!: number;
}

const MAX_RANGES = 24;
const OWNER = 'Owner of the hours: the id of a Staff, Location, Reason or Resource.';
const AT =
  'Location at which the staff member works, or the reason is offered, in these hours. ' +
  'Null for all locations. Not for hours of a location or a resource.';

@InputType()
export class CreateSchedulePeriodInput {
  @Field(() => ID, { description: OWNER }) ownerId!: string;
  @Field(() => LocalDate, { description: 'First day.' }) validFrom!: string;
  @Field(() => LocalDate, {
    nullable: true,
    description: 'Last day, inclusive. Null for no end.',
  })
  validTo?: string | null;
  @Field(() => [Weekday], { description: 'Days of the week on which the hours apply.' })
  @ArrayMinSize(1)
  @ArrayUnique()
  weekdays!: Weekday[];
  @Field(() => [WeekOfMonth], {
    defaultValue: [],
    description: 'Weeks of the month in which it applies. Empty for every week.',
  })
  @ArrayUnique()
  weeksOfMonth!: WeekOfMonth[];
  @Field(() => [TimeRangeInput], {
    description: 'Working hours of each day, as times of day. Empty for a day off.',
  })
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_RANGES)
  @ValidateNested()
  ranges!: TimeRangeInput[];
  @Field(() => ID, { nullable: true, description: AT }) locationId?: string | null;
  @Field(() => ID, {
    nullable: true,
    description:
      'Reason to which the hours are limited. Null for all reasons. Not for hours of a reason.',
  })
  reasonId?: string | null;
}

@InputType({
  description:
    'Changes to a schedule period. Omitted fields keep their values; null clears a field.',
})
export class UpdateSchedulePeriodInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;

  @Field(() => LocalDate, {
    nullable: true,
    description:
      'Day from which the change applies. The days before keep their hours as a separate period.',
  })
  effectiveFrom?: string | null;

  @Field(() => LocalDate, {
    nullable: true,
    description: 'First day. Cannot be combined with effectiveFrom.',
  })
  validFrom?: string | null;
  @Field(() => LocalDate, { nullable: true, description: 'Last day, inclusive. Null for no end.' })
  validTo?: string | null;
  @Field(() => [Weekday], {
    description: 'Days of the week on which the hours apply.',
    nullable: true,
  })
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayUnique()
  weekdays?: Weekday[] | null;
  @Field(() => [WeekOfMonth], {
    description: 'Weeks of the month in which the hours apply. Empty for every week.',
    nullable: true,
  })
  @IsOptional()
  @ArrayUnique()
  weeksOfMonth?: WeekOfMonth[] | null;
  @Field(() => [TimeRangeInput], {
    description: 'Working hours of each day, as times of day. Empty for a day off.',
    nullable: true,
  })
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_RANGES)
  @ValidateNested()
  ranges?: TimeRangeInput[] | null;
  @Field(() => ID, { nullable: true, description: AT }) locationId?: string | null;
  @Field(() => ID, {
    description: 'The reason to which the hours are restricted. Null for all reasons.',
    nullable: true,
  })
  reasonId?: string | null;
}

@InputType()
export class SplitSchedulePeriodInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => LocalDate, { description: 'First day of the later period.' }) date!: string;
}

@InputType()
export class DeleteSchedulePeriodInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => LocalDate, {
    nullable: true,
    description:
      'Day from which the period no longer applies. If omitted, the whole period is removed.',
  })
  effectiveFrom?: string | null;
}

@InputType()
export class CreateDateOverrideInput {
  @Field(() => ID, { description: OWNER }) ownerId!: string;
  @Field(() => LocalDate, { description: 'The day whose hours are replaced.' }) date!: string;
  @Field(() => [TimeRangeInput], { description: 'Time ranges of the day. Empty to close the day.' })
  @ArrayMaxSize(MAX_RANGES)
  @ValidateNested()
  ranges!: TimeRangeInput[];

  @Field(() => ID, {
    nullable: true,
    description:
      'Location whose hours it replaces. Null for all locations. Only for hours of a staff ' +
      'member or a reason.',
  })
  locationId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Reason for the override, such as the name of a holiday.',
  })
  @Text({ max: 255 })
  note?: string | null;
}

@InputType({
  description: 'Changes to a date override. Omitted fields keep their values; null clears a field.',
})
export class UpdateDateOverrideInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => [TimeRangeInput], {
    nullable: true,
    description: 'Time ranges of the day. Empty to close the day.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_RANGES)
  @ValidateNested()
  ranges?: TimeRangeInput[] | null;
  @Field(() => String, { description: 'Note, shown to staff.', nullable: true })
  @Text({ max: 255 })
  note?: string | null;
}

@InputType()
export class DeleteDateOverrideInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}
