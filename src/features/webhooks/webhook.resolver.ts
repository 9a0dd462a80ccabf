import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { memberOf, Role, type Context } from '../../context';
import { RequiresRole } from '../../graphql/sdl/required-role';
import { isOneOf, raw, sql } from '../../db/sql';
import { tableOf } from '../../db/table';
import { parseGlobalId } from '../../graphql/global-id';
import { defineLoader, groupByKey } from '../../graphql/relations/loader';
import { connectionOf, PageArgs, type Page } from '../../graphql/connection';
import { answer, answerAs, payloadOf } from '../../graphql/payload';
import { WebhookAttempt, WebhookDelivery } from './webhook-delivery.entity';
import { Webhook } from './webhook.entity';
import {
  CreateWebhookInput,
  DeleteWebhookInput,
  ReplayWebhookDeliveryInput,
  ReplayWebhookInput,
  RotateWebhookSecretInput,
  TestWebhookInput,
  UpdateWebhookInput,
  WebhookFilter,
} from './webhook.inputs';
import { replayDelivery, replayWebhook } from './replay';
import { testWebhook } from './test-webhook';
import * as service from './webhook.service';
import { deliveryList, webhookList, webhooks } from './webhook.list';
import { RowById, PageOf } from '../../graphql/relations/relation-field';

/** A payload with a webhook and its new signing secret. */
function secretPayload(command: string) {
  const Payload = payloadOf(command, 'webhook', () => Webhook);
  Field(() => String, {
    nullable: true,
    description:
      'Signing secret of Standard Webhooks, returned only once. Null if the input was rejected.',
  })(Payload.prototype, 'secret');
  return Payload;
}

const NOTHING = { webhook: null, secret: null };

const WebhookConnection = connectionOf(Webhook, 'Webhook');
const CreateWebhookPayload = secretPayload('CreateWebhook');
const UpdateWebhookPayload = payloadOf('UpdateWebhook', 'webhook', () => Webhook);
const DeleteWebhookPayload = payloadOf('DeleteWebhook', 'webhook', () => Webhook);
const RotateWebhookSecretPayload = secretPayload('RotateWebhookSecret');
const TestWebhookPayload = payloadOf('TestWebhook', 'delivery', () => WebhookDelivery);
const ReplayWebhookPayload = payloadOf('ReplayWebhook', 'webhook', () => Webhook);
const ReplayWebhookDeliveryPayload = payloadOf(
  'ReplayWebhookDelivery',
  'delivery',
  () => WebhookDelivery,
);

/** Limit of Webhook.attempts: the latest ones are returned. */
const MAX_ATTEMPTS = 100;

const attemptsByDeliveryId = defineLoader(async (context: Context, ids: readonly number[]) => {
  const table = tableOf(WebhookAttempt);
  const rows = await context.db.all(sql`
    SELECT ${table.select('a')} FROM ${raw('webhook_attempt AS a')}
    WHERE a.business_id = ${memberOf(context).businessId} AND ${isOneOf(raw('a.delivery_id'), ids)} ORDER BY a.delivery_id, a.number DESC LIMIT ${MAX_ATTEMPTS * ids.length}`);
  return groupByKey(
    ids,
    rows.map((row) => table.hydrate(row)),
    (row) => row.deliveryId,
  ).map((group) => group.reverse());
});

@Resolver(() => Webhook)
export class WebhookResolver {
  @Query(() => Webhook, {
    nullable: true,
    description:
      'The webhook with an id. Null if it does not exist or is not visible to the caller. ' +
      'Requires role: ADMINISTRATOR.',
  })
  @RowById(webhookList)
  webhook(@Ctx() context: Context, @Arg('id', () => ID) id: string): Promise<Webhook | null> {
    return webhookList.source.findVisible(context, parseGlobalId('Webhook', id, ['id']));
  }

  @RequiresRole(Role.ADMINISTRATOR)
  @Query(() => WebhookConnection, {
    description: 'Webhooks of the business, oldest first. Requires role: ADMINISTRATOR.',
  })
  @PageOf(webhookList)
  webhooks(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => WebhookFilter, { nullable: true }) filter?: WebhookFilter,
  ): Page<Webhook> {
    return webhookList.page(context, { ...page, filter });
  }

  @Query(() => WebhookDelivery, {
    nullable: true,
    description:
      'The delivery with an id. Null if it does not exist or is not visible to the caller. ' +
      'Requires role: ADMINISTRATOR.',
  })
  @RowById(deliveryList)
  webhookDelivery(
    @Ctx() context: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<WebhookDelivery | null> {
    return deliveryList.source.findVisible(context, parseGlobalId('WebhookDelivery', id, ['id']));
  }
}

@Resolver(() => Webhook)
export class WebhookMutations {
  @Mutation(() => CreateWebhookPayload, {
    description:
      'Creates a webhook that receives events from now on. Requires role: ADMINISTRATOR.',
  })
  createWebhook(
    @Ctx() context: Context,
    @Arg('input', () => CreateWebhookInput) input: CreateWebhookInput,
  ) {
    return answerAs(
      context,
      () => service.create(context, input),
      (created) => created ?? NOTHING,
    );
  }

  @Mutation(() => UpdateWebhookPayload, {
    description: 'Changes, activates or deactivates a webhook. Requires role: ADMINISTRATOR.',
  })
  updateWebhook(
    @Ctx() context: Context,
    @Arg('input', () => UpdateWebhookInput) input: UpdateWebhookInput,
  ) {
    return answer(context, 'webhook', () => service.update(context, input));
  }

  @Mutation(() => DeleteWebhookPayload, {
    description:
      'Deletes a webhook. Pending deliveries are not sent. Requires role: ADMINISTRATOR.',
  })
  deleteWebhook(
    @Ctx() context: Context,
    @Arg('input', () => DeleteWebhookInput) input: DeleteWebhookInput,
  ) {
    return answer(context, 'webhook', () => service.remove(context, input));
  }

  @Mutation(() => RotateWebhookSecretPayload, {
    description:
      'Replaces the signing secret. The old secret also signs for keepPreviousHours. ' +
      'Requires role: ADMINISTRATOR.',
  })
  rotateWebhookSecret(
    @Ctx() context: Context,
    @Arg('input', () => RotateWebhookSecretInput) input: RotateWebhookSecretInput,
  ) {
    return answerAs(
      context,
      () => service.rotateSecret(context, input),
      (rotated) => rotated ?? NOTHING,
    );
  }

  @Mutation(() => TestWebhookPayload, {
    description:
      'Sends a test event in a single attempt. The delivery shows the result. Requires role: ' +
      'ADMINISTRATOR.',
  })
  testWebhook(
    @Ctx() context: Context,
    @Arg('input', () => TestWebhookInput) input: TestWebhookInput,
  ) {
    return answer(context, 'delivery', () => testWebhook(context, input));
  }

  @Mutation(() => ReplayWebhookPayload, {
    description: 'Sends all events after a cursor again. Requires role: ADMINISTRATOR.',
  })
  replayWebhook(
    @Ctx() context: Context,
    @Arg('input', () => ReplayWebhookInput) input: ReplayWebhookInput,
  ) {
    return answer(context, 'webhook', () => replayWebhook(context, input));
  }

  @Mutation(() => ReplayWebhookDeliveryPayload, {
    description: 'Sends a delivered or failed delivery again. Requires role: ADMINISTRATOR.',
  })
  replayWebhookDelivery(
    @Ctx() context: Context,
    @Arg('input', () => ReplayWebhookDeliveryInput) input: ReplayWebhookDeliveryInput,
  ) {
    return answer(context, 'delivery', () => replayDelivery(context, input));
  }
}

@Resolver(() => WebhookDelivery)
export class WebhookDeliveryResolver {
  @FieldResolver(() => Webhook, {
    nullable: true,
    description: 'The receiving webhook. Null after its deletion.',
  })
  webhook(
    @Root() { webhookId }: WebhookDelivery,
    @Ctx() context: Context,
  ): Promise<Webhook | null> {
    return webhooks.findVisible(context, webhookId);
  }

  @FieldResolver(() => [WebhookAttempt], {
    description: 'Attempts with their responses, oldest first. At most the latest 100.',
  })
  attempts(@Root() { rowId }: WebhookDelivery, @Ctx() context: Context): Promise<WebhookAttempt[]> {
    return attemptsByDeliveryId(context).load(rowId);
  }
}
