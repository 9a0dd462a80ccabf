import { ArrayMaxSize, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { AddressInput } from '../../graphql/inputs/address';
import { OrderDirection } from '../../graphql/connection';
import { Phone, Text, Zone } from '../../graphql/inputs/text-validators';
import { LocationType } from './location.entity';
import { RoundRobin } from './round-robin';

export enum LocationOrderField {
  NAME = 'NAME',
}
registerEnumType(LocationOrderField, { name: 'LocationOrderField' });

@InputType()
export class LocationOrder {
  @Field(() => LocationOrderField) field!: LocationOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

@InputType()
export class LocationFilter {
  @Field(() => [ID], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(500)
  ids?: string[] | null;

  @Field(() => [LocationType], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(3)
  types?: LocationType[];

  @Field(() => Boolean, { nullable: true })
  active?: boolean;
}

const MAX_TIMER_MINUTES = 1440;

@InputType()
abstract class LocationBooking {
  @Field(() => Int, {
    nullable: true,
    description: 'How long a hold keeps its time: 1 to 1440 minutes. Defaults to 10.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_TIMER_MINUTES)
  bookingTimerMinutes?: number | null;

  @Field(() => RoundRobin, {
    nullable: true,
    description: 'Who serves where the caller names nobody. Defaults to NONE.',
  })
  roundRobin?: RoundRobin | null;
}

@InputType()
export class CreateLocationInput extends LocationBooking {
  @Field()
  @Text({ min: 1, max: 255 })
  locationName!: string;

  @Field(() => LocationType, { defaultValue: LocationType.OFFICE })
  locationType!: LocationType;

  @Field({
    description:
      'IANA, such as America/New_York. Fixed from then on: it decides the local days of appointments.',
  })
  @Zone()
  timeZone!: string;

  @Field({
    defaultValue: false,
    description:
      'True makes it the primary one in place of the present one. The first of a business always is.',
  })
  primary!: boolean;

  @Field(() => AddressInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  address?: AddressInput | null;

  @Field(() => String, {
    nullable: true,
    description: 'With its country code, or as dialled in the country of the business.',
  })
  @Phone()
  phone?: string | null;
}

@InputType()
export class UpdateLocationInput extends LocationBooking {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true })
  @Text({ min: 1, max: 255 })
  locationName?: string;

  @Field(() => LocationType, { nullable: true })
  locationType?: LocationType;

  @Field(() => Boolean, { nullable: true })
  primary?: boolean;

  @Field(() => Boolean, { nullable: true, description: 'False: it takes no new appointments.' })
  active?: boolean;

  @Field(() => AddressInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  address?: AddressInput | null;

  @Field(() => String, { nullable: true })
  @Phone()
  phone?: string | null;
}
