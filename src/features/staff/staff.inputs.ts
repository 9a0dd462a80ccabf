import { ArrayMaxSize, IsOptional } from 'class-validator';
import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { OrderDirection } from '../../graphql/connection';
import { Email, Phone, Text, Zone } from '../../graphql/inputs/text-validators';

export enum StaffOrderField {
  NAME = 'NAME',
}
registerEnumType(StaffOrderField, { name: 'StaffOrderField' });

@InputType()
export class StaffOrder {
  @Field(() => StaffOrderField) field!: StaffOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

@InputType({ description: 'All conditions given must hold.' })
export class StaffFilter {
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) ids?: string[] | null;
  @Field(() => [ID], { nullable: true, description: 'Who serves at one of them.' })
  @IsOptional()
  @ArrayMaxSize(500)
  locationIds?: string[] | null;
  @Field(() => Boolean, { nullable: true }) active?: boolean | null;
  @Field(() => Boolean, { nullable: true }) acceptsAppointments?: boolean | null;
  @Field(() => String, { nullable: true, description: 'Words of the name.' })
  @Text({ max: 100 })
  search?: string | null;
}

const MAX_LOCATIONS = 200;

@InputType()
export class CreateStaffInput {
  @Field({ description: 'Unique in the business.' }) @Text({ min: 1, max: 100 }) userName!: string;
  @Field() @Text({ min: 1, max: 100 }) firstName!: string;
  @Field() @Text({ min: 1, max: 100 }) lastName!: string;
  @Field(() => String, { nullable: true }) @Email() email?: string | null;
  @Field(() => String, { nullable: true }) @Phone() phone?: string | null;
  @Field({ description: 'IANA. Wall-clock times of their appointments are in it.' })
  @Zone()
  timeZone!: string;
  @Field({ defaultValue: true }) acceptsAppointments!: boolean;
  @Field(() => [ID], { defaultValue: [], description: 'Where they serve.' })
  @ArrayMaxSize(MAX_LOCATIONS)
  locationIds!: string[];
}

@InputType({ description: 'A field left out stays, one set to null is cleared.' })
export class UpdateStaffInput {
  @Field(() => ID) id!: string;
  @Field(() => String, { nullable: true }) @Text({ min: 1, max: 100 }) userName?: string | null;
  @Field(() => String, { nullable: true }) @Text({ min: 1, max: 100 }) firstName?: string | null;
  @Field(() => String, { nullable: true }) @Text({ min: 1, max: 100 }) lastName?: string | null;
  @Field(() => String, { nullable: true }) @Email() email?: string | null;
  @Field(() => String, { nullable: true }) @Phone() phone?: string | null;
  @Field(() => String, { nullable: true, description: 'For appointments booked from now on.' })
  @Zone()
  timeZone?: string | null;
  @Field(() => Boolean, { nullable: true }) acceptsAppointments?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'False once they have left.' }) active?:
    boolean | null;
  @Field(() => [ID], { nullable: true, description: 'Replaces where they serve.' })
  @IsOptional()
  @ArrayMaxSize(MAX_LOCATIONS)
  locationIds?: string[] | null;
}
