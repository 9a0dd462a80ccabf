import { ArrayMaxSize, IsOptional } from 'class-validator';
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { OrderDirection } from '../../graphql/connection';
import { Email, Phone, Text, Zone } from '../../graphql/inputs/text-validators';
import { GroupIds } from '../memberships/group-ids';

export enum StaffOrderField {
  NAME = 'NAME',
  CREATED_AT = 'CREATED_AT',
  MODIFIED_AT = 'MODIFIED_AT',
}
registerEnumType(StaffOrderField, {
  name: 'StaffOrderField',
  valuesConfig: {
    NAME: { description: 'By name, by code points.' },
    CREATED_AT: { description: 'By the time of creation.' },
    MODIFIED_AT: { description: 'By the time of the last change.' },
  },
});

@InputType()
export class StaffOrder {
  @Field(() => StaffOrderField) field!: StaffOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

@InputType({ description: 'Conditions that staff must satisfy, combined with AND.' })
export class StaffFilter {
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) ids?: string[] | null;
  @Field(() => [ID], { nullable: true, description: 'Staff who serve at one of these locations.' })
  @IsOptional()
  @ArrayMaxSize(500)
  locationIds?: string[] | null;
  @GroupIds('Staff who serve at a location in one of these groups, also through super-groups.')
  locationGroupIds?: string[] | null;
  @GroupIds('Only staff in one of these groups.') staffGroupIds?: string[] | null;
  @Field(() => [ID], {
    nullable: true,
    description: 'Staff with an active assignment to one of these reasons.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  reasonIds?: string[] | null;
  @Field(() => Boolean, {
    description: 'Only active staff, or only inactive staff.',
    nullable: true,
  })
  active?: boolean | null;
  @Field(() => Boolean, {
    description: 'Only staff who can be booked, or only those who cannot.',
    nullable: true,
  })
  acceptsAppointments?: boolean | null;
  @Field({ defaultValue: false, description: 'Whether to include deleted staff.' })
  includeDeleted!: boolean;
  @Field(() => String, { nullable: true, description: 'Words that the name must contain.' })
  @Text({ max: 100 })
  search?: string | null;
}

const MAX_LOCATIONS = 200;

@InputType()
export class CreateStaffInput {
  @Field({ description: 'Login name, unique in the business.' })
  @Text({ min: 1, max: 100 })
  userName!: string;
  @Field() @Text({ min: 1, max: 100 }) firstName!: string;
  @Field() @Text({ min: 1, max: 100 }) lastName!: string;
  @Field(() => String, { description: 'E-mail address of the staff member.', nullable: true })
  @Email()
  email?: string | null;
  @Field(() => String, { description: 'Phone number of the staff member.', nullable: true })
  @Phone()
  phone?: string | null;
  @Field({ description: 'IANA time zone of the staff member.' })
  @Zone()
  timeZone!: string;
  @Field({ defaultValue: true }) acceptsAppointments!: boolean;
  @Field(() => [ID], {
    defaultValue: [],
    description: 'Locations at which the staff member serves.',
  })
  @ArrayMaxSize(MAX_LOCATIONS)
  locationIds!: string[];
}

@InputType({ description: 'Omitted fields keep their value. Null clears a field.' })
export class UpdateStaffInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => String, { description: 'Login name, unique in the business.', nullable: true })
  @Text({ min: 1, max: 100 })
  userName?: string | null;
  @Field(() => String, { nullable: true }) @Text({ min: 1, max: 100 }) firstName?: string | null;
  @Field(() => String, { nullable: true }) @Text({ min: 1, max: 100 }) lastName?: string | null;
  @Field(() => String, { description: 'E-mail address of the staff member.', nullable: true })
  @Email()
  email?: string | null;
  @Field(() => String, { description: 'Phone number of the staff member.', nullable: true })
  @Phone()
  phone?: string | null;
  @Field(() => String, {
    nullable: true,
    description:
      'IANA time zone of the staff member. Applies to appointments that are booked later.',
  })
  @Zone()
  timeZone?: string | null;
  @Field(() => Boolean, { nullable: true }) acceptsAppointments?: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the staff member works for the business. False after they have left.',
  })
  active?: boolean | null;
  @Field(() => [ID], {
    nullable: true,
    description: 'Locations at which the staff member serves. Replaces all present ones.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_LOCATIONS)
  locationIds?: string[] | null;
}

@InputType()
export class DeleteStaffInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class RestoreStaffInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}
