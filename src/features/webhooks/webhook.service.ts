import { newRow } from '../../db/new-row';
import type { Context } from '../../context';
import { BusinessRule } from '../../business-rule';
import { DomainError, ErrorCode, violated } from '../../errors';
import { changesOf, refuseNull } from '../../lib/patch';
import type { Tx } from '../../db/database';
import { find, insert } from '../../db/table';
import { MS_PER_HOUR } from '../../lib/time-zone';
import { checkSubStatuses } from '../appointments/sub-statuses/own-sub-statuses';
import { cursorOf } from '../../log/cursor';
import { headOf, headPlaceOf, readAfter } from '../../log/log.service';
import { testOf } from '../notifications/notification.service';
import type { BookingConditions } from '../notifications/notification';
import { park } from './delivery/delivery-queue';
import { HEALTHY, requireAdministrator, revive, withLockedWebhook, write } from './locked-webhook';
import { newSecret } from './delivery/signature';
import { secretPurpose } from './delivery/send-delivery';
import { Webhook } from './webhook.entity';
import type {
  CreateWebhookInput,
  DeleteWebhookInput,
  RotateWebhookSecretInput,
  UpdateWebhookInput,
} from './webhook.inputs';

const MAX_WEBHOOKS = 50;
export interface WebhookWithSecret {
  readonly webhook: Webhook;
  readonly secret: string;
}

function checkUrl({ outbound }: Context, url: string): string {
  const refusal = outbound.refusal(url);
  if (refusal)
    throw violated(
      BusinessRule.ADDRESS_FORBIDDEN,
      `This address cannot be called: ${refusal} Use a publicly reachable https address.`,
      'url',
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
    version: 1,
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
      throw violated(
        BusinessRule.LIMIT_REACHED,
        `A business has at most ${MAX_WEBHOOKS} webhooks.`,
      );
    webhook.position = await headOf(tx, businessId);
    await insert(tx, Webhook, webhook);
    return { webhook, secret };
  });
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
  return withLockedWebhook(context, input, async (unit, webhook) => {
    const { tx, now } = unit;
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
      modifiedAt: now,
    };
    if (input.bookingFilter !== undefined) changes.bookingFilter = bookingFilter;
    const starts = input.active === true && !webhook.active;
    if (input.active === false) await park(unit, rowId);
    // Failures of the old address do not count for a new one.
    const moves = input.url != null && input.url !== webhook.url;
    if (starts || moves) Object.assign(changes, HEALTHY);
    if (webhook.active && input.active !== false && (input.active || moves))
      Object.assign(changes, await revive(unit, webhook));
    if (starts)
      Object.assign(changes, {
        disabledReason: null,
        resumes: true,
        ...(input.skipMissed ? { position: await headOf(tx, businessId) } : {}),
      });
    if (starts && !input.skipMissed) await rejectExpiredPosition(tx, webhook);
    return write(unit, webhook, changes);
  });
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
    'The log no longer contains the next events of this webhook. Set skipMissed: true, and ' +
    'reload the data that you keep.';
  throw new DomainError(ErrorCode.CURSOR_EXPIRED, message, {
    path: ['input', 'active'],
    head: cursorOf(epoch, head),
  });
}

/** Deletes a webhook and withdraws its pending deliveries. @throws DomainError NOT_FOUND */
export function remove(context: Context, input: DeleteWebhookInput): Promise<Webhook> {
  return withLockedWebhook(context, input, async (unit, webhook) => {
    await park(unit, webhook.rowId);
    return write(unit, webhook, {
      active: false,
      secret: '',
      previousSecret: null,
      deletedAt: unit.now,
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
  return withLockedWebhook(context, input, async (unit, webhook) => {
    const { now } = unit;
    const keeps = input.keepPreviousHours > 0;
    const written = await write(unit, webhook, {
      secret: context.vault.seal(secret, secretPurpose(webhook)),
      previousSecret: keeps ? webhook.secret : null,
      previousSecretUntil: keeps ? now + input.keepPreviousHours * MS_PER_HOUR : null,
      modifiedAt: now,
    });
    return { webhook: written, secret };
  });
}
