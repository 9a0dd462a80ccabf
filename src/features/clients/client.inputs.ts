import { ArrayMaxSize, IsOptional, Matches, MaxLength, ValidateNested } from 'class-validator';
import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { AddressInput } from '../../graphql/inputs/address';
import { InstantRange } from '../../graphql/inputs/instant-range';
import { OrderDirection } from '../../graphql/connection';
import { LocalDate } from '../../graphql/scalars';
import { Email, Locale, Phone, Text, WebUrl, Zone } from '../../graphql/inputs/text-validators';
import { SaidInFields, type FieldValueInput } from '../custom-fields/values/field-value.inputs';
import { ClientStatus, JobRequisitionState } from './client.entity';
import { MessageCategory, MessageKind } from './message-kind';

export enum ClientOrderField {
  FULL_NAME = 'FULL_NAME',
  EMAIL_ADDRESS = 'EMAIL_ADDRESS',
  CREATED_AT = 'CREATED_AT',
}
registerEnumType(ClientOrderField, { name: 'ClientOrderField' });

@InputType()
export class ClientOrder {
  @Field(() => ClientOrderField) field!: ClientOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

@InputType({ description: 'All conditions given must hold.' })
export class ClientFilter {
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) ids?: string[] | null;
  @Field(() => String, {
    nullable: true,
    description: 'Words in name, e-mail address, phones, company, notes or custom fields.',
  })
  @Text({ max: 100 })
  search?: string | null;
  @Field(() => [ClientStatus], { nullable: true }) @IsOptional() @ArrayMaxSize(2) statuses?:
    ClientStatus[] | null;
  @Field(() => [String], { nullable: true, description: 'Who has all of them.' })
  @IsOptional()
  @ArrayMaxSize(20)
  tags?: string[] | null;
  @Field(() => [ID], { nullable: true, description: 'Who had an appointment at one of them.' })
  @IsOptional()
  @ArrayMaxSize(500)
  locationIds?: string[] | null;
  @Field(() => [ID], { nullable: true, description: 'Who had an appointment for one of them.' })
  @IsOptional()
  @ArrayMaxSize(500)
  reasonIds?: string[] | null;
  @Field(() => [ID], { nullable: true, description: 'Whom one of them served.' })
  @IsOptional()
  @ArrayMaxSize(500)
  staffIds?: string[] | null;
  @Field(() => InstantRange, { nullable: true }) createdBetween?: InstantRange | null;
  @Field(() => String, { nullable: true }) @Text({ max: 255 }) externalUserName?: string | null;
  @Field({ defaultValue: false }) includeDeleted!: boolean;
}

@InputType()
export class ExternalIdInput {
  @Field({ description: 'Such as stripe, square or salesforceContact.' })
  @Matches(/^[A-Za-z][A-Za-z0-9_-]{0,39}$/, {
    message: 'system must be a word of letters, digits, - and _, up to 40.',
  })
  system!: string;
  @Field() @Text({ min: 1, max: 255 }) id!: string;
}

@InputType()
export class EmergencyContactInput {
  @Field() @Text({ min: 1, max: 201 }) name!: string;
  @Field(() => String, { nullable: true }) @Phone() phone?: string | null;
  @Field(() => String, { nullable: true, description: 'Such as mother.' })
  @Text({ max: 100 })
  relationship?: string | null;
}

@InputType()
export class JobRequisitionInput {
  @Field(() => ID) @Text({ min: 1, max: 100 }) requisitionId!: string;
  @Field() @Text({ min: 1, max: 100 }) number!: string;
  @Field(() => JobRequisitionState) state!: JobRequisitionState;
}

@InputType()
abstract class ClientDetails {
  @Field(() => [ExternalIdInput], {
    nullable: true,
    description: 'For staff. Replaces their ids in systems of yours.',
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
      'For staff. Replaces the notes that everybody who serves them should see; those that stay keep their date.',
  })
  @IsOptional()
  @ArrayMaxSize(50)
  @MaxLength(2000, { each: true, message: 'Each of alertNotes has at most 2000 characters.' })
  alertNotes?: string[] | null;
  @Field(() => [JobRequisitionInput], {
    nullable: true,
    description: 'For staff. Replaces their requisitions.',
  })
  @IsOptional()
  @ArrayMaxSize(200)
  @ValidateNested()
  jobRequisitions?: JobRequisitionInput[] | null;
  @Field(() => String, { nullable: true }) @Email() emailAddress?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'With its country code, or as dialled in the country of the business.',
  })
  @Phone()
  cellPhone?: string | null;
  @Field(() => String, { nullable: true }) @Phone() homePhone?: string | null;
  @Field(() => String, { nullable: true }) @Text({ max: 255 }) companyName?: string | null;
  @Field(() => LocalDate, { nullable: true }) dateOfBirth?: string | null;
  @Field(() => String, { nullable: true }) @Text({ max: 40 }) sex?: string | null;
  @Field(() => AddressInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  address?: AddressInput | null;
  @Field(() => String, { nullable: true, description: 'BCP 47, such as en-US.' })
  @Locale()
  locale?: string | null;
  @Field(() => String, { nullable: true, description: 'IANA.' }) @Zone() timeZone?: string | null;
  @Field(() => String, { nullable: true, description: 'For staff.' })
  @Text({ max: 255 })
  externalUserName?: string | null;
  @Field(() => String, { nullable: true }) @WebUrl() imageUrl?: string | null;
  @Field(() => String, { nullable: true, description: 'For staff. Up to 10,000 characters.' })
  @Text({ max: 10_000, multiline: true })
  notes?: string | null;
  @Field(() => [String], {
    nullable: true,
    description: 'For staff. Up to 50 of up to 50 characters.',
  })
  @IsOptional()
  @ArrayMaxSize(50)
  tags?: string[] | null;
  @Field(() => Boolean, { nullable: true }) allowWaitListText?: boolean | null;
  @Field(() => Boolean, { nullable: true }) invitationOptIn?: boolean | null;
  @Field(() => [MessageCategory], {
    nullable: true,
    description: 'Replaces the categories of e-mail that they do not get.',
  })
  @IsOptional()
  @ArrayMaxSize(20)
  excludedEmailCategories?: MessageCategory[] | null;
  @Field(() => [MessageKind], {
    nullable: true,
    description: 'Replaces the kinds of template by which they get no e-mail.',
  })
  @IsOptional()
  @ArrayMaxSize(20)
  excludedEmailTemplates?: MessageKind[] | null;
  @SaidInFields('Custom fields of clients. One that is not given stays as it is.') fields?:
    FieldValueInput[] | null;
  @Field(() => ClientStatus, { nullable: true, description: 'For staff.' })
  status?: ClientStatus | null;
}

@InputType()
export class CreateClientInput extends ClientDetails {
  @Field() @Text({ min: 1, max: 100 }) firstName!: string;
  @Field() @Text({ min: 1, max: 100 }) lastName!: string;
}

@InputType({ description: 'A field left out stays, one set to null is cleared.' })
export class UpdateClientInput extends ClientDetails {
  @Field(() => ID) id!: string;
  @Field(() => String, { nullable: true }) @Text({ min: 1, max: 100 }) firstName?: string | null;
  @Field(() => String, { nullable: true }) @Text({ min: 1, max: 100 }) lastName?: string | null;
}

@InputType()
export class SetViewableClientsInput {
  @Field(() => ID, { description: 'Who may see and book for others.' }) clientId!: string;
  @Field(() => [ID], { description: 'All of those: replaces whom they could see.' })
  @ArrayMaxSize(200)
  viewableClientIds!: string[];
}

@InputType()
export class DeleteClientInput {
  @Field(() => ID) id!: string;
}
