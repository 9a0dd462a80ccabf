import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index } from 'typeorm';
import { Address } from '../../shared/address';
import { FlagColumn, IdColumn, InstantColumn, JsonColumn, LongTextColumn, TenantColumn, TextColumn } from '../../shared/db/columns';
import { Node } from '../../shared/node';
import { DateTime, LocalDate } from '../../shared/scalars';
import { Business } from '../businesses/business.entity';

export enum ClientStatus {
  ACTIVE = 'ACTIVE',
  BLACKLISTED = 'BLACKLISTED',
}
registerEnumType(ClientStatus, { name: 'ClientStatus', valuesConfig: { BLACKLISTED: { description: 'Cannot book.' } } });

@Entity('client')
@Index('ix_client_full_name_id', { synchronize: false })
@Index('ix_client_email_id', { synchronize: false })
@Index(['businessId', 'createdAt', 'rowId'])
@Index(['businessId', 'externalUserName'])
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@Check('ck_client_status', `status IN ('ACTIVE', 'BLACKLISTED')`)
@ObjectType({ implements: Node, description: 'A person who books.' })
export class Client extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int, { description: 'The number in the id.' })
  get clientId(): number {
    return this.rowId;
  }

  @Field(() => ClientStatus)
  @TextColumn({ length: 16 })
  status!: ClientStatus;

  @Field({ description: 'Deleted clients are left out of lists unless asked for; their appointments stay.' })
  @FlagColumn()
  deleted!: boolean;

  @Field()
  @TextColumn({ length: 100 })
  firstName!: string;

  @Field()
  @TextColumn({ length: 100 })
  lastName!: string;

  @Field({ description: 'First and last name.' })
  @TextColumn({ length: 201 })
  fullName!: string;

  /** In lower case; empty where there is none, so that it can be ordered by. */
  @TextColumn()
  email!: string;

  @Field(() => String, { nullable: true, description: 'Kept in lower case.' })
  get emailAddress(): string | null {
    return this.email || null;
  }

  /** E.164; the schema shows it in national form. */
  @TextColumn({ length: 20, nullable: true })
  cellPhone!: string | null;

  /** E.164; the schema shows it in national form. */
  @TextColumn({ length: 20, nullable: true })
  homePhone!: string | null;

  @Field(() => String, { nullable: true })
  @TextColumn({ nullable: true })
  companyName!: string | null;

  @Field(() => LocalDate, { nullable: true })
  @TextColumn({ length: 10, nullable: true })
  dateOfBirth!: string | null;

  @Field(() => String, { nullable: true })
  @TextColumn({ length: 40, nullable: true })
  sex!: string | null;

  @Field(() => Address, { nullable: true })
  @JsonColumn({ nullable: true })
  address!: Address | null;

  @Field(() => String, { nullable: true, description: 'BCP 47: the language of messages and texts; null for that of the business.' })
  @TextColumn({ length: 35, nullable: true })
  locale!: string | null;

  /** IANA; null for the location's. */
  @TextColumn({ length: 64, nullable: true })
  timeZoneCode!: string | null;

  @Field(() => String, { nullable: true, description: 'Their name in a system of yours.' })
  @TextColumn({ nullable: true })
  externalUserName!: string | null;

  @Field(() => String, { nullable: true })
  @TextColumn({ length: 2000, nullable: true })
  imageUrl!: string | null;

  /** Shown to staff only. */
  @LongTextColumn({ nullable: true })
  notes!: string | null;

  @Field(() => [String])
  @JsonColumn()
  tags!: string[];

  @Field({ description: 'Whether they agreed to be told of free waitlist places by SMS.' })
  @FlagColumn()
  allowWaitListText!: boolean;

  @Field({ description: 'Whether they agreed to be invited to book.' })
  @FlagColumn()
  invitationOptIn!: boolean;

  /** Lower-cased name, address, phones and notes: what `search` looks in. */
  @LongTextColumn()
  searchText!: string;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field({ description: 'Who added them; WebClient where they booked themselves.' })
  @TextColumn({ length: 201 })
  createdBy!: string;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;

  @Field()
  @TextColumn({ length: 201 })
  modifiedBy!: string;
}
