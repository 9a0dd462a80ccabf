import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index } from 'typeorm';
import { Address } from '../../graphql/inputs/address';
import {
  ActorColumn,
  FlagColumn,
  IdColumn,
  InstantColumn,
  JsonColumn,
  LongTextColumn,
  TenantColumn,
  TextColumn,
  VersionColumn,
} from '../../db/columns';
import { Actor } from '../../log/actors/actor';
import { Node } from '../../graphql/node';
import { Reads, Shows } from '../../graphql/relations/column-field';
import { DateTime, LocalDate } from '../../graphql/scalars';
import { Business } from '../businesses/business.entity';
import type { FieldValues } from '../custom-fields/values/field-value';
import { EmergencyContact } from './details/emergency-contact';
import { Insurance } from './details/insurance';
import type { JobRequisition } from './details/job-requisition';
import { MessageCategory, MessageKind } from './message-kind';

export enum ClientStatus {
  ACTIVE = 'ACTIVE',
  BLACKLISTED = 'BLACKLISTED',
}
registerEnumType(ClientStatus, {
  name: 'ClientStatus',
  description: 'The status of a client.',
  valuesConfig: {
    ACTIVE: { description: 'The client may book.' },
    BLACKLISTED: { description: 'The client cannot book.' },
  },
});

@ObjectType({
  simpleResolvers: true,
  description: 'A note for all staff who serve the client.',
})
export class AlertNote {
  @Field({ description: 'Text of the note.' }) text!: string;
  @Field(() => DateTime) createdAt!: number;
  createdBy!: string;
  createdById?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'The id of the client in an external system.' })
export class ExternalId {
  @Field({ description: 'The name of the external system.' }) system!: string;
  @Field() id!: string;
}

@Entity('client')
@Index('ix_client_full_name_id', { synchronize: false })
@Index('ix_client_last_name_first_name_id', { synchronize: false })
@Index('ix_client_email_id', { synchronize: false })
@Index('ix_client_search', { synchronize: false })
@Index(['businessId', 'createdAt', 'rowId'])
@Index(['businessId', 'modifiedAt', 'rowId'])
@Index(['businessId', 'externalUserName'])
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@Check('ck_client_status', `status IN ('ACTIVE', 'BLACKLISTED')`)
@ObjectType({
  implements: [Node, Actor],
  simpleResolvers: true,
  description: 'A person who books appointments.',
})
export class Client extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int)
  @VersionColumn()
  version!: number;

  @Field(() => Int, { description: "TimeTap's number of the client: the numeric part of `id`." })
  @Shows<Client>('rowId')
  get clientId(): number {
    return this.rowId;
  }

  @Field(() => ClientStatus, {
    nullable: true,
    description: 'Null for a client that your key may read only in part.',
  })
  @TextColumn({ length: 16 })
  status!: ClientStatus;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the client is deleted. Lists omit deleted clients by default; their ' +
      'appointments stay. Null for a client that your key may read only in part.',
  })
  @FlagColumn()
  deleted!: boolean;

  @Field()
  @TextColumn({ length: 100 })
  firstName!: string;

  @Field()
  @TextColumn({ length: 100 })
  lastName!: string;

  @Field({ description: 'First and last name, separated by a space.' })
  @TextColumn({ length: 201 })
  fullName!: string;

  @Field({ description: 'First and last name. Never null.' })
  @Shows<Client>('fullName')
  get displayName(): string {
    return this.fullName;
  }

  /** In lower case. Empty if there is none, so that it can be ordered by. */
  @TextColumn()
  email!: string;

  @Field(() => String, { nullable: true, description: 'E-mail address in lower case.' })
  @Reads<Client>('email')
  get emailAddress(): string | null {
    return this.email || null;
  }

  /** E.164. The schema exposes it in national format. */
  @TextColumn({ length: 20, nullable: true })
  cellPhone!: string | null;

  /** E.164. The schema exposes it in national format. */
  @TextColumn({ length: 20, nullable: true })
  homePhone!: string | null;

  /** E.164. The schema exposes it in national format. */
  @TextColumn({ length: 20, nullable: true })
  businessPhone!: string | null;

  @Field(() => String, { nullable: true })
  @TextColumn({ nullable: true })
  companyName!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Name of the person or the source that recommended the business to the client.',
  })
  @TextColumn({ nullable: true })
  referredBy!: string | null;

  @Field(() => String, { nullable: true, description: "Name of the client's spouse." })
  @TextColumn({ nullable: true })
  spouseName!: string | null;

  @Field(() => Insurance, { nullable: true, description: 'Insurance of the client.' })
  @JsonColumn({ nullable: true })
  insurance!: Insurance | null;

  @Field(() => LocalDate, { nullable: true })
  @TextColumn({ length: 10, nullable: true })
  dateOfBirth!: string | null;

  @Field(() => String, { nullable: true })
  @TextColumn({ length: 40, nullable: true })
  sex!: string | null;

  /** The social security number, sealed by the vault. No event contains it. */
  @LongTextColumn({ nullable: true })
  ssnSealed!: string | null;

  @Field(() => Address, { description: 'Postal address.', nullable: true })
  @JsonColumn({ nullable: true })
  address!: Address | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Language of messages and texts, as a BCP 47 tag. Null for the language of the business.',
  })
  @TextColumn({ length: 35, nullable: true })
  locale!: string | null;

  /** IANA name. Null for the time zone of the location. */
  @TextColumn({ length: 64, nullable: true })
  timeZoneCode!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'User name of the client in an external system.',
  })
  @TextColumn({ nullable: true })
  externalUserName!: string | null;

  @Field(() => String, { nullable: true })
  @TextColumn({ length: 2000, nullable: true })
  imageUrl!: string | null;

  /** The resolver returns it to staff only. */
  @LongTextColumn({ nullable: true })
  notes!: string | null;

  @Field(() => [String], {
    description: 'Tags of the client, in the order in which they were set.',
  })
  @JsonColumn()
  tags!: string[];

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the client agreed to SMS about free waitlist places. Null for a client that ' +
      'your key may read only in part.',
  })
  @FlagColumn()
  allowWaitListText!: boolean;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the client agreed to be invited to book. Null for a client that your key may ' +
      'read only in part.',
  })
  @FlagColumn()
  invitationOptIn!: boolean;

  @Field(() => [MessageCategory], {
    description: 'Categories of which the client receives no e-mail.',
  })
  @JsonColumn({ default: [] })
  excludedEmailCategories!: MessageCategory[];

  @Field(() => [MessageKind], {
    description: 'Kinds of message of which the client receives no e-mail.',
  })
  @JsonColumn({ default: [] })
  excludedEmailTemplates!: MessageKind[];

  /** The resolver returns it to staff only. */
  @JsonColumn()
  alertNotes!: AlertNote[];

  /** Ids by system. The resolver returns them to staff only. */
  @JsonColumn()
  externalIds!: Record<string, string>;

  @Field(() => EmergencyContact, { nullable: true })
  @JsonColumn({ nullable: true })
  emergencyContact!: EmergencyContact | null;

  /** The resolver returns it to staff only. */
  @JsonColumn()
  jobRequisitions!: JobRequisition[];

  /** The schema exposes it as `fields`, filtered by visibility. */
  @JsonColumn({ nullable: true })
  fieldValues!: FieldValues;

  /**
   * The text that `search` matches: name, e-mail address, phones, company, notes and custom fields,
   * in lower case.
   */
  @LongTextColumn()
  searchText!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Null for a client that your key may read only in part.',
  })
  @InstantColumn()
  createdAt!: number;

  @TextColumn({ length: 201 })
  createdBy!: string;
  @ActorColumn() createdById!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Null for a client that your key may read only in part.',
  })
  @InstantColumn()
  modifiedAt!: number;

  @TextColumn({ length: 201 })
  modifiedBy!: string;
  @ActorColumn() modifiedById!: string | null;
}
