import { ArrayMaxSize, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { AddressInput } from '../../graphql/inputs/address';
import { OrderDirection } from '../../graphql/connection';
import { Phone, Text, Zone } from '../../graphql/inputs/text-validators';
import { LocationType } from './location.entity';
import { GroupIds } from '../memberships/group-ids';
import { RoundRobin } from './round-robin';

export enum LocationOrderField {
  NAME = 'NAME',
  CREATED_AT = 'CREATED_AT',
  MODIFIED_AT = 'MODIFIED_AT',
}
registerEnumType(LocationOrderField, {
  name: 'LocationOrderField',
  valuesConfig: {
    NAME: { description: 'By name, by code points.' },
    CREATED_AT: { description: 'By the time of creation.' },
    MODIFIED_AT: { description: 'By the time of the last change.' },
  },
});

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

  @Field(() => [LocationType], { description: 'Only locations of these types.', nullable: true })
  @IsOptional()
  @ArrayMaxSize(3)
  types?: LocationType[];

  @Field(() => Boolean, {
    description: 'Only locations that accept appointments, or only those that do not.',
    nullable: true,
  })
  active?: boolean;

  @GroupIds('Only locations in one of these groups, also through super-groups.')
  locationGroupIds?: string[] | null;

  @Field({ defaultValue: false, description: 'Whether to include deleted locations.' })
  includeDeleted!: boolean;

  @Field(() => String, { nullable: true, description: 'Words that the name must contain.' })
  @Text({ max: 100 })
  search?: string | null;
}

const MAX_TIMER_MINUTES = 1440;

@InputType()
abstract class LocationBooking {
  @Field(() => Int, {
    nullable: true,
    description: 'Minutes after which a hold expires. Minimum 1, maximum 1440.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_TIMER_MINUTES)
  bookingTimerMinutes?: number | null;

  @Field(() => RoundRobin, {
    nullable: true,
    description: 'Staff selection policy for bookings without a staff member.',
  })
  roundRobin?: RoundRobin | null;
}

@InputType({
  description:
    'A new location. `bookingTimerMinutes` defaults to 10, `roundRobin` defaults to NONE.',
})
export class CreateLocationInput extends LocationBooking {
  @Field()
  @Text({ min: 1, max: 255 })
  locationName!: string;

  @Field(() => LocationType, {
    description: 'Where appointments at the location take place.',
    defaultValue: LocationType.OFFICE,
  })
  locationType!: LocationType;

  @Field({
    description:
      'IANA time zone, such as America/New_York. It determines the local dates of ' +
      'appointments and cannot be changed.',
  })
  @Zone()
  timeZone!: string;

  @Field({
    defaultValue: false,
    description:
      'Whether to replace the primary location. The first location of a business is always ' +
      'primary.',
  })
  primary!: boolean;

  @Field(() => AddressInput, { description: 'Postal address.', nullable: true })
  @IsOptional()
  @ValidateNested()
  address?: AddressInput | null;

  @Field(() => String, {
    nullable: true,
    description: 'Phone number with country code, or as dialled in the country of the business.',
  })
  @Phone()
  phone?: string | null;
}

@InputType({ description: 'Omitted fields keep their value. Null clears a field.' })
export class UpdateLocationInput extends LocationBooking {
  @Field(() => ID)
  id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;

  @Field(() => String, { nullable: true })
  @Text({ min: 1, max: 255 })
  locationName?: string;

  @Field(() => LocationType, {
    description: 'Where appointments at the location take place.',
    nullable: true,
  })
  locationType?: LocationType;

  @Field(() => Boolean, {
    description: 'Set to true to make it the primary location. Clears the flag of the present one.',
    nullable: true,
  })
  primary?: boolean;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the location accepts new appointments.',
  })
  active?: boolean;

  @Field(() => AddressInput, {
    description: 'Postal address. Replaces the present one.',
    nullable: true,
  })
  @IsOptional()
  @ValidateNested()
  address?: AddressInput | null;

  @Field(() => String, { description: 'Phone number of the location.', nullable: true })
  @Phone()
  phone?: string | null;
}

@InputType()
export class DeleteLocationInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class RestoreLocationInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}
