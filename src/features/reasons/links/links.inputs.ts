import { ArrayMaxSize, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { Decimal } from '../../../lib/money';
import { Text } from '../../../graphql/inputs/text-validators';
import { ReasonDurationInput } from '../reason-values.inputs';

export const MAX_STAFF_OF_REASON = 500;
const MAX_LENGTHS = 20;

@InputType({ description: 'A staff member who offers a reason.' })
export class ReasonStaffInput {
  @Field(() => ID, { description: 'The staff member to assign.' }) staffId!: string;
  @Field({
    defaultValue: true,
    description:
      'Whether the staff member can be booked for the reason. False keeps the assignment.',
  })
  active!: boolean;
  @Field(() => Decimal, {
    nullable: true,
    description: 'Price of the staff member. Null for the price of the reason.',
  })
  price?: string | null;
  @Field(() => [ReasonDurationInput], {
    nullable: true,
    description:
      'Lengths of the reason, with the price and the deposit of the staff member. Null for none.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_LENGTHS)
  @ValidateNested()
  durations?: ReasonDurationInput[] | null;
  @Field(() => String, {
    description: 'What the staff member offers for the reason, shown to clients.',
    nullable: true,
  })
  @Text({ max: 1000 })
  description?: string | null;
  @Field(() => Int, {
    defaultValue: 0,
    description: 'Priority in round robin: lower values are considered first.',
  })
  @Min(0)
  @Max(1000)
  priority!: number;
  @Field(() => Int, {
    defaultValue: 100,
    description:
      'Relative share of the appointments assigned by round robin. A weight of 200 ' +
      'receives twice as many as 100.',
  })
  @Min(1)
  @Max(10_000)
  weight!: number;
}

@InputType()
export class SetReasonStaffInput {
  @Field(() => ID, { description: 'The reason whose staff are replaced.' }) reasonId!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;

  @Field(() => [ReasonStaffInput], {
    description: 'All staff who serve the reason. Replaces the present assignments.',
  })
  @ArrayMaxSize(MAX_STAFF_OF_REASON)
  @ValidateNested()
  staff!: ReasonStaffInput[];
}

@InputType({ description: 'A location at which a reason is offered.' })
export class ServiceLocationInput {
  @Field(() => ID, { description: 'The location at which the reason is offered.' })
  locationId!: string;
  @Field({
    defaultValue: true,
    description: 'Whether the reason is offered at the location. False keeps the entry.',
  })
  active!: boolean;
}

@InputType()
export class SetReasonLocationsInput {
  @Field(() => ID, { description: 'The reason whose locations are replaced.' }) reasonId!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;

  @Field(() => [ServiceLocationInput], {
    description: 'All locations at which the reason is offered. Replaces the present ones.',
  })
  @ArrayMaxSize(500)
  @ValidateNested()
  locations!: ServiceLocationInput[];
}

@InputType()
export class SetReasonAddOnsInput {
  @Field(() => ID, { description: 'The reason whose add-ons are replaced.' }) reasonId!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;

  @Field(() => [ID], {
    description: 'All reasons of type ADDON that can be booked with it. Replaces the present ones.',
  })
  @ArrayMaxSize(100)
  addOnIds!: string[];
}
