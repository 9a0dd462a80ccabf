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
import { MessageAudience, MessageChannel } from './message.kinds';

export enum MessageState {
  PLANNED = 'PLANNED',
  SENT = 'SENT',
  RECORDED = 'RECORDED',
  VOID = 'VOID',
  FAILED = 'FAILED',
}
registerEnumType(MessageState, {
  name: 'MessageState',
  valuesConfig: {
    PLANNED: { description: 'Goes out once it is due.' },
    SENT: { description: 'Handed over to the mail server, or to the gateway of SMS.' },
    RECORDED: { description: 'What would have been sent: nothing is configured to send it.' },
    VOID: { description: 'Not to be sent any more, or not wanted: detail says why.' },
    FAILED: { description: 'Given up: detail says why.' },
  },
});

/** What somebody is told of an appointment: planned from the log, written out when it is sent. */
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
  description: 'What somebody is told of an appointment.',
})
export class Message extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @IntColumn()
  appointmentId!: number;

  @Field(() => MessageKind)
  @TextColumn({ length: 40 })
  kind!: MessageKind;

  @Field(() => MessageChannel)
  @TextColumn({ length: 5 })
  channel!: MessageChannel;

  @Field(() => MessageAudience)
  @TextColumn({ length: 6 })
  audience!: MessageAudience;

  /** Of the client, or of the staff member. */
  @IntColumn()
  recipientId!: number;

  @IntColumn({ nullable: true })
  clientId!: number | null;

  @IntColumn({ nullable: true })
  staffId!: number | null;

  @Field(() => Int, {
    description: 'Of a reminder: how many hours before the start. 0 for what is told at once.',
  })
  @IntColumn()
  offsetHours!: number;

  @Field(() => Int, {
    description:
      'Version of the appointment that it was planned for; of an invitation from the waitlist, that of the entry.',
  })
  @IntColumn()
  version!: number;

  /** Number of the event that it tells of. */
  @InstantColumn()
  seq!: number;

  @Field(() => DateTime, { description: 'A reminder is not sent more than an hour later.' })
  @InstantColumn()
  dueAt!: number;

  @Field(() => MessageState)
  @TextColumn({ length: 8 })
  state!: MessageState;

  @Field(() => String, {
    nullable: true,
    description: 'Why it is VOID or FAILED; of one that is PLANNED, why it could not be sent yet.',
  })
  @TextColumn({ length: 1000, nullable: true })
  detail!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Address or number; null until it goes out.',
  })
  @TextColumn({ nullable: true })
  sentTo!: string | null;

  @Field(() => String, { nullable: true, description: 'Of the template that says it.' })
  @TextColumn({ length: 35, nullable: true })
  language!: string | null;

  @Field(() => String, { nullable: true })
  @LongTextColumn({ nullable: true })
  subject!: string | null;

  @Field(() => String, { nullable: true })
  @LongTextColumn({ nullable: true })
  text!: string | null;

  @Field(() => String, { nullable: true })
  @LongTextColumn({ nullable: true })
  html!: string | null;

  @Field(() => String, { nullable: true, description: 'The iCalendar text that goes with it.' })
  @LongTextColumn({ nullable: true })
  invitation!: string | null;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime, { nullable: true, description: 'When it was sent, or recorded.' })
  @InstantColumn({ nullable: true })
  sentAt!: number | null;
}

/** How far the log of a business has been planned. */
@Entity('message_cursor')
@ForeignKey(() => Business, ['businessId'], ['rowId'])
export class MessageCursor {
  @TenantColumn()
  businessId!: number;

  @InstantColumn()
  seq!: number;
}

/** Where a business has said that it wants a message, or does not. */
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
