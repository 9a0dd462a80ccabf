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
import { Webhook } from './webhook.entity';

export enum WebhookDeliveryState {
  PENDING = 'PENDING',
  DELIVERED = 'DELIVERED',
  FAILED = 'FAILED',
}
registerEnumType(WebhookDeliveryState, {
  name: 'WebhookDeliveryState',
  description: 'The state of a delivery.',
  valuesConfig: {
    DELIVERED: { description: 'The receiver responded with a status of 200 to 299.' },
    PENDING: { description: 'To be sent at nextAttemptAt, or when the webhook is active again.' },
    FAILED: { description: 'All attempts failed. replayWebhookDelivery sends it again.' },
  },
});

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
  description: 'The delivery of one event to one webhook.',
})
export class WebhookDelivery extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @IntColumn()
  webhookId!: number;

  /** Generation of the webhook when the delivery was planned. */
  @IntColumn()
  generation!: number;

  /** Sequence number of the event. Null for a test. */
  @InstantColumn({ nullable: true })
  seq!: number | null;

  @IntColumn({ nullable: true })
  appointmentId!: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Id of the object that the event concerns, such as Appointment:17. Deliveries with the ' +
      'same id are sent in order. Null for a test.',
  })
  @TextColumn({ length: 60, nullable: true })
  about!: string | null;

  @Field({
    description: 'Value of the webhook-id header, stable across attempts and replays of an event.',
  })
  @TextColumn({ length: 64 })
  messageId!: string;

  @Field({ description: 'Event name in the body, such as appointment.created.' })
  @TextColumn({ length: 60 })
  eventType!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Body sent in each attempt, byte for byte. Null if it could not be rendered.',
  })
  @LongTextColumn({ nullable: true })
  body!: string | null;

  @Field(() => WebhookDeliveryState, { description: 'State of the delivery.' })
  @TextColumn({ length: 10 })
  state!: WebhookDeliveryState;

  /** Whether a job for the delivery exists. */
  @FlagColumn()
  queued!: boolean;

  /** Incremented with each job, so that an older job skips the delivery. */
  @IntColumn()
  round!: number;

  @Field(() => Int, { description: 'Number of attempts.' })
  @IntColumn()
  attemptCount!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'HTTP status of the last response. Null without a response.',
  })
  @IntColumn({ nullable: true })
  responseStatus!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Earliest instant of the next attempt. Null for a finished delivery.',
  })
  @InstantColumn({ nullable: true })
  nextAttemptAt!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Error of the last attempt. Null after a success.',
  })
  @TextColumn({ length: 1000, nullable: true })
  error!: string | null;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Instant of success or final failure. Null while pending.',
  })
  @InstantColumn({ nullable: true })
  finishedAt!: number | null;
}

@Entity('webhook_attempt')
@ForeignKey(() => WebhookDelivery, ['businessId', 'deliveryId'], ['businessId', 'rowId'])
@ObjectType({ simpleResolvers: true, description: 'One attempt to send a delivery.' })
export class WebhookAttempt {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  deliveryId!: number;

  @Field(() => Int, { description: 'Number of the attempt, starting at 1.' })
  @PrimaryColumn('integer')
  number!: number;

  @Field(() => DateTime, { description: 'The time at which the request was sent.' })
  @InstantColumn()
  startedAt!: number;

  @Field(() => Int, { description: 'Time until the response or the failure, in milliseconds.' })
  @IntColumn()
  durationMs!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'HTTP status of the response. Null without a response.',
  })
  @IntColumn({ nullable: true })
  status!: number | null;

  @Field(() => String, { nullable: true, description: 'First kilobyte of the response body.' })
  @LongTextColumn({ nullable: true })
  response!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Reason for the failure. Null for a success.',
  })
  @TextColumn({ length: 1000, nullable: true })
  error!: string | null;
}
