import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import {
  FlagColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  LongTextColumn,
  TenantColumn,
  TextColumn,
} from '../../db/columns';
import { Node } from '../../graphql/node';
import { DateTime } from '../../graphql/scalars';
import { Appointment } from '../appointments/model/appointment.entity';
import { Business } from '../businesses/business.entity';
import { MessageKind } from '../clients/message-kind';
import { MessageAudience, MessageChannel } from './message-types';

export enum MessageState {
  PLANNED = 'PLANNED',
  SENT = 'SENT',
  RECORDED = 'RECORDED',
  VOID = 'VOID',
  FAILED = 'FAILED',
}
registerEnumType(MessageState, {
  name: 'MessageState',
  description: 'The state of a message.',
  valuesConfig: {
    PLANNED: { description: 'To be sent when due.' },
    SENT: { description: 'Accepted by the mail server or the SMS gateway.' },
    RECORDED: { description: 'Rendered but not sent: no transport is configured for the channel.' },
    VOID: { description: 'Obsolete or declined by the recipient. The reason is in detail.' },
    FAILED: { description: 'All attempts failed. The reason is in detail.' },
  },
});

/** An e-mail or SMS about an appointment: planned from the log, rendered when it is sent. */
@Entity('message')
@Index(
  'ix_message_once',
  [
    'businessId',
    'appointmentId',
    'kind',
    'channel',
    'audience',
    'recipientId',
    'offsetHours',
    'version',
  ],
  { unique: true },
)
@Index(['businessId', 'state', 'rowId'])
@Index(['dueAt'])
@ForeignKey(() => Appointment, ['businessId', 'appointmentId'], ['businessId', 'rowId'])
@Check('ck_message_state', `state IN ('PLANNED', 'SENT', 'RECORDED', 'VOID', 'FAILED')`)
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'An e-mail or SMS about an appointment.',
})
export class Message extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @IntColumn()
  appointmentId!: number;

  @Field(() => MessageKind, { description: 'Kind of message.' })
  @TextColumn({ length: 40 })
  kind!: MessageKind;

  @Field(() => MessageChannel)
  @TextColumn({ length: 5 })
  channel!: MessageChannel;

  @Field(() => MessageAudience)
  @TextColumn({ length: 6 })
  audience!: MessageAudience;

  /** Row id of the client or the staff member. */
  @IntColumn()
  recipientId!: number;

  @IntColumn({ nullable: true })
  clientId!: number | null;

  @IntColumn({ nullable: true })
  staffId!: number | null;

  @Field(() => Int, {
    description: 'Hours between a reminder and the start. 0 for every other kind.',
  })
  @IntColumn()
  offsetHours!: number;

  @Field(() => Int, {
    description:
      'Version of the appointment for which the message was planned. For a waitlist ' +
      'invitation, the version of the entry.',
  })
  @IntColumn()
  version!: number;

  /** Sequence number of the event that caused the message. */
  @InstantColumn()
  seq!: number;

  @Field(() => DateTime, {
    description:
      'Earliest instant of sending. A reminder that cannot be sent within an hour becomes VOID.',
  })
  @InstantColumn()
  dueAt!: number;

  @Field(() => MessageState, { description: 'State of the message.' })
  @TextColumn({ length: 8 })
  state!: MessageState;

  @Field(() => String, {
    nullable: true,
    description: 'Reason for VOID or FAILED. For PLANNED, the error of the last attempt.',
  })
  @TextColumn({ length: 1000, nullable: true })
  detail!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'E-mail address or phone number. Null until the message is sent or recorded.',
  })
  @TextColumn({ nullable: true })
  sentTo!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Language of the template, as a BCP 47 tag. Null until the message is sent or recorded.',
  })
  @TextColumn({ length: 35, nullable: true })
  language!: string | null;

  @Field(() => String, {
    description: 'Subject. Null for an SMS, and until the message is sent or recorded.',
    nullable: true,
  })
  @LongTextColumn({ nullable: true })
  subject!: string | null;

  @Field(() => String, {
    description: 'Body as plain text. Null until the message is sent or recorded.',
    nullable: true,
  })
  @LongTextColumn({ nullable: true })
  text!: string | null;

  @Field(() => String, {
    description: 'Body as HTML. Null for an SMS, and until the message is sent or recorded.',
    nullable: true,
  })
  @LongTextColumn({ nullable: true })
  html!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Attached iCalendar text. Null for SMS, and for kinds that change no calendar.',
  })
  @LongTextColumn({ nullable: true })
  invitation!: string | null;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Instant of sending or recording. Null before.',
  })
  @InstantColumn({ nullable: true })
  sentAt!: number | null;
}

/** Sequence number up to which messages have been planned from the log of a business. */
@Entity('message_cursor')
@ForeignKey(() => Business, ['businessId'], ['rowId'])
export class MessageCursor {
  @TenantColumn()
  businessId!: number;

  @InstantColumn()
  seq!: number;
}

/** A message type that a business has enabled or disabled explicitly. */
@Entity('message_setting')
@ForeignKey(() => Business, ['businessId'], ['rowId'])
export class MessageSetting {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('varchar', { length: 40 })
  kind!: MessageKind;

  @PrimaryColumn('varchar', { length: 5 })
  channel!: MessageChannel;

  @PrimaryColumn('varchar', { length: 6 })
  audience!: MessageAudience;

  @FlagColumn()
  enabled!: boolean;
}
