import { BusinessRule } from '../../../business-rule';
import { requireRole, Role, type Context } from '../../../context';
import { changedColumns, changedRow } from '../../../db/new-row';
import { findOne, update } from '../../../db/table';
import { at, violatedAt } from '../../../errors';
import { parseGlobalId } from '../../../graphql/global-id';
import { MS_PER_HOUR } from '../../../lib/time-zone';
import { lockBusiness } from '../../businesses/lock-business';
import { hashOf, newKey } from '../access.service';
import type { NewApiKey, RotateApiKeyInput } from '../api-key';
import { ApiKey } from '../api-key.entity';
import { noSuchKey } from '../api-key.service';
import { checkExpiry } from './key-limits';

/** Replaces the secret of a key. @throws DomainError NOT_FOUND, BAD_USER_INPUT, RULE_VIOLATED */
export async function rotateKey(
  context: Context,
  { id, keepPreviousHours, expiresAt }: RotateApiKeyInput,
): Promise<NewApiKey> {
  const { businessId } = requireRole(context, Role.ADMINISTRATOR);
  const rowId = parseGlobalId('ApiKey', id, at('id'));
  return context.db.transaction(async (tx) => {
    await lockBusiness(tx, businessId);
    const before = await findOne(tx, ApiKey, { businessId, rowId });
    if (!before) throw noSuchKey();
    if (before.revokedAt !== null)
      throw violatedAt(
        BusinessRule.KEY_REVOKED,
        'This key was revoked and cannot be rotated. Create another one.',
        at('id'),
      );
    const now = context.now();
    const end = expiresAt === undefined ? before.expiresAt : expiresAt;
    checkExpiry(end, now);
    // An expired secret does not become valid again.
    const keeps = keepPreviousHours > 0 && (before.expiresAt ?? Infinity) > now;
    const key = newKey(before.kind, businessId);
    const after = changedRow(ApiKey, before, {
      hash: hashOf(key),
      expiresAt: end,
      previousHash: keeps ? before.hash : null,
      previousKeyUntil: keeps
        ? Math.min(now + keepPreviousHours * MS_PER_HOUR, before.expiresAt ?? Infinity)
        : null,
    });
    await update(tx, ApiKey, { businessId, rowId }, changedColumns(before, after));
    tx.afterCommit(() => context.app.keyCache.clear());
    return { key, apiKey: after };
  });
}
