import { newRow } from '../../../db/new-row';
import type { Context, WriteUnit } from '../../../context';
import type { Database } from '../../../db/database';
import type { Ids } from '../../../db/state/ids';
import { raw, sql } from '../../../db/sql';
import { insert, tableOf, update } from '../../../db/table';
import { toGlobalId } from '../../../graphql/global-id';
import type { Links } from '../../../services/links';
import type { LogEvent } from '../../../log/event.entity';
import { headsOf, readAfter } from '../../../log/log.service';
import { EventVisibility } from '../../../log/visibility';
import { changedNodeId } from '../../../log/row-changes';
import { runOnAppend } from '../../../log/run-on-append';
import { systemOf } from '../../appointments/holds/expire-holds';
import { seeBooking, testOf } from '../../notifications/notification.service';
import type { SeenBooking } from '../../notifications/event-subjects';
import { subjectsOf } from '../../notifications/event-subjects';
import { timetapBody } from '../timetap/body';
import { rowsOf } from '../timetap/rows';
import { eventName, standardBody } from './webhook-body';
import { WebhookDelivery, WebhookDeliveryState } from '../webhook-delivery.entity';
import { Webhook, WebhookFormat } from '../webhook.entity';
import { enqueueDeliveries, lockWebhook } from './delivery-queue';

const PAGE = 100;
const MAX_ERROR = 1_000;

/**
 * Plans deliveries of the events appended to the logs, for every active webhook. The position in
 * the log advances in the
 * transaction that inserts the deliveries and their jobs, so a crash neither loses nor repeats a
 * delivery. Skips webhooks
 * that another process is planning.
 */
export class WebhookPlanner {
  /**
   * Ids taken in advance, since none can be allocated inside the transaction. A failed transaction
   * leaves gaps.
   */
  private reserve: number[] = [];

  constructor(
    private readonly db: Database,
    private readonly ids: Ids,
    private readonly links: Links,
  ) {}

  /** Returns the number of planned deliveries. */
  async planDue(now: number): Promise<number> {
    let planned = 0;
    for (const behind of await webhooksBehind(this.db)) {
      for (let step: Step = { more: true, planned: 0 }; step.more; planned += step.planned) {
        this.reserve.push(...(await this.ids.take('webhook_delivery', PAGE - this.reserve.length)));
        const deliveryIds = [...this.reserve];
        step = await this.db.transaction((tx) =>
          planStep({ tx, member: systemOf(behind.businessId), now }, behind, {
            deliveryIds,
            links: this.links,
          }),
        );
        this.reserve.splice(0, step.planned);
      }
    }
    return planned;
  }
}

interface Step {
  readonly more: boolean;
  readonly planned: number;
}

/** A webhook whose position is before the head of its log. */
interface PendingWebhook {
  readonly businessId: number;
  readonly rowId: number;
  readonly head: number;
}

async function webhooksBehind(db: Database): Promise<PendingWebhook[]> {
  const rows = await db.all<{
    businessId: number;
    rowId: number;
    position: number;
    resumes: boolean | number;
  }>(sql`
    SELECT w.business_id AS "businessId", w.id AS "rowId", w.position, w.resumes FROM ${raw('webhook AS w')} WHERE w.active = ${true} AND w.deleted_at IS NULL`);
  const heads = await headsOf(db, [...new Set(rows.map(({ businessId }) => businessId))]);
  return rows
    .map((row) => ({ ...row, head: heads.get(row.businessId) ?? 0 }))
    .filter(({ position, resumes, head }) => resumes || position < head);
}

/** Inputs of one planning step. */
interface DeliveryInput {
  readonly deliveryIds: readonly number[];
  readonly links: Links;
}

async function planStep(
  unit: WriteUnit,
  { businessId, rowId: webhookId, head }: PendingWebhook,
  input: DeliveryInput,
): Promise<Step> {
  const { tx } = unit;
  const webhook = await lockWebhook(unit, webhookId, { free: true });
  if (!webhook?.active) return { more: false, planned: 0 };
  if (webhook.resumes) return resume(unit, webhook);
  const events = await readAfter(tx, businessId, webhook.position, PAGE);
  const last = events.at(-1);
  if (!last) {
    // Retention has deleted every event after the position.
    if (webhook.position < head)
      await update(tx, Webhook, { businessId, rowId: webhookId }, { position: head });
    return { more: false, planned: 0 };
  }
  const deliveries = await deliveriesOf(unit, webhook, eventsReceivedBy(webhook, events), input);
  await insert(tx, WebhookDelivery, ...deliveries);
  await enqueueDeliveries(
    unit,
    deliveries.filter(({ queued }) => queued),
  );
  await update(tx, Webhook, { businessId, rowId: webhookId }, { position: last.seq as number });
  return { more: events.length === PAGE, planned: deliveries.length };
}

/**
 * Returns the id that orders deliveries. Waitlist events of an appointment are delivered in order
 * with it.
 */
const subjectIdOf = (event: LogEvent): string =>
  event.appointmentId === null
    ? changedNodeId(event)
    : toGlobalId('Appointment', event.appointmentId);

/**
 * Returns the events that a webhook receives, and how each relates to its filter. It has the
 * permissions of an administrator.
 * The format TIMETAP is the appointment and nothing else: other events have no form in it.
 */
function eventsReceivedBy(
  { events: types, format, bookingFilter }: Webhook,
  events: readonly LogEvent[],
): SeenBooking[] {
  const test = testOf(bookingFilter, []);
  return events
    .filter(({ type }) => (types as string[]).includes(type))
    .flatMap((event) => {
      const seenEvent = subjectsOf(event)
        ? seeBooking(event, (subject) => ({ permitted: true, filtered: test(subject) }))
        : seeRowEvent(event);
      return seenEvent && (format !== WebhookFormat.TIMETAP || seenEvent.ofAppointment)
        ? [seenEvent]
        : [];
    });
}

/**
 * The event of a client, location, reason, resource or staff member, which no filter applies to.
 */
const seeRowEvent = (event: LogEvent): SeenBooking => ({
  seq: event.seq as number,
  cursor: event.cursor,
  event,
  permitted: true,
  ofAppointment: false,
  visibility: event.type.endsWith('_CREATED') ? EventVisibility.ENTERED : EventVisibility.STAYED,
});

/**
 * Enqueues the deliveries that were pending when the webhook became inactive, before any new event.
 */
async function resume(unit: WriteUnit, { businessId, rowId: webhookId }: Webhook): Promise<Step> {
  const { tx, now } = unit;
  const table = tableOf(WebhookDelivery);
  const rows = await tx.all(sql`
    SELECT ${table.select('d')} FROM ${raw('webhook_delivery AS d')}
    WHERE d.business_id = ${businessId} AND d.webhook_id = ${webhookId} AND d.state = 'PENDING' AND d.queued = ${false} ORDER BY d.id LIMIT ${PAGE}`);
  const deliveries = rows
    .map((row) => table.hydrate(row))
    .map((delivery) => Object.assign(delivery, { round: delivery.round + 1 }));
  for (const { rowId, round } of deliveries)
    await update(
      tx,
      WebhookDelivery,
      { businessId, rowId },
      { round, queued: true, nextAttemptAt: now },
    );
  await enqueueDeliveries(unit, deliveries);
  if (deliveries.length < PAGE)
    await update(tx, Webhook, { businessId, rowId: webhookId }, { resumes: false });
  return { more: true, planned: 0 };
}

async function deliveriesOf(
  { tx, now }: WriteUnit,
  webhook: Webhook,
  received: readonly SeenBooking[],
  { deliveryIds, links }: DeliveryInput,
): Promise<WebhookDelivery[]> {
  if (!received.length) return [];
  const { businessId, rowId: webhookId, generation, format } = webhook;
  const rows =
    format === WebhookFormat.TIMETAP
      ? await rowsOf(
          tx,
          businessId,
          received.map(({ event }) => event),
          now,
        )
      : null;
  const bodyOf = (one: SeenBooking): string =>
    rows ? timetapBody(one.event, rows, links, now) : standardBody(one);
  return received.map((one, index) => {
    const { event } = one;
    const { body, error } = render(one, bodyOf);
    const dead = body === null;
    return newRow(WebhookDelivery, {
      businessId,
      rowId: deliveryIds[index] as number,
      webhookId,
      generation,
      seq: event.seq,
      appointmentId: event.appointmentId,
      about: subjectIdOf(event),
      messageId: `msg_${businessId}_${webhookId}_${event.position}`,
      eventType: eventName(event.type),
      body,
      error,
      queued: !dead,
      round: 0,
      attemptCount: 0,
      responseStatus: null,
      state: dead ? WebhookDeliveryState.FAILED : WebhookDeliveryState.PENDING,
      nextAttemptAt: dead ? null : now,
      createdAt: now,
      finishedAt: dead ? now : null,
    });
  });
}

/**
 * Renders the body. A body that cannot be rendered fails at once, so that later deliveries are not
 * blocked.
 */
function render(
  received: SeenBooking,
  bodyOf: (received: SeenBooking) => string,
): { body: string | null; error: string | null } {
  try {
    return { body: bodyOf(received), error: null };
  } catch (error) {
    return {
      body: null,
      error: `The body could not be rendered: ${(error as Error).message}`.slice(0, MAX_ERROR),
    };
  }
}

/** Plans deliveries whenever a log grows, until stopped. */
export function followForWebhooks(
  { db, ids, links }: Pick<Context, 'db' | 'ids' | 'links'>,
  now: () => number,
  onError: (error: Error) => void,
): { stop(): Promise<void> } {
  const planner = new WebhookPlanner(db, ids, links);
  return runOnAppend(db.signals, () => planner.planDue(now()), onError);
}
