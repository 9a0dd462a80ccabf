import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import {
  FlagColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  JsonColumn,
  LongTextColumn,
  TenantColumn,
  TextColumn,
} from '../../db/columns';
import { Node } from '../../graphql/node';
import { DateTime } from '../../graphql/scalars';
import { BookingEventType } from '../appointments/model/events';
import { Business } from '../businesses/business.entity';
import { ChangeType } from '../changes/change.type';
import { BookingConditions } from '../notifications/notification.type';

/** Whatever the log tells of. */
export const WebhookEventType = { ...BookingEventType, ...ChangeType };
export type WebhookEventType = BookingEventType | ChangeType;
registerEnumType(WebhookEventType, {
  name: 'WebhookEventType',
  description: 'What a webhook can be told of: all of BookingEventType and of ChangeType.',
});

export enum WebhookFormat {
  STANDARD = 'STANDARD',
  TIMETAP = 'TIMETAP',
}
registerEnumType(WebhookFormat, {
  name: 'WebhookFormat',
  description: 'What is sent. Both are signed in the same way.',
  valuesConfig: {
    STANDARD: {
      description:
        'An event of Standard Webhooks: type, timestamp, data, with ids and instants as in this API.',
    },
    TIMETAP: { description: 'The appointment alone, as the JSON object that TimeTap posts.' },
  },
});

export enum WebhookDeliveryState {
  PENDING = 'PENDING',
  DELIVERED = 'DELIVERED',
  FAILED = 'FAILED',
}
registerEnumType(WebhookDeliveryState, {
  name: 'WebhookDeliveryState',
  valuesConfig: {
    PENDING: { description: 'To be tried at nextAttemptAt, or once the webhook is active again.' },
    FAILED: { description: 'Given up; replayWebhookDelivery sends it again.' },
  },
});

@Entity('webhook')
@Index('ix_webhook_active', { synchronize: false })
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@Check('ck_webhook_format', `format IN ('STANDARD', 'TIMETAP')`)
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'An address of yours that is told of bookings. Seen by administrators.',
})
export class Webhook extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field({ description: 'Where deliveries are posted.' })
  @TextColumn({ length: 2000 })
  url!: string;

  @Field(() => WebhookFormat)
  @TextColumn({ length: 16 })
  format!: WebhookFormat;

  @Field(() => [WebhookEventType], { description: 'What it is told of.' })
  @JsonColumn()
  events!: WebhookEventType[];

  @Field(() => BookingConditions, {
    nullable: true,
    description: 'The bookings and waitlist entries whose events it receives. Null for all.',
  })
  @JsonColumn({ nullable: true })
  bookingFilter!: BookingConditions | null;

  @Field(() => String, { nullable: true })
  @TextColumn({ length: 500, nullable: true })
  description!: string | null;

  @Field({
    description: 'False: nothing is sent. Once it is active again it goes on where it was.',
  })
  @FlagColumn()
  active!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Why it was made inactive, where that was not asked for.',
  })
  @TextColumn({ length: 500, nullable: true })
  disabledReason!: string | null;

  @Field(() => String, { nullable: true, description: 'Who is written to when it is disabled.' })
  @TextColumn({ length: 254, nullable: true })
  contactEmail!: string | null;

  /** Sealed by the vault. */
  @TextColumn({ length: 500 })
  secret!: string;

  /** Signs beside the new one for a while after a rotation. */
  @TextColumn({ length: 500, nullable: true })
  previousSecret!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when deliveries are signed with the secret before the last rotation, too.',
  })
  @InstantColumn({ nullable: true })
  previousSecretUntil!: number | null;

  /** Number of the last event of the log that has been planned. */
  @InstantColumn()
  position!: number;

  /** Rises when events are planned again. */
  @IntColumn()
  generation!: number;

  /** Deliveries wait to be given jobs again, since it was inactive. */
  @FlagColumn()
  resumes!: boolean;

  @Field(() => Int, { description: 'Attempts that failed since the last that did not.' })
  @IntColumn()
  failures!: number;

  @Field(() => DateTime, { nullable: true, description: 'Since when every attempt has failed.' })
  @InstantColumn({ nullable: true })
  failingSince!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'Nothing is sent before this instant, since too much failed or the receiver asked for it.',
  })
  @InstantColumn({ nullable: true })
  pausedUntil!: number | null;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;

  @InstantColumn({ nullable: true })
  deletedAt!: number | null;
}

@Entity('webhook_delivery')
@Index(['businessId', 'webhookId', 'generation', 'seq'], { unique: true })
@Index(['businessId', 'webhookId', 'rowId'])
@Index('ix_webhook_delivery_unqueued', { synchronize: false })
@Index(['createdAt'])
@ForeignKey(() => Webhook, ['businessId', 'webhookId'], ['businessId', 'rowId'])
@Check('ck_webhook_delivery_state', `state IN ('PENDING', 'DELIVERED', 'FAILED')`)
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'One event on its way to one webhook.',
})
export class WebhookDelivery extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @IntColumn()
  webhookId!: number;

  /** Of the webhook, when it was planned. */
  @IntColumn()
  generation!: number;

  /** Number of the event in the log; null for a test. */
  @InstantColumn({ nullable: true })
  seq!: number | null;

  @IntColumn({ nullable: true })
  appointmentId!: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Id of what it tells of, such as Appointment:17; deliveries about the same go in order. Null for a test.',
  })
  @TextColumn({ length: 60, nullable: true })
  about!: string | null;

  @Field({
    description: 'The header webhook-id: the same in every attempt and replay of an event.',
  })
  @TextColumn({ length: 64 })
  messageId!: string;

  @Field({ description: 'Such as appointment.created.' })
  @TextColumn({ length: 60 })
  eventType!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What is sent, byte for byte, in each attempt; null where it could not be made.',
  })
  @LongTextColumn({ nullable: true })
  body!: string | null;

  @Field(() => WebhookDeliveryState)
  @TextColumn({ length: 10 })
  state!: WebhookDeliveryState;

  /** Whether a job is to send it. */
  @FlagColumn()
  queued!: boolean;

  /** Rises with each job that it is given: an older one leaves it alone. */
  @IntColumn()
  round!: number;

  @Field(() => Int, { description: 'How often it has been sent.' })
  @IntColumn()
  attemptCount!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Status of the last answer; null where there was none.',
  })
  @IntColumn({ nullable: true })
  responseStatus!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Not before this instant it is tried again; null once it is through.',
  })
  @InstantColumn({ nullable: true })
  nextAttemptAt!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why it is not delivered yet, or was given up.',
  })
  @TextColumn({ length: 1000, nullable: true })
  error!: string | null;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime, { nullable: true, description: 'When it was delivered, or given up.' })
  @InstantColumn({ nullable: true })
  finishedAt!: number | null;
}

@Entity('webhook_attempt')
@ForeignKey(() => WebhookDelivery, ['businessId', 'deliveryId'], ['businessId', 'rowId'])
@ObjectType({ simpleResolvers: true, description: 'One sending of a delivery.' })
export class WebhookAttempt {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  deliveryId!: number;

  @Field(() => Int, { description: '1 for the first.' })
  @PrimaryColumn('integer')
  number!: number;

  @Field(() => DateTime)
  @InstantColumn()
  startedAt!: number;

  @Field(() => Int)
  @IntColumn()
  durationMs!: number;

  @Field(() => Int, { nullable: true, description: 'Of the answer; null where there was none.' })
  @IntColumn({ nullable: true })
  status!: number | null;

  @Field(() => String, { nullable: true, description: 'The first kilobyte of the answer.' })
  @LongTextColumn({ nullable: true })
  response!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it does not count as delivered.' })
  @TextColumn({ length: 1000, nullable: true })
  error!: string | null;
}
