import type { Tx } from '../../db/database';
import { sql } from '../../db/sql';
import { findOne, insert, update } from '../../db/table';
import type { Outbound, OutboundAnswer } from '../../services/outbound/outbound';
import type { Encryption } from '../../services/encryption';
import {
  delayAfter,
  type JobContext,
  type JobHandler,
  type Outcome,
  type Settled,
} from '../../jobs/handler';
import { type Job, JobState } from '../../jobs/job.entity';
import { postponeGroup } from '../../jobs/queue';
import { signedHeaders } from './signature';
import { TEST_EVENT } from './webhook-body';
import { Webhook, WebhookAttempt, WebhookDelivery, WebhookDeliveryState } from './webhook.entity';
import { enqueueDisabledNotice } from './disabled-notice';
import { DELIVERY_JOB, groupOf, lockWebhook, park, type DeliveryPayload } from './delivery-queue';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The schedule of Standard Webhooks: ten attempts over 75 hours. */
export const RETRY_DELAYS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
const MAX_RETRY_AFTER_MS = DAY;
/** Consecutive failures before a pause, which doubles with each further failure. */
const PAUSE_AFTER = 5;
export const FIRST_PAUSE_MS = 30 * SECOND;
export const LONGEST_PAUSE_MS = 15 * MINUTE;
const MAX_ERROR = 1_000;
/** A webhook whose attempts have all failed for this long is disabled. */
const DISABLE_AFTER_MS = 5 * DAY;

export const secretPurpose = ({
  businessId,
  rowId,
}: Pick<Webhook, 'businessId' | 'rowId'>): string => `webhook:${businessId}:${rowId}`;

interface Attempt {
  readonly startedAt: number;
  readonly durationMs: number;
  readonly answer: OutboundAnswer | null;
  /** Null if the attempt succeeded. */
  readonly error: string | null;
}

/** Job that sends a delivery and records the attempt. */
export const deliverWebhooks = (outbound: Outbound, vault: Encryption): JobHandler => ({
  kind: DELIVERY_JOB,
  retryDelays: RETRY_DELAYS,
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
    const attempt = await send(outbound, vault, webhook, delivery, delivery.body, context);
    return outcomeOf(webhook, delivery, attempt, job, context);
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
  outbound: Outbound,
  vault: Encryption,
  webhook: Webhook,
  delivery: WebhookDelivery,
  body: string,
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
  webhook: Webhook,
  delivery: WebhookDelivery,
  attempt: Attempt,
  job: Job,
  { now, random }: JobContext,
): Outcome {
  const { error, answer } = attempt;
  const record = (tx: Tx, settled: Settled) =>
    recordAttempt(tx, webhook, delivery, attempt, settled, now());
  if (error === null) return { result: 'DONE', record };
  // A test is not retried. A receiver that answers 410 wants no further deliveries.
  if (delivery.eventType === TEST_EVENT || answer?.status === 410)
    return { result: 'DEAD', error, record };
  const requestedAt = retryAfter(answer, now());
  const scheduledAt = now() + (delayAfter(job.attempts, RETRY_DELAYS, random) ?? 0);
  return { result: 'RETRY', error, at: Math.max(scheduledAt, requestedAt ?? 0), record };
}

/**
 * Returns the instant of the Retry-After header, in seconds or as a date (RFC 9110 10.2.3), at most
 * a day from now. Null without a valid header.
 */
function retryAfter(answer: OutboundAnswer | null, now: number): number | null {
  const text = answer?.headers['retry-after'];
  if (!text) return null;
  const at = /^\d+$/.test(text) ? now + Number(text) * SECOND : Date.parse(text);
  return Number.isNaN(at) ? null : Math.min(at, now + MAX_RETRY_AFTER_MS);
}

async function recordAttempt(
  tx: Tx,
  webhook: Webhook,
  delivery: WebhookDelivery,
  { startedAt, durationMs, answer, error }: Attempt,
  settled: Settled,
  now: number,
): Promise<void> {
  const { businessId, rowId: deliveryId, round } = delivery;
  const counted =
    delivery.eventType !== TEST_EVENT && (error !== null || webhook.failingSince !== null);
  const pausedUntil = counted ? await recordHealth(tx, webhook, error, answer, now) : null;
  const [row] = await tx.all<{ number: number }>(sql`
    UPDATE webhook_delivery SET attempt_count = attempt_count + 1 WHERE business_id = ${businessId} AND id = ${deliveryId} RETURNING attempt_count AS number`);
  if (!row) return;
  const status = answer?.status ?? null;
  await insert(tx, WebhookAttempt, {
    businessId,
    deliveryId,
    number: row.number,
    startedAt,
    durationMs,
    status,
    response: answer?.body ?? null,
    error,
  });
  const waits = settled.state === JobState.WAITING;
  await update(
    tx,
    WebhookDelivery,
    { businessId, rowId: deliveryId, round },
    {
      responseStatus: status,
      error,
      ...(error === null ? { state: WebhookDeliveryState.DELIVERED } : {}),
      nextAttemptAt: waits ? Math.max(settled.runAt, pausedUntil ?? 0) : null,
      finishedAt: waits ? null : now,
    },
  );
}

/**
 * Counts consecutive failures, pauses a webhook after several of them, and disables it after days.
 * Returns the end of the pause, or null.
 */
async function recordHealth(
  tx: Tx,
  { businessId, rowId }: Webhook,
  error: string | null,
  answer: OutboundAnswer | null,
  now: number,
): Promise<number | null> {
  const webhook = await lockWebhook(tx, businessId, rowId);
  if (!webhook) return null;
  if (error === null) {
    await update(
      tx,
      Webhook,
      { businessId, rowId },
      { failures: 0, failingSince: null, pausedUntil: null },
    );
    return null;
  }
  const failures = webhook.failures + 1;
  const failingSince = webhook.failingSince ?? now;
  const since = new Date(failingSince).toISOString();
  const lasting =
    now - failingSince >= DISABLE_AFTER_MS ? `Every attempt has failed since ${since}.` : null;
  const disabledReason =
    answer?.status === 410
      ? 'The receiver answered 410 (Gone), which ends its deliveries.'
      : lasting;
  const pausedUntil = Math.max(webhook.pausedUntil ?? 0, pauseOf(failures, answer, now)) || null;
  await update(
    tx,
    Webhook,
    { businessId, rowId },
    {
      failures,
      failingSince,
      pausedUntil,
      ...(disabledReason && webhook.active
        ? { active: false, disabledReason, modifiedAt: now }
        : {}),
    },
  );
  if (disabledReason && webhook.active) await enqueueDisabledNotice(tx, webhook, now);
  if (disabledReason) await park(tx, businessId, rowId);
  else if (pausedUntil !== null && pausedUntil > now)
    await postponeGroup(tx, businessId, groupOf({ businessId, webhookId: rowId }), pausedUntil);
  return pausedUntil;
}

/** Returns the end of the pause after a number of consecutive failures; 0 for no pause. */
function pauseOf(failures: number, answer: OutboundAnswer | null, now: number): number {
  const requestedAt =
    answer?.status === 429 || answer?.status === 503 ? (retryAfter(answer, now) ?? 0) : 0;
  const pausedUntil =
    failures < PAUSE_AFTER
      ? 0
      : now +
        Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - PAUSE_AFTER, 10));
  return Math.max(requestedAt, pausedUntil);
}
