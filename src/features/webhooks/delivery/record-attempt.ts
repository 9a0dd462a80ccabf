import type { WriteUnit } from '../../../context';
import { sql } from '../../../db/sql';
import { insert, update } from '../../../db/table';
import type { Settled } from '../../../jobs/handler';
import { JobState } from '../../../jobs/job.entity';
import { postponeGroup } from '../../../jobs/queue';
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '../../../lib/time-zone';
import type { OutboundAnswer } from '../../../services/outbound/outbound';
import { WebhookAttempt, WebhookDelivery, WebhookDeliveryState } from '../webhook-delivery.entity';
import { Webhook } from '../webhook.entity';
import { groupOf, lockWebhook, park } from './delivery-queue';
import { enqueueDisabledNotice } from './disabled-notice';
import { TEST_EVENT } from './webhook-body';

const MAX_RETRY_AFTER_MS = MS_PER_DAY;
/** Consecutive failures before a pause, which doubles with each further failure. */
const PAUSE_AFTER = 5;
/** A webhook whose attempts have all failed for this long is disabled. */
const DISABLE_AFTER_MS = 5 * MS_PER_DAY;

/** Delays of attempts, and pauses of a webhook whose attempts fail. */
export interface DeliveryTimings {
  readonly retryDelaysMs: readonly number[];
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

export const DELIVERY_TIMINGS: DeliveryTimings = {
  // The schedule of Standard Webhooks: ten attempts over 75 hours.
  retryDelaysMs: [
    5 * MS_PER_SECOND,
    5 * MS_PER_MINUTE,
    30 * MS_PER_MINUTE,
    ...[2, 5, 10, 14, 20, 24].map((hours) => hours * MS_PER_HOUR),
  ],
  firstPauseMs: 30 * MS_PER_SECOND,
  longestPauseMs: 15 * MS_PER_MINUTE,
};

/** A delivery, the webhook that receives it, and the timings of its attempts. */
export interface Target {
  readonly timings: DeliveryTimings;
  readonly webhook: Webhook;
  readonly delivery: WebhookDelivery;
}

/** One request to the receiver, and its result. */
export interface Attempt {
  readonly startedAt: number;
  readonly durationMs: number;
  readonly answer: OutboundAnswer | null;
  /** Null if the attempt succeeded. */
  readonly error: string | null;
}

/**
 * Returns the instant of the Retry-After header, in seconds or as a date (RFC 9110 10.2.3), at most
 * a day from now. Null without a valid header.
 */
export function retryAfter(answer: OutboundAnswer | null, now: number): number | null {
  const text = answer?.headers['retry-after'];
  if (!text) return null;
  const at = /^\d+$/.test(text) ? now + Number(text) * MS_PER_SECOND : Date.parse(text);
  return Number.isNaN(at) ? null : Math.min(at, now + MAX_RETRY_AFTER_MS);
}

/** Records an attempt, the state of its delivery and the health of its webhook. */
export async function recordAttempt(
  unit: WriteUnit,
  target: Target,
  attempt: Attempt,
  settled: Settled,
): Promise<void> {
  const { tx, now } = unit;
  const { webhook, delivery } = target;
  const { startedAt, durationMs, answer, error } = attempt;
  const { businessId, rowId: deliveryId, round } = delivery;
  const counted =
    delivery.eventType !== TEST_EVENT && (error !== null || webhook.failingSince !== null);
  const pausedUntil = counted ? await recordHealth(unit, target, attempt) : null;
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
  unit: WriteUnit,
  { webhook: { businessId, rowId }, timings }: Target,
  { answer, error }: Attempt,
): Promise<number | null> {
  const webhook = await lockWebhook(unit, rowId);
  if (!webhook) return null;
  if (error !== null) return recordFailure(unit, webhook, answer, timings);
  await update(
    unit.tx,
    Webhook,
    { businessId, rowId },
    { failures: 0, failingSince: null, pausedUntil: null },
  );
  return null;
}

async function recordFailure(
  unit: WriteUnit,
  webhook: Webhook,
  answer: OutboundAnswer | null,
  timings: DeliveryTimings,
): Promise<number | null> {
  const { tx, now } = unit;
  const { businessId, rowId } = webhook;
  const failures = webhook.failures + 1;
  const failingSince = webhook.failingSince ?? now;
  const disabledReason = disabledReasonOf(answer, failingSince, now);
  const pausedUntil =
    Math.max(webhook.pausedUntil ?? 0, pauseOf(failures, answer, now, timings)) || null;
  await update(
    tx,
    Webhook,
    { businessId, rowId },
    {
      failures,
      failingSince,
      pausedUntil,
      ...(disabledReason && webhook.active
        ? { active: false, disabledReason, modifiedAt: now, version: webhook.version + 1 }
        : {}),
    },
  );
  if (disabledReason && webhook.active) await enqueueDisabledNotice(unit, webhook);
  if (disabledReason) await park(unit, rowId);
  else if (pausedUntil !== null && pausedUntil > now)
    await postponeGroup(tx, businessId, groupOf({ businessId, webhookId: rowId }), pausedUntil);
  return pausedUntil;
}

/** Returns why a failed attempt disables its webhook; null if it does not. */
function disabledReasonOf(
  answer: OutboundAnswer | null,
  failingSince: number,
  now: number,
): string | null {
  if (answer?.status === 410) return 'The receiver answered 410 (Gone), which ends its deliveries.';
  if (now - failingSince < DISABLE_AFTER_MS) return null;
  return `Every attempt has failed since ${new Date(failingSince).toISOString()}.`;
}

/** Returns the end of the pause after a number of consecutive failures; 0 for no pause. */
function pauseOf(
  failures: number,
  answer: OutboundAnswer | null,
  now: number,
  { firstPauseMs, longestPauseMs }: DeliveryTimings,
): number {
  const requestedAt =
    answer?.status === 429 || answer?.status === 503 ? (retryAfter(answer, now) ?? 0) : 0;
  const pausedUntil =
    failures < PAUSE_AFTER
      ? 0
      : now + Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - PAUSE_AFTER, 10));
  return Math.max(requestedAt, pausedUntil);
}
