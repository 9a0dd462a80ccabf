import { ArrayMaxSize, IsOptional, Matches, MaxLength, ValidateNested } from 'class-validator';
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { AddressInput } from '../../graphql/inputs/address';
import { InstantRange } from '../../graphql/inputs/instant-range';
import { OrderDirection } from '../../graphql/connection';
import { LocalDate } from '../../graphql/scalars';
import { Email, Locale, Phone, Text, WebUrl, Zone } from '../../graphql/inputs/text-validators';
import { FieldValuesInput, type FieldValueInput } from '../custom-fields/values/field-value.inputs';
import { ClientStatus } from './client.entity';
import { EmergencyContactInput } from './details/emergency-contact';
import { InsuranceInput } from './details/insurance';
import { JobRequisitionInput } from './details/job-requisition';
import { MessageCategory, MessageKind } from './message-kind';
import { Ssn } from './ssn/ssn.inputs';
import { GroupIds } from '../memberships/group-ids';

export enum ClientOrderField {
  FULL_NAME = 'FULL_NAME',
  LAST_NAME = 'LAST_NAME',
  EMAIL_ADDRESS = 'EMAIL_ADDRESS',
  CREATED_AT = 'CREATED_AT',
  MODIFIED_AT = 'MODIFIED_AT',
}
registerEnumType(ClientOrderField, {
  name: 'ClientOrderField',
  description:
    'The orders of clients. Orders after EMAIL_ADDRESS need a filter by `ids`, ' +
    '`emailAddresses`, `externalIds` or `externalUserName`. EMAIL_ADDRESS, CREATED_AT and ' +
    'MODIFIED_AT are for staff only.',
  valuesConfig: {
    CREATED_AT: { description: 'By the time of creation.' },
    MODIFIED_AT: { description: 'By the time of the last change.' },
    EMAIL_ADDRESS: {
      description: 'By the e-mail address, by code points. Clients without one are first.',
    },
    FULL_NAME: { description: 'By the full name, by code points.' },
    LAST_NAME: { description: 'By the last name, then by the first name, by code points.' },
  },
});

@InputType()
export class ClientOrder {
  @Field(() => ClientOrderField) field!: ClientOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

@InputType({ description: 'The id of a client in another system.' })
export class ExternalIdInput {
  @Field({
    description: 'Name of the external system, such as stripe, square or salesforceContact.',
  })
  @Matches(/^[A-Za-z][A-Za-z0-9_-]{0,39}$/, {
    message: 'system must be a word of at most 40 letters, digits, - and _.',
  })
  system!: string;
  @Field() @Text({ min: 1, max: 255 }) id!: string;
}

@InputType({ description: 'Conditions that clients must satisfy, combined with AND.' })
export class ClientFilter {
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) ids?: string[] | null;
  @Field(() => String, {
    nullable: true,
    description:
      'Words that name, e-mail address, phones, company, notes or custom fields must contain. ' +
      'Callers other than staff search names only.',
  })
  @Text({ max: 100 })
  search?: string | null;
  @Field(() => [ClientStatus], {
    description: 'Only clients with one of these statuses.',
    nullable: true,
  })
  @IsOptional()
  @ArrayMaxSize(2)
  statuses?: ClientStatus[] | null;
  @Field(() => [String], { nullable: true, description: 'Clients with all of these tags.' })
  @IsOptional()
  @ArrayMaxSize(20)
  tags?: string[] | null;
  @Field(() => [ID], {
    nullable: true,
    description: 'Clients with an appointment at one of these locations.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  locationIds?: string[] | null;
  @GroupIds('Clients with an appointment at a location in one of these groups.')
  locationGroupIds?: string[] | null;
  @Field(() => [ID], {
    nullable: true,
    description: 'Clients with an appointment for one of these reasons.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  reasonIds?: string[] | null;
  @Field(() => [ID], {
    nullable: true,
    description: 'Clients with an appointment with one of these staff members.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  staffIds?: string[] | null;
  @Field(() => InstantRange, { description: 'Only clients created in this range.', nullable: true })
  createdBetween?: InstantRange | null;
  @Field(() => InstantRange, { nullable: true, description: 'Range of the last change.' })
  modifiedBetween?: InstantRange | null;
  @Field(() => String, {
    description: 'Only the client with this user name in an external system.',
    nullable: true,
  })
  @Text({ max: 255 })
  externalUserName?: string | null;
  @Field(() => [String], {
    nullable: true,
    description: 'Clients with one of these e-mail addresses, in any case.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  emailAddresses?: string[] | null;
  @Field(() => [ExternalIdInput], {
    nullable: true,
    description: 'Clients with one of these ids in external systems. Staff only.',
  })
  @IsOptional()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  externalIds?: ExternalIdInput[] | null;
  @Field({ description: 'Whether deleted clients are listed as well.', defaultValue: false })
  includeDeleted!: boolean;
}

@InputType()
abstract class ClientDetails {
  @Field(() => [ExternalIdInput], {
    nullable: true,
    description: 'Ids of the client in external systems. Replaces all present ones. Staff only.',
  })
  @IsOptional()
  @ArrayMaxSize(50)
  @ValidateNested()
  externalIds?: ExternalIdInput[] | null;
  @Field(() => EmergencyContactInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  emergencyContact?: EmergencyContactInput | null;
  @Field(() => [String], {
    nullable: true,
    description:
      'Notes for all staff who serve the client. Replaces all present ones; unchanged notes ' +
      'keep their date and author. Staff only.',
  })
  @IsOptional()
  @ArrayMaxSize(50)
  @MaxLength(2000, { each: true, message: 'Each of alertNotes must have at most 2000 characters.' })
  alertNotes?: string[] | null;
  @Field(() => [JobRequisitionInput], {
    nullable: true,
    description: 'Job requisitions of the client. Replaces all present ones. Staff only.',
  })
  @IsOptional()
  @ArrayMaxSize(200)
  @ValidateNested()
  jobRequisitions?: JobRequisitionInput[] | null;
  @Field(() => String, { nullable: true }) @Email() emailAddress?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Phone number with country code, or as dialled in the country of the business.',
  })
  @Phone()
  cellPhone?: string | null;
  @Field(() => String, { nullable: true }) @Phone() homePhone?: string | null;
  @Field(() => String, { nullable: true, description: 'Phone number at work.' })
  @Phone()
  businessPhone?: string | null;
  @Field(() => String, { nullable: true }) @Text({ max: 255 }) companyName?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Name of the person or the source that recommended the business.',
  })
  @Text({ max: 255 })
  referredBy?: string | null;
  @Field(() => String, { nullable: true, description: "Name of the client's spouse." })
  @Text({ max: 255 })
  spouseName?: string | null;
  @Field(() => InsuranceInput, { nullable: true, description: 'Insurance of the client.' })
  @IsOptional()
  @ValidateNested()
  insurance?: InsuranceInput | null;
  @Field(() => LocalDate, { nullable: true }) dateOfBirth?: string | null;
  @Field(() => String, { nullable: true }) @Text({ max: 40 }) sex?: string | null;
  @Field(() => AddressInput, { description: 'Postal address.', nullable: true })
  @IsOptional()
  @ValidateNested()
  address?: AddressInput | null;
  @Field(() => String, {
    nullable: true,
    description: 'Language of messages and texts, as a BCP 47 tag such as en-US.',
  })
  @Locale()
  locale?: string | null;
  @Field(() => String, { nullable: true, description: 'IANA time zone of the client.' })
  @Zone()
  timeZone?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'User name of the client in an external system. Staff only.',
  })
  @Text({ max: 255 })
  externalUserName?: string | null;
  @Field(() => String, { nullable: true }) @WebUrl() imageUrl?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Notes about the client. Maximum 10,000 characters. Staff only.',
  })
  @Text({ max: 10_000, multiline: true })
  notes?: string | null;
  @Field(() => [String], {
    nullable: true,
    description: 'Tags of the client. Maximum 50 tags of 50 characters. Staff only.',
  })
  @IsOptional()
  @ArrayMaxSize(50)
  tags?: string[] | null;
  @Field(() => Boolean, {
    description: 'Whether the client agrees to SMS about free waitlist places.',
    nullable: true,
  })
  allowWaitListText?: boolean | null;
  @Field(() => Boolean, {
    description: 'Whether the client agrees to invitations by e-mail.',
    nullable: true,
  })
  invitationOptIn?: boolean | null;
  @Field(() => [MessageCategory], {
    nullable: true,
    description: 'Categories of which the client receives no e-mail. Replaces all present ones.',
  })
  @IsOptional()
  @ArrayMaxSize(20)
  excludedEmailCategories?: MessageCategory[] | null;
  @Field(() => [MessageKind], {
    nullable: true,
    description:
      'Kinds of message of which the client receives no e-mail. Replaces all present ones.',
  })
  @IsOptional()
  @ArrayMaxSize(20)
  excludedEmailTemplates?: MessageKind[] | null;
  @FieldValuesInput('Values of custom fields with mode CLIENT. Omitted fields keep their value.')
  fields?: FieldValueInput[] | null;
  @Field(() => String, {
    nullable: true,
    description: 'Social security number: 8 to 20 letters, digits, hyphens and spaces. Staff only.',
  })
  @Ssn()
  ssn?: string | null;
  @Field(() => ClientStatus, { nullable: true, description: 'Status of the client. Staff only.' })
  status?: ClientStatus | null;
}

@InputType()
export class CreateClientInput extends ClientDetails {
  @Field() @Text({ min: 1, max: 100 }) firstName!: string;
  @Field() @Text({ min: 1, max: 100 }) lastName!: string;
}

@InputType({ description: 'Omitted fields keep their value. Null clears a field.' })
export class UpdateClientInput extends ClientDetails {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => String, { nullable: true }) @Text({ min: 1, max: 100 }) firstName?: string | null;
  @Field(() => String, { nullable: true }) @Text({ min: 1, max: 100 }) lastName?: string | null;
}

@InputType()
export class SetViewableClientsInput {
  @Field(() => ID, { description: 'The client who may view and book for others.' })
  clientId!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => [ID], {
    description:
      'Clients who can be viewed and booked for. Replaces all present ones that are visible ' +
      'to the viewer.',
  })
  @ArrayMaxSize(200)
  viewableClientIds!: string[];
}

@InputType()
export class DeleteClientInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class RestoreClientInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}
