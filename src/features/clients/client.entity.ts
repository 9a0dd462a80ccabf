import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Address } from '../../graphql/inputs/address';
import {
  FlagColumn,
  IdColumn,
  InstantColumn,
  JsonColumn,
  LongTextColumn,
  TenantColumn,
  TextColumn,
} from '../../db/columns';
import { Node } from '../../graphql/node';
import { Reads, Shows } from '../../graphql/relations/column-field';
import { DateTime, LocalDate } from '../../graphql/scalars';
import { Business } from '../businesses/business.entity';
import type { FieldValues } from '../custom-fields/values/field-value.type';
import { MessageCategory, MessageKind } from './message-kind';

export enum ClientStatus {
  ACTIVE = 'ACTIVE',
  BLACKLISTED = 'BLACKLISTED',
}
registerEnumType(ClientStatus, {
  name: 'ClientStatus',
  valuesConfig: { BLACKLISTED: { description: 'Cannot book.' } },
});

export enum JobRequisitionState {
  SENT = 'SENT',
  ACCEPTED = 'ACCEPTED',
  DECLINED = 'DECLINED',
  DELETED = 'DELETED',
}
registerEnumType(JobRequisitionState, { name: 'JobRequisitionState' });

@ObjectType({ simpleResolvers: true, description: 'A job offered to a client.' })
export class JobRequisition {
  @Field(() => ID) requisitionId!: string;
  @Field() number!: string;
  @Field(() => JobRequisitionState) state!: JobRequisitionState;
}

@ObjectType({
  simpleResolvers: true,
  description: 'What everybody who serves a client should see.',
})
export class AlertNote {
  @Field() text!: string;
  @Field(() => DateTime) createdAt!: number;
  @Field() createdBy!: string;
}

@ObjectType({ simpleResolvers: true, description: 'Whom to call.' })
export class EmergencyContact {
  @Field() name!: string;
  @Field(() => String, { nullable: true, description: 'E.164.' }) phone!: string | null;
  @Field(() => String, { nullable: true }) relationship!: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'What a client is called in a system of yours.' })
export class ExternalId {
  @Field() system!: string;
  @Field() id!: string;
}

@Entity('client')
@Index('ix_client_full_name_id', { synchronize: false })
@Index('ix_client_email_id', { synchronize: false })
@Index(['businessId', 'createdAt', 'rowId'])
@Index(['businessId', 'externalUserName'])
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@Check('ck_client_status', `status IN ('ACTIVE', 'BLACKLISTED')`)
@ObjectType({ implements: Node, simpleResolvers: true, description: 'A person who books.' })
export class Client extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int, { description: 'The number in the id.' })
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
      'Deleted clients are left out of lists unless requested; their appointments stay. Null for a client that your key may read only in part.',
  })
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
  @Reads<Client>('email')
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

  @Field(() => String, {
    nullable: true,
    description: 'BCP 47: the language of messages and texts; null for that of the business.',
  })
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

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the client agreed to SMS about free waitlist places. Null for a client that your key may read only in part.',
  })
  @FlagColumn()
  allowWaitListText!: boolean;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the client agreed to be invited to book. Null for a client that your key may read only in part.',
  })
  @FlagColumn()
  invitationOptIn!: boolean;

  @Field(() => [MessageCategory], { description: 'They get no e-mail of these categories.' })
  @JsonColumn({ default: [] })
  excludedEmailCategories!: MessageCategory[];

  @Field(() => [MessageKind], {
    description: 'They get no e-mail by the templates of these kinds.',
  })
  @JsonColumn({ default: [] })
  excludedEmailTemplates!: MessageKind[];

  /** Shown to staff only. */
  @JsonColumn()
  alertNotes!: AlertNote[];

  /** By system. Shown to staff only. */
  @JsonColumn()
  externalIds!: Record<string, string>;

  @Field(() => EmergencyContact, { nullable: true })
  @JsonColumn({ nullable: true })
  emergencyContact!: EmergencyContact | null;

  /** Shown to staff only. */
  @JsonColumn()
  jobRequisitions!: JobRequisition[];

  /** The schema shows it as `fields`, each to whom it is for. */
  @JsonColumn({ nullable: true })
  fieldValues!: FieldValues;

  /** Lower-cased name, address, phones, notes and custom fields: what `search` looks in. */
  @LongTextColumn()
  searchText!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Null for a client that your key may read only in part.',
  })
  @InstantColumn()
  createdAt!: number;

  @Field(() => String, {
    nullable: true,
    description:
      'Name of the user who added the client; WebClient if the client booked online. Null for a client that your key may read only in part.',
  })
  @TextColumn({ length: 201 })
  createdBy!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Null for a client that your key may read only in part.',
  })
  @InstantColumn()
  modifiedAt!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Null for a client that your key may read only in part.',
  })
  @TextColumn({ length: 201 })
  modifiedBy!: string;
}

/** That one client may see another and book for them. */
@Entity('client_view')
@Index(['businessId', 'viewableClientId', 'clientId'])
@ForeignKey(() => Client, ['businessId', 'clientId'], ['businessId', 'rowId'])
@ForeignKey(() => Client, ['businessId', 'viewableClientId'], ['businessId', 'rowId'])
export class ClientView {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  clientId!: number;

  @PrimaryColumn('integer')
  viewableClientId!: number;
}
