import { ArrayMaxSize, ArrayMinSize, IsOptional, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { Email, Text, WebUrl } from '../../graphql/inputs/text-validators';
import { BookingConditions } from '../notifications/notification';
import { WebhookDeliveryState } from './webhook-delivery.entity';
import { WebhookEventType, WebhookFormat } from './webhook.entity';

@InputType({ description: 'Conditions that must all hold.' })
export class WebhookFilter {
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) ids?: string[] | null;
  @Field(() => Boolean, {
    description: 'Only active webhooks, or only those that are not.',
    nullable: true,
  })
  active?: boolean | null;
}

@InputType({ description: 'Conditions that must all hold.' })
export class WebhookDeliveryFilter {
  @Field(() => [WebhookDeliveryState], {
    description: 'Only deliveries in one of these states.',
    nullable: true,
  })
  @IsOptional()
  @ArrayMaxSize(10)
  states?: WebhookDeliveryState[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(200) appointmentIds?:
    string[] | null;
}

const MAX_EVENTS = 50;

@InputType()
export class CreateWebhookInput {
  @Field({ description: 'Publicly reachable https address. Redirects are not followed.' })
  @WebUrl()
  url!: string;
  @Field(() => [WebhookEventType], { description: 'Types of the events to receive.' })
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_EVENTS)
  events!: WebhookEventType[];
  @Field(() => WebhookFormat, {
    description: 'Format of the request bodies.',
    defaultValue: WebhookFormat.STANDARD,
  })
  format!: WebhookFormat;
  @Field(() => BookingConditions, {
    nullable: true,
    description:
      'Bookings and waitlist entries whose events are received, including the event by which ' +
      'one ceases to match. Defaults to all.',
  })
  bookingFilter?: BookingConditions | null;
  @Field(() => String, { description: 'Description, shown to administrators.', nullable: true })
  @Text({ max: 500 })
  description?: string | null;
  @Field(() => String, {
    nullable: true,
    description:
      'E-mail address notified when the webhook is disabled because its deliveries failed.',
  })
  @Email()
  contactEmail?: string | null;
}

@InputType({ description: 'Omitted fields keep their value; null clears a field.' })
export class UpdateWebhookInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => String, {
    description: 'Address that receives the requests. https outside of development.',
    nullable: true,
  })
  @WebUrl()
  url?: string | null;
  @Field(() => [WebhookEventType], {
    description: 'Types of the events to send. Replaces the present ones.',
    nullable: true,
  })
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_EVENTS)
  events?: WebhookEventType[] | null;
  @Field(() => WebhookFormat, {
    nullable: true,
    description: 'Format of deliveries planned from now on.',
  })
  format?: WebhookFormat | null;
  @Field(() => BookingConditions, {
    nullable: true,
    description:
      'Bookings and waitlist entries whose events are received, including the event by which ' +
      'one ceases to match. Applies to deliveries planned from now on.',
  })
  bookingFilter?: BookingConditions | null;
  @Field(() => String, { description: 'Description, shown to administrators.', nullable: true })
  @Text({ max: 500 })
  description?: string | null;
  @Field(() => String, {
    nullable: true,
    description:
      'E-mail address notified when the webhook is disabled because its deliveries failed.',
  })
  @Email()
  contactEmail?: string | null;
  @Field(() => Boolean, {
    nullable: true,
    description:
      'True activates an inactive webhook and ends a pause: deliveries resume at once. False ' +
      'stops deliveries.',
  })
  active?: boolean | null;
  @Field({
    defaultValue: false,
    description:
      'Whether activation skips the events that occurred while the webhook was inactive.',
  })
  skipMissed!: boolean;
}

@InputType()
export class DeleteWebhookInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class RotateWebhookSecretInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;

  @Field(() => Int, {
    defaultValue: 24,
    description:
      'Hours during which deliveries are also signed with the old secret. Minimum 0, maximum 168.',
  })
  @Min(0)
  @Max(168)
  keepPreviousHours!: number;
}

@InputType()
export class TestWebhookInput {
  @Field(() => ID) id!: string;
}

@InputType()
export class ReplayWebhookInput {
  @Field(() => ID) id!: string;
  @Field({
    description:
      'Cursor of the log after which events are sent again. "0" is the beginning of the log.',
  })
  @Text({ min: 1, max: 20 })
  after!: string;
}

@InputType()
export class ReplayWebhookDeliveryInput {
  @Field(() => ID) id!: string;
}
