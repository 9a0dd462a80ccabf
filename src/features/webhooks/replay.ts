import type { Context } from '../../context';
import type { Tx } from '../../db/database';
import { findOne, update } from '../../db/table';
import { BusinessRule } from '../../business-rule';
import { DomainError, violated } from '../../errors';
import { parseGlobalId, toGlobalId } from '../../graphql/global-id';
import { parseCursor, type Place } from '../../log/cursor';
import { placeOf } from '../../log/log.service';
import { enqueueDeliveries } from './delivery/delivery-queue';
import {
  ID_PATH,
  requireAdministrator,
  revive,
  withLockedWebhook,
  writeState,
} from './locked-webhook';
import { WebhookDelivery, WebhookDeliveryState } from './webhook-delivery.entity';
import type { Webhook } from './webhook.entity';
import type { ReplayWebhookDeliveryInput, ReplayWebhookInput } from './webhook.inputs';
import { webhookDeliveries } from './webhook.list';

/** @throws DomainError BAD_USER_INPUT, CURSOR_EXPIRED */
async function startAt(tx: Tx, businessId: number, cursor: string): Promise<number> {
  try {
    return (await placeOf(tx, businessId, parseCursor(cursor) as Place)).seq;
  } catch (error) {
    if (error instanceof DomainError)
      throw new DomainError(error.code, error.message, {
        ...error.details,
        path: ['input', 'after'],
      });
    throw error;
  }
}

/**
 * Plans the events after a cursor again, with the same message ids.
 * @throws DomainError NOT_FOUND; BAD_USER_INPUT for an invalid cursor; CURSOR_EXPIRED for one
 * before the start of the log; RULE_VIOLATED for an inactive webhook.
 */
export function replayWebhook(context: Context, input: ReplayWebhookInput): Promise<Webhook> {
  return withLockedWebhook(context, input, async (unit, webhook) => {
    const position = await startAt(unit.tx, webhook.businessId, input.after);
    if (!webhook.active)
      throw violated(
        BusinessRule.WEBHOOK_INACTIVE,
        'This webhook is inactive: activate it first.',
        'id',
      );
    return writeState(unit, webhook, {
      position,
      generation: webhook.generation + 1,
      modifiedAt: unit.now,
      ...(await revive(unit, webhook)),
    });
  });
}

/**
 * Sends a finished delivery again, with a full schedule of attempts. @throws DomainError NOT_FOUND,
 * RULE_VIOLATED
 */
export async function replayDelivery(
  context: Context,
  input: ReplayWebhookDeliveryInput,
): Promise<WebhookDelivery> {
  requireAdministrator(context);
  const { webhookId, rowId } = await webhookDeliveries.getVisible(
    context,
    parseGlobalId('WebhookDelivery', input.id, ID_PATH),
    ID_PATH,
  );
  return withLockedWebhook(
    context,
    { id: toGlobalId('Webhook', webhookId) },
    async (unit, webhook) => {
      const { tx, now } = unit;
      const { businessId, active } = webhook;
      const delivery = (await findOne(tx, WebhookDelivery, {
        businessId,
        rowId,
      })) as WebhookDelivery;
      if (delivery.body === null)
        throw violated(
          BusinessRule.DELIVERY_STATE,
          'The body of this delivery could not be rendered, so there is nothing to send.',
          'id',
        );
      if (delivery.state === WebhookDeliveryState.PENDING)
        throw violated(BusinessRule.DELIVERY_STATE, 'This delivery is still pending.', 'id');
      if (!active)
        throw violated(
          BusinessRule.WEBHOOK_INACTIVE,
          'The webhook of this delivery is inactive: activate it first.',
          'id',
        );
      const revived = await revive(unit, webhook);
      // The planner queues it, behind older pending deliveries.
      const queued = !revived.resumes;
      if (!queued) await writeState(unit, webhook, revived);
      const changes = {
        state: WebhookDeliveryState.PENDING,
        round: delivery.round + 1,
        queued,
        nextAttemptAt: now,
        error: null,
        finishedAt: null,
      };
      await update(tx, WebhookDelivery, { businessId, rowId }, changes);
      Object.assign(delivery, changes);
      if (queued) await enqueueDeliveries(unit, [delivery]);
      return delivery;
    },
  );
}
