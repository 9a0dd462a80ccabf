import type { WriteUnit } from '../../../context';
import { byDialect, raw, sql } from '../../../db/sql';
import { tableOf, update } from '../../../db/table';
import { enqueue, withdrawGroup } from '../../../jobs/queue';
import { WebhookDelivery, WebhookDeliveryState } from '../webhook-delivery.entity';
import { Webhook } from '../webhook.entity';

export const DELIVERY_JOB = 'webhook.delivery';
/** Concurrent deliveries of one webhook. */
const MAX_IN_FLIGHT = 4;

export const groupOf = ({
  businessId,
  webhookId,
}: Pick<WebhookDelivery, 'businessId' | 'webhookId'>): string =>
  `webhook:${businessId}:${webhookId}`;

/** Payload of a delivery job. */
export interface DeliveryPayload {
  readonly deliveryId: number;
  readonly round: number;
}

/**
 * Enqueues deliveries. Requires the lock of the webhook: jobs with one ordering key must be
 * inserted sequentially.
 */
export function enqueueDeliveries(
  { tx, now }: WriteUnit,
  deliveries: readonly WebhookDelivery[],
): Promise<void> {
  return enqueue(
    tx,
    now,
    ...deliveries.map((delivery) => {
      const { businessId, webhookId, about, rowId: deliveryId, round } = delivery;
      return {
        businessId,
        kind: DELIVERY_JOB,
        key: `${deliveryId}:${round}`,
        payload: { deliveryId, round } satisfies DeliveryPayload,
        group: { key: groupOf(delivery), limit: MAX_IN_FLIGHT },
        ...(about === null ? {} : { orderingKey: `webhook:${webhookId}:${about}` }),
      };
    }),
  );
}

/**
 * Locks a webhook until the end of the transaction. Returns null if it is deleted, and with `free`
 * if another transaction has locked it.
 */
export async function lockWebhook(
  { tx, member: { businessId } }: WriteUnit,
  rowId: number,
  { free = false } = {},
): Promise<Webhook | null> {
  const table = tableOf(Webhook);
  const lock = byDialect({
    postgres: raw(free ? 'FOR UPDATE SKIP LOCKED' : 'FOR UPDATE'),
    sqlite: raw(''),
  });
  const [row] = await tx.all(sql`
    SELECT ${table.select('w')} FROM ${raw('webhook AS w')} WHERE w.business_id = ${businessId} AND w.id = ${rowId} AND w.deleted_at IS NULL ${lock}`);
  return row ? table.hydrate(row) : null;
}

/**
 * Withdraws the jobs of pending deliveries and keeps the deliveries. Attempts in flight complete.
 */
export async function park({ tx, member }: WriteUnit, webhookId: number): Promise<void> {
  const { businessId } = member;
  await withdrawGroup(tx, businessId, groupOf({ businessId, webhookId }));
  await update(
    tx,
    WebhookDelivery,
    { businessId, webhookId, state: WebhookDeliveryState.PENDING },
    { queued: false },
  );
}
