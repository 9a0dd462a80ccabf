import type { Tx } from '../../../db/database';
import { findOne, update } from '../../../db/table';
import {
  delayAfter,
  type JobContext,
  type JobHandler,
  type Outcome,
  type Settled,
} from '../../../jobs/handler';
import type { Job } from '../../../jobs/job.entity';
import type { Encryption } from '../../../services/encryption';
import type { Outbound, OutboundAnswer } from '../../../services/outbound/outbound';
import { systemOf } from '../../appointments/holds/expire-holds';
import { WebhookDelivery, WebhookDeliveryState } from '../webhook-delivery.entity';
import { Webhook } from '../webhook.entity';
import { DELIVERY_JOB, type DeliveryPayload } from './delivery-queue';
import {
  DELIVERY_TIMINGS,
  recordAttempt,
  retryAfter,
  type Attempt,
  type DeliveryTimings,
  type Target,
} from './record-attempt';
import { signedHeaders } from './signature';
import { TEST_EVENT } from './webhook-body';

const MAX_ERROR = 1_000;
export const secretPurpose = ({
  businessId,
  rowId,
}: Pick<Webhook, 'businessId' | 'rowId'>): string => `webhook:${businessId}:${rowId}`;

interface DeliveryServices {
  readonly outbound: Outbound;
  readonly vault: Encryption;
}

/** Job that sends a delivery and records the attempt. */
export const deliverWebhooks = (
  { outbound, vault }: DeliveryServices,
  timings: DeliveryTimings = DELIVERY_TIMINGS,
): JobHandler => ({
  kind: DELIVERY_JOB,
  retryDelays: timings.retryDelaysMs,
  async run(job, context) {
    const { businessId } = job;
    const { deliveryId, round } = job.payload as DeliveryPayload;
    const delivery = await findOne(context.db, WebhookDelivery, { businessId, rowId: deliveryId });
    const webhook =
      delivery &&
      (await findOne(context.db, Webhook, {
        businessId,
        rowId: delivery.webhookId,
        deletedAt: null,
      }));
    // The webhook was deleted, or a newer job sends the delivery.
    if (!webhook || delivery.round !== round || delivery.body === null) return;
    const isTest = delivery.eventType === TEST_EVENT;
    if (!webhook.active && !isTest) return;
    const now = context.now();
    if (webhook.pausedUntil !== null && webhook.pausedUntil > now && !isTest)
      return postponed(delivery, webhook.pausedUntil);
    const attempt = await send(
      { outbound, vault },
      { webhook, delivery, timings, body: delivery.body },
      context,
    );
    return outcomeOf({ webhook, delivery, timings }, attempt, job, context);
  },
  async onDead(tx, { businessId, payload }, error, now) {
    const { deliveryId, round } = payload as DeliveryPayload;
    await update(
      tx,
      WebhookDelivery,
      { businessId, rowId: deliveryId, round },
      { state: WebhookDeliveryState.FAILED, error, nextAttemptAt: null, finishedAt: now },
    );
  },
});

async function send(
  { outbound, vault }: DeliveryServices,
  { webhook, delivery, body }: Target & { body: string },
  { now, signal }: JobContext,
): Promise<Attempt> {
  const startedAt = now();
  const startedAtMs = performance.now();
  const bytes = Buffer.from(body);
  const purpose = secretPurpose(webhook);
  const sealed = [
    webhook.secret,
    ...(webhook.previousSecret && (webhook.previousSecretUntil ?? 0) > startedAt
      ? [webhook.previousSecret]
      : []),
  ];
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Slotgraph',
    ...signedHeaders(
      delivery.messageId,
      startedAt,
      bytes,
      sealed.map((secret) => vault.open(secret, purpose)),
    ),
  };
  const attempt = (answer: OutboundAnswer | null, error: string | null) => ({
    startedAt,
    durationMs: Math.round(performance.now() - startedAtMs),
    answer,
    error,
  });
  try {
    const answer = await outbound.post(webhook.url, headers, bytes, signal);
    const { status } = answer;
    return attempt(
      answer,
      status >= 200 && status < 300 ? null : `The receiver answered ${status}.`,
    );
  } catch (error) {
    // An abort is a shutdown of this process, not a failure of the receiver.
    if (signal.aborted) throw error;
    return attempt(null, reasonOf(error as NodeJS.ErrnoException));
  }
}

/** Returns the message or the code: an error of several failed addresses has only a code. */
const reasonOf = ({ message, code }: NodeJS.ErrnoException): string =>
  (message || code || 'No connection could be made.').slice(0, MAX_ERROR);

const postponed = ({ businessId, rowId }: WebhookDelivery, at: number): Outcome => ({
  result: 'POSTPONED',
  at,
  record: async (tx) =>
    void (await update(tx, WebhookDelivery, { businessId, rowId }, { nextAttemptAt: at })),
});

function outcomeOf(
  target: Target,
  attempt: Attempt,
  job: Job,
  { now, random }: JobContext,
): Outcome {
  const { error, answer } = attempt;
  const { delivery, timings } = target;
  const record = (tx: Tx, settled: Settled) =>
    recordAttempt({ tx, member: systemOf(job.businessId), now: now() }, target, attempt, settled);
  if (error === null) return { result: 'DONE', record };
  // A test is not retried. A receiver that answers 410 wants no further deliveries.
  if (delivery.eventType === TEST_EVENT || answer?.status === 410)
    return { result: 'DEAD', error, record };
  const requestedAt = retryAfter(answer, now());
  const scheduledAt = now() + (delayAfter(job.attempts, timings.retryDelaysMs, random) ?? 0);
  return { result: 'RETRY', error, at: Math.max(scheduledAt, requestedAt ?? 0), record };
}
