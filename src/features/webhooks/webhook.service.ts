import { newRow } from '../../db/new-row';
import { requireRole, Role, type Context, type Member } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import { changesOf, refuseNull } from '../../lib/patch';
import type { Tx } from '../../db/database';
import { find, findOne, insert, update as updateRow } from '../../db/table';
import { parseGlobalId } from '../../graphql/global-id';
import { MS_PER_HOUR } from '../../lib/time-zone';
import { checkSubStatuses } from '../appointments/sub-statuses/own-sub-statuses';
import { cursorOf, parseCursor, type Place } from '../../log/cursor';
import { headOf, headPlaceOf, placeOf, readAfter } from '../../log/log.service';
import { testOf } from '../notifications/notification.service';
import type { BookingConditions } from '../notifications/notification';
import { newSecret } from './signature';
import { TEST_EVENT, testBody } from './webhook-body';
import { secretPurpose } from './send-delivery';
import { Webhook, WebhookDelivery, WebhookDeliveryState } from './webhook.entity';
import type {
  CreateWebhookInput,
  DeleteWebhookInput,
  ReplayWebhookDeliveryInput,
  ReplayWebhookInput,
  RotateWebhookSecretInput,
  TestWebhookInput,
  UpdateWebhookInput,
} from './webhook.inputs';
import { enqueueDeliveries, lockWebhook, park } from './delivery-queue';
import { webhookDeliveries } from './webhook.list';

const MAX_WEBHOOKS = 50;
const ID_PATH = ['input', 'id'];

export interface WebhookWithSecret {
  readonly webhook: Webhook;
  readonly secret: string;
}

const requireAdministrator = (context: Context): Member => requireRole(context, Role.ADMINISTRATOR);

function rejectRule(message: string, path: readonly string[] = ID_PATH): never {
  throw new DomainError(ErrorCode.RULE_VIOLATED, message, { path });
}

function checkUrl({ outbound }: Context, url: string): string {
  const refusal = outbound.refusal(url);
  if (refusal)
    rejectRule(
      `This address cannot be called: ${refusal} Use a publicly reachable https address.`,
      ['input', 'url'],
    );
  return url;
}

/**
 * Returns the filter as it is stored. @throws DomainError BAD_USER_INPUT for a malformed id or an
 * unknown sub-status.
 */
async function checkFilter(
  context: Context,
  filter: BookingConditions | null | undefined,
): Promise<BookingConditions | null> {
  testOf(filter, ['input', 'bookingFilter']);
  await checkSubStatuses(context, filter?.subStatuses, ['input', 'bookingFilter', 'subStatuses']);
  return filter ? { ...filter } : null;
}

/**
 * Creates a webhook at the current head of the log. @throws DomainError RULE_VIOLATED for a
 * forbidden address, or above the maximum number of webhooks.
 */
export async function create(
  context: Context,
  input: CreateWebhookInput,
): Promise<WebhookWithSecret> {
  const { businessId } = requireAdministrator(context);
  const now = context.now();
  const rowId = await context.ids.next('webhook');
  const secret = newSecret();
  const webhook = newRow(Webhook, {
    businessId,
    rowId,
    url: checkUrl(context, input.url),
    format: input.format,
    events: [...new Set(input.events)],
    bookingFilter: await checkFilter(context, input.bookingFilter),
    description: input.description ?? null,
    contactEmail: input.contactEmail ?? null,
    active: true,
    disabledReason: null,
    secret: context.vault.seal(secret, secretPurpose({ businessId, rowId })),
    previousSecret: null,
    previousSecretUntil: null,
    position: 0,
    generation: 0,
    resumes: false,
    failures: 0,
    failingSince: null,
    pausedUntil: null,
    createdAt: now,
    modifiedAt: now,
    deletedAt: null,
  });
  return context.db.transaction(async (tx) => {
    if (
      (await find(tx, Webhook, { businessId, deletedAt: null }, MAX_WEBHOOKS)).length ===
      MAX_WEBHOOKS
    )
      rejectRule(`A business has at most ${MAX_WEBHOOKS} webhooks.`, ['input']);
    webhook.position = await headOf(tx, businessId);
    await insert(tx, Webhook, webhook);
    return { webhook, secret };
  });
}

/** Runs `work` on the locked row. @throws DomainError NOT_FOUND */
async function withLockedWebhook<T>(
  context: Context,
  id: string,
  work: (tx: Tx, webhook: Webhook) => Promise<T>,
): Promise<T> {
  const { businessId } = requireAdministrator(context);
  const rowId = parseGlobalId('Webhook', id, ID_PATH);
  return context.db.transaction(async (tx) => {
    const webhook = await lockWebhook(tx, businessId, rowId);
    if (!webhook)
      throw new DomainError(
        ErrorCode.NOT_FOUND,
        'There is no Webhook with this id, or your key may not see it.',
        { path: ID_PATH },
      );
    return work(tx, webhook);
  });
}

async function write(tx: Tx, webhook: Webhook, changes: Partial<Webhook>): Promise<Webhook> {
  await updateRow(tx, Webhook, { businessId: webhook.businessId, rowId: webhook.rowId }, changes);
  return Object.assign(webhook, changes);
}

/**
 * @throws DomainError NOT_FOUND; RULE_VIOLATED for a forbidden address; CURSOR_EXPIRED if the log
 * no longer contains the events to resume with.
 */
export async function update(context: Context, input: UpdateWebhookInput): Promise<Webhook> {
  requireAdministrator(context);
  refuseNull(input, ['url', 'events', 'format', 'active']);
  if (input.url != null) checkUrl(context, input.url);
  const bookingFilter = await checkFilter(context, input.bookingFilter);
  return withLockedWebhook(context, input.id, async (tx, webhook) => {
    const { businessId, rowId } = webhook;
    const changes: Partial<Webhook> = {
      ...(changesOf(input, [
        'url',
        'events',
        'format',
        'description',
        'contactEmail',
        'active',
      ]) as Partial<Webhook>),
      modifiedAt: context.now(),
    };
    if (input.bookingFilter !== undefined) changes.bookingFilter = bookingFilter;
    const starts = input.active === true && !webhook.active;
    if (input.active === false) await park(tx, businessId, rowId);
    const moves = input.url != null && input.url !== webhook.url; // Failures of the old address do not count for a new one.
    if (starts || moves) Object.assign(changes, HEALTHY);
    if (webhook.active && input.active !== false && (input.active || moves))
      Object.assign(changes, await revive(tx, webhook));
    if (starts)
      Object.assign(changes, {
        disabledReason: null,
        resumes: true,
        ...(input.skipMissed ? { position: await headOf(tx, businessId) } : {}),
      });
    if (starts && !input.skipMissed) await rejectExpiredPosition(tx, webhook);
    return write(tx, webhook, changes);
  });
}

const HEALTHY = { failures: 0, failingSince: null, pausedUntil: null } as const;

/**
 * Ends the pause of a webhook whose attempts have failed. The planner queues its pending deliveries
 * again, in their order and due at once.
 * Returns the changes of the webhook; none if the last attempt succeeded.
 */
async function revive(
  tx: Tx,
  { businessId, rowId, failingSince, pausedUntil }: Webhook,
): Promise<Partial<Webhook>> {
  if (failingSince === null && pausedUntil === null) return {};
  await park(tx, businessId, rowId);
  return { ...HEALTHY, resumes: true };
}

/**
 * Rejects a position whose next events retention has deleted: they would be missed silently.
 * @throws DomainError CURSOR_EXPIRED
 */
async function rejectExpiredPosition(tx: Tx, { businessId, position }: Webhook): Promise<void> {
  const { epoch, seq: head } = await headPlaceOf(tx, businessId);
  const [next] = await readAfter(tx, businessId, position, 1);
  // Numbers have no gaps.
  if (position >= head || next?.seq === position + 1) return;
  const message =
    'The log no longer contains the next events of this webhook. Set skipMissed: true, and reload the data that you keep.';
  throw new DomainError(ErrorCode.CURSOR_EXPIRED, message, {
    path: ['input', 'active'],
    head: cursorOf(epoch, head),
  });
}

/** Deletes a webhook and withdraws its pending deliveries. @throws DomainError NOT_FOUND */
export function remove(context: Context, input: DeleteWebhookInput): Promise<Webhook> {
  return withLockedWebhook(context, input.id, async (tx, webhook) => {
    await park(tx, webhook.businessId, webhook.rowId);
    return write(tx, webhook, {
      active: false,
      secret: '',
      previousSecret: null,
      deletedAt: context.now(),
    });
  });
}

/**
 * Replaces the secret. The old one also signs for `keepPreviousHours`. @throws DomainError
 * NOT_FOUND
 */
export function rotateSecret(
  context: Context,
  input: RotateWebhookSecretInput,
): Promise<WebhookWithSecret> {
  const secret = newSecret();
  return withLockedWebhook(context, input.id, async (tx, webhook) => {
    const now = context.now();
    const keeps = input.keepPreviousHours > 0;
    const written = await write(tx, webhook, {
      secret: context.vault.seal(secret, secretPurpose(webhook)),
      previousSecret: keeps ? webhook.secret : null,
      previousSecretUntil: keeps ? now + input.keepPreviousHours * MS_PER_HOUR : null,
      modifiedAt: now,
    });
    return { webhook: written, secret };
  });
}

/** Enqueues a test delivery, which has a single attempt. @throws DomainError NOT_FOUND */
export async function test(context: Context, input: TestWebhookInput): Promise<WebhookDelivery> {
  requireAdministrator(context);
  const deliveryId = await context.ids.next('webhook_delivery');
  return withLockedWebhook(
    context,
    input.id,
    async (tx, { businessId, rowId: webhookId, generation }) => {
      const now = context.now();
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
      await enqueueDeliveries(tx, now, [delivery]);
      return delivery;
    },
  );
}

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
export function replay(context: Context, input: ReplayWebhookInput): Promise<Webhook> {
  return withLockedWebhook(context, input.id, async (tx, webhook) => {
    const position = await startAt(tx, webhook.businessId, input.after);
    if (!webhook.active) rejectRule('This webhook is inactive: activate it first.');
    return write(tx, webhook, {
      position,
      generation: webhook.generation + 1,
      modifiedAt: context.now(),
      ...(await revive(tx, webhook)),
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
  return withLockedWebhook(context, `Webhook:${webhookId}`, async (tx, webhook) => {
    const { businessId, active } = webhook;
    const delivery = (await findOne(tx, WebhookDelivery, { businessId, rowId })) as WebhookDelivery;
    const now = context.now();
    if (delivery.body === null)
      rejectRule('The body of this delivery could not be rendered, so there is nothing to send.');
    if (delivery.state === WebhookDeliveryState.PENDING)
      rejectRule('This delivery is still pending.');
    if (!active) rejectRule('The webhook of this delivery is inactive: activate it first.');
    const revived = await revive(tx, webhook);
    const queued = !revived.resumes; // The planner queues it, behind older pending deliveries.
    if (!queued) await write(tx, webhook, revived);
    const changes = {
      state: WebhookDeliveryState.PENDING,
      round: delivery.round + 1,
      queued,
      nextAttemptAt: now,
      error: null,
      finishedAt: null,
    };
    await updateRow(tx, WebhookDelivery, { businessId, rowId }, changes);
    Object.assign(delivery, changes);
    if (queued) await enqueueDeliveries(tx, now, [delivery]);
    return delivery;
  });
}
