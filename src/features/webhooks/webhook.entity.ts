import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index } from 'typeorm';
import {
  FlagColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  JsonColumn,
  TenantColumn,
  TextColumn,
  VersionColumn,
} from '../../db/columns';
import { Node } from '../../graphql/node';
import { Shows } from '../../graphql/relations/column-field';
import { DateTime } from '../../graphql/scalars';
import { BookingEventType } from '../appointments/model/events';
import { Business } from '../businesses/business.entity';
import { CHANGE_DESCRIPTIONS, ChangeType } from '../changes/change';
import { BookingConditions } from '../notifications/notification';

/** Every type of event in the log. */
export const WebhookEventType = { ...BookingEventType, ...ChangeType };
export type WebhookEventType = BookingEventType | ChangeType;
registerEnumType(WebhookEventType, {
  name: 'WebhookEventType',
  description:
    'Types of events that a webhook can receive: all of BookingEventType and ChangeType.',
  valuesConfig: CHANGE_DESCRIPTIONS,
});

export enum WebhookFormat {
  STANDARD = 'STANDARD',
  TIMETAP = 'TIMETAP',
}
registerEnumType(WebhookFormat, {
  name: 'WebhookFormat',
  description: 'The format of the delivered body. Signatures are identical for both.',
  valuesConfig: {
    STANDARD: {
      description:
        'Standard Webhooks: type, timestamp and data, with the ids and instants of this API.',
    },
    TIMETAP: {
      description:
        'The appointment as the JSON object that TimeTap posts. Events that concern no ' +
        'appointment are not delivered.',
    },
  },
});

@Entity('webhook')
@Index('ix_webhook_active', { synchronize: false })
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@Check('ck_webhook_format', `format IN ('STANDARD', 'TIMETAP')`)
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'An HTTP endpoint to which events are delivered. Visible to administrators.',
})
export class Webhook extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int)
  @VersionColumn()
  version!: number;

  @Field({ description: 'Address to which deliveries are posted.' })
  @TextColumn({ length: 2000 })
  url!: string;

  @Field(() => WebhookFormat)
  @TextColumn({ length: 16 })
  format!: WebhookFormat;

  @Field(() => [WebhookEventType], {
    description: 'Types of the events that the webhook receives.',
  })
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
    description:
      'Whether deliveries are sent. A webhook that is activated again resumes at its ' +
      'position in the log.',
  })
  @FlagColumn()
  active!: boolean;

  @TextColumn({ length: 500, nullable: true })
  disabledReason!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Note on the automatic deactivation. Null if the webhook is active or was deactivated by a ' +
      'caller.',
  })
  @Shows<Webhook>('disabledReason')
  get disabledNote(): string | null {
    return this.disabledReason;
  }

  @Field(() => String, {
    nullable: true,
    description: 'E-mail address notified when the webhook is disabled automatically.',
  })
  @TextColumn({ length: 254, nullable: true })
  contactEmail!: string | null;

  /** Encrypted by the vault. */
  @TextColumn({ length: 500 })
  secret!: string;

  /** Secret before the last rotation, which also signs until `previousSecretUntil`. */
  @TextColumn({ length: 500, nullable: true })
  previousSecret!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'Instant until which deliveries are also signed with the secret before the last rotation.',
  })
  @InstantColumn({ nullable: true })
  previousSecretUntil!: number | null;

  /** Sequence number of the last planned event. */
  @InstantColumn()
  position!: number;

  /** Incremented by a replay, so that events can be planned again. */
  @IntColumn()
  generation!: number;

  /** Whether pending deliveries have to be enqueued again. */
  @FlagColumn()
  resumes!: boolean;

  @Field(() => Int, { description: 'Number of consecutive failed attempts.' })
  @IntColumn()
  failures!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Instant of the first failure of the current series. Null after a success.',
  })
  @InstantColumn({ nullable: true })
  failingSince!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'End of a pause after repeated failures or at the request of the receiver. Null if not ' +
      'paused.',
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
