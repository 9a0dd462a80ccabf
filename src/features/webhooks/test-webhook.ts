import type { Context } from '../../context';
import { newRow } from '../../db/new-row';
import { insert } from '../../db/table';
import { enqueueDeliveries } from './delivery/delivery-queue';
import { requireAdministrator, withLockedWebhook } from './locked-webhook';
import { TEST_EVENT, testBody } from './delivery/webhook-body';
import { WebhookDelivery, WebhookDeliveryState } from './webhook-delivery.entity';
import type { TestWebhookInput } from './webhook.inputs';

/** Enqueues a test delivery, which has a single attempt. @throws DomainError NOT_FOUND */
export async function testWebhook(
  context: Context,
  input: TestWebhookInput,
): Promise<WebhookDelivery> {
  requireAdministrator(context);
  const deliveryId = await context.ids.next('webhook_delivery');
  return withLockedWebhook(
    context,
    input,
    async (unit, { businessId, rowId: webhookId, generation }) => {
      const { tx, now } = unit;
      const delivery = newRow(WebhookDelivery, {
        businessId,
        rowId: deliveryId,
        webhookId,
        generation,
        seq: null,
        appointmentId: null,
        about: null,
        messageId: `msg_${businessId}_${webhookId}_test_${deliveryId}`,
        eventType: TEST_EVENT,
        body: testBody(now),
        state: WebhookDeliveryState.PENDING,
        queued: true,
        round: 0,
        attemptCount: 0,
        responseStatus: null,
        nextAttemptAt: now,
        error: null,
        createdAt: now,
        finishedAt: null,
      });
      await insert(tx, WebhookDelivery, delivery);
      await enqueueDeliveries(unit, [delivery]);
      return delivery;
    },
  );
}
