import { requireRole, Role, type Context, type Member, type UnitOfWork } from '../../context';
import { update } from '../../db/table';
import { updateVersion, type ExpectedVersion } from '../../db/versions';
import { DomainError, ErrorCode, requireVersion } from '../../errors';
import { parseGlobalId } from '../../graphql/global-id';
import { unitOf } from '../../services/unit-of-work';
import { lockWebhook, park } from './delivery/delivery-queue';
import { Webhook } from './webhook.entity';

export const ID_PATH = ['input', 'id'];

export const requireAdministrator = (context: Context): Member =>
  requireRole(context, Role.ADMINISTRATOR);

/** Runs `work` on the locked row. @throws DomainError NOT_FOUND, VERSION_CONFLICT */
export async function withLockedWebhook<T>(
  context: Context,
  { id, expectedVersion }: { readonly id: string } & ExpectedVersion,
  work: (unit: UnitOfWork, webhook: Webhook) => Promise<T>,
): Promise<T> {
  requireAdministrator(context);
  const rowId = parseGlobalId('Webhook', id, ID_PATH);
  return context.db.transaction(async (tx) => {
    const unit = unitOf(context, tx, context.now());
    const webhook = await lockWebhook(unit, rowId);
    if (!webhook)
      throw new DomainError(
        ErrorCode.NOT_FOUND,
        'There is no Webhook with this id, or your key may not see it.',
        { path: ID_PATH },
      );
    requireVersion(webhook, expectedVersion);
    return work(unit, webhook);
  });
}

/** Changes the settings of a locked webhook: the row with its version, and the object. */
export async function write(
  { tx }: UnitOfWork,
  webhook: Webhook,
  changes: Partial<Webhook>,
): Promise<Webhook> {
  const { businessId, rowId, version: expectedVersion } = webhook;
  const key = { businessId, rowId };
  const version = await updateVersion(tx, Webhook, key, { changes, expectedVersion });
  return Object.assign(webhook, changes, { version });
}

/** Changes the state of delivery, which the version does not count: the row and the object. */
export async function writeState(
  { tx }: UnitOfWork,
  webhook: Webhook,
  changes: Partial<Webhook>,
): Promise<Webhook> {
  await update(tx, Webhook, { businessId: webhook.businessId, rowId: webhook.rowId }, changes);
  return Object.assign(webhook, changes);
}

/** Columns of a webhook whose last attempt succeeded. */
export const HEALTHY = { failures: 0, failingSince: null, pausedUntil: null } as const;

/**
 * Ends the pause of a webhook whose attempts have failed. The planner queues its pending deliveries
 * again, in their order and due at once.
 * Returns the changes of the webhook; none if the last attempt succeeded.
 */
export async function revive(
  unit: UnitOfWork,
  { rowId, failingSince, pausedUntil }: Webhook,
): Promise<Partial<Webhook>> {
  if (failingSince === null && pausedUntil === null) return {};
  await park(unit, rowId);
  return { ...HEALTHY, resumes: true };
}
