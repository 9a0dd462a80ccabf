import { ArrayMaxSize, IsOptional, ValidateNested } from 'class-validator';
import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { AddressInput } from '../../shared/address';
import { InstantRange } from '../../shared/instant-range';
import { OrderDirection } from '../../shared/page';
import { LocalDate } from '../../shared/scalars';
import { Email, Locale, Phone, Text, WebUrl, Zone } from '../../shared/text';
import { ClientStatus } from './client.entity';

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
  @Field(() => String, { nullable: true, description: 'Words in name, e-mail address, phones, company or notes.' }) @Text({ max: 100 }) search?: string | null;
  @Field(() => [ClientStatus], { nullable: true }) @IsOptional() @ArrayMaxSize(2) statuses?: ClientStatus[] | null;
  @Field(() => [String], { nullable: true, description: 'Who has all of them.' }) @IsOptional() @ArrayMaxSize(20) tags?: string[] | null;
  @Field(() => InstantRange, { nullable: true }) createdBetween?: InstantRange | null;
  @Field(() => String, { nullable: true }) @Text({ max: 255 }) externalUserName?: string | null;
  @Field({ defaultValue: false }) includeDeleted!: boolean;
}

@InputType()
abstract class ClientDetails {
  @Field(() => String, { nullable: true }) @Email() emailAddress?: string | null;
  @Field(() => String, { nullable: true, description: 'With its country code, or as dialled in the country of the business.' }) @Phone() cellPhone?: string | null;
  @Field(() => String, { nullable: true }) @Phone() homePhone?: string | null;
  @Field(() => String, { nullable: true }) @Text({ max: 255 }) companyName?: string | null;
  @Field(() => LocalDate, { nullable: true }) dateOfBirth?: string | null;
  @Field(() => String, { nullable: true }) @Text({ max: 40 }) sex?: string | null;
  @Field(() => AddressInput, { nullable: true }) @IsOptional() @ValidateNested() address?: AddressInput | null;
  @Field(() => String, { nullable: true, description: 'BCP 47, such as en-US.' }) @Locale() locale?: string | null;
  @Field(() => String, { nullable: true, description: 'IANA.' }) @Zone() timeZone?: string | null;
  @Field(() => String, { nullable: true, description: 'For staff.' }) @Text({ max: 255 }) externalUserName?: string | null;
  @Field(() => String, { nullable: true }) @WebUrl() imageUrl?: string | null;
  @Field(() => String, { nullable: true, description: 'For staff. Up to 10,000 characters.' }) @Text({ max: 10_000, multiline: true }) notes?: string | null;
  @Field(() => [String], { nullable: true, description: 'For staff. Up to 50 of up to 50 characters.' }) @IsOptional() @ArrayMaxSize(50) tags?: string[] | null;
  @Field(() => Boolean, { nullable: true }) allowWaitListText?: boolean | null;
  @Field(() => Boolean, { nullable: true }) invitationOptIn?: boolean | null;
  @Field(() => ClientStatus, { nullable: true, description: 'For staff.' }) status?: ClientStatus | null;
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
export class DeleteClientInput {
  @Field(() => ID) id!: string;
}
