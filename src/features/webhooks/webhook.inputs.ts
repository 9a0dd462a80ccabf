import { ArrayMaxSize, ArrayMinSize, IsOptional, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { Email, Text, WebUrl } from '../../graphql/inputs/text-validators';
import { BookingConditions } from '../notifications/notification.type';
import { WebhookDeliveryState, WebhookEventType, WebhookFormat } from './webhook.entity';

@InputType({ description: 'All conditions given must hold.' })
export class WebhookFilter {
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) ids?: string[] | null;
  @Field(() => Boolean, { nullable: true }) active?: boolean | null;
}

@InputType({ description: 'All conditions given must hold.' })
export class WebhookDeliveryFilter {
  @Field(() => [WebhookDeliveryState], { nullable: true }) @IsOptional() @ArrayMaxSize(10) states?:
    WebhookDeliveryState[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(200) appointmentIds?:
    string[] | null;
}

const MAX_EVENTS = 50;

@InputType()
export class CreateWebhookInput {
  @Field({ description: 'An https address that the world can reach. No redirect is followed.' })
  @WebUrl()
  url!: string;
  @Field(() => [WebhookEventType], { description: 'What to be told of.' })
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_EVENTS)
  events!: WebhookEventType[];
  @Field(() => WebhookFormat, { defaultValue: WebhookFormat.STANDARD }) format!: WebhookFormat;
  @Field(() => BookingConditions, {
    nullable: true,
    description:
      'The bookings and waitlist entries to receive events of, also when one stops to match. All where it is absent.',
  })
  bookingFilter?: BookingConditions | null;
  @Field(() => String, { nullable: true }) @Text({ max: 500 }) description?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Who is written to when it is disabled, because nothing it was sent was taken.',
  })
  @Email()
  contactEmail?: string | null;
}

@InputType({ description: 'A field left out stays, one set to null is cleared.' })
export class UpdateWebhookInput {
  @Field(() => ID) id!: string;
  @Field(() => String, { nullable: true }) @WebUrl() url?: string | null;
  @Field(() => [WebhookEventType], { nullable: true })
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_EVENTS)
  events?: WebhookEventType[] | null;
  @Field(() => WebhookFormat, { nullable: true, description: 'Of what is planned from now on.' })
  format?: WebhookFormat | null;
  @Field(() => BookingConditions, {
    nullable: true,
    description:
      'The bookings and waitlist entries to receive events of, also when one stops to match. Applies to what is planned from now on.',
  })
  bookingFilter?: BookingConditions | null;
  @Field(() => String, { nullable: true }) @Text({ max: 500 }) description?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Who is written to when it is disabled, because nothing it was sent was taken.',
  })
  @Email()
  contactEmail?: string | null;
  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: one that is inactive, or paused after failures, goes on where it was, at once.',
  })
  active?: boolean | null;
  @Field({
    defaultValue: false,
    description: 'With active: true, what happened meanwhile is left out.',
  })
  skipMissed!: boolean;
}

@InputType()
export class DeleteWebhookInput {
  @Field(() => ID) id!: string;
}

@InputType()
export class RotateWebhookSecretInput {
  @Field(() => ID) id!: string;

  @Field(() => Int, {
    defaultValue: 24,
    description: 'For how many hours deliveries are signed with the old secret, too: 0 to 168.',
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
      'A cursor of the log: what came after it is sent again. "0" means from the beginning.',
  })
  @Text({ min: 1, max: 20 })
  after!: string;
}

@InputType()
export class ReplayWebhookDeliveryInput {
  @Field(() => ID) id!: string;
}
