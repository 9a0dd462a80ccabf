import { requireRole, Role, type Context } from '../../context';
import { BusinessRule } from '../../business-rule';
import { at, badInput, DomainError, ErrorCode, InputProblemCode, violatedAt } from '../../errors';
import { find, findOne, update } from '../../db/table';
import type { Tx } from '../../db/database';
import { sql } from '../../db/sql';
import { parseGlobalId } from '../../graphql/global-id';
import { lockBusiness } from '../businesses/lock-business';
import { clients } from '../clients/client.list';
import { locations } from '../locations/location.list';
import { staff } from '../staff/staff.list';
import { addKey, newKey, type KeyGrant } from './access.service';
import { ApiKey } from './api-key.entity';
import { apiKeys } from './api-key.list';
import type { CreateApiKeyInput, NewApiKey, RevokeApiKeyInput } from './api-key';
import { checkExpiry, checkOrigins } from './lifetime/key-limits';

/** Returns API keys, newest first, including revoked ones. At most 500. */
export async function list(context: Context): Promise<ApiKey[]> {
  const { businessId } = requireRole(context, Role.ADMINISTRATOR);
  const rows = await find(context.db, ApiKey, { businessId }, 500);
  return rows.sort((one, other) => other.rowId - one.rowId);
}

/** Returns the API key with an id, revoked or not. Null if the business has none. */
export async function findKey(context: Context, id: string): Promise<ApiKey | null> {
  requireRole(context, Role.ADMINISTRATOR);
  return apiKeys.findVisible(context, parseGlobalId('ApiKey', id, ['id']));
}

/** The input field that each role requires. Other fields are refused. */
const HOLDER_FIELD: Partial<Record<Role, 'staffId' | 'clientId' | 'locationIds'>> = {
  [Role.STAFF_USER]: 'staffId',
  [Role.CLIENT]: 'clientId',
  [Role.LOCATION_SUPER_USER]: 'locationIds',
};

/** @throws DomainError BAD_USER_INPUT if the holder does not match the role */
function requireHolder(input: CreateApiKeyInput): void {
  if (input.role === Role.GUEST)
    throw badInput(InputProblemCode.NOT_AN_OPTION, 'Guests have manage links, not keys.', 'role');
  for (const field of ['staffId', 'clientId', 'locationIds'] as const) {
    const isGiven = field === 'locationIds' ? input.locationIds.length > 0 : input[field] != null;
    if (isGiven !== (HOLDER_FIELD[input.role] === field)) {
      throw badInput(
        isGiven ? InputProblemCode.NOT_ALLOWED : InputProblemCode.REQUIRED,
        `A key with the role ${input.role} ${isGiven ? 'takes no' : 'needs'} ${field}.`,
        field,
      );
    }
  }
}

/** @throws DomainError BAD_USER_INPUT, NOT_FOUND */
export async function create(context: Context, input: CreateApiKeyInput): Promise<NewApiKey> {
  const { businessId } = requireRole(context, Role.ADMINISTRATOR);
  requireHolder(input);
  checkExpiry(input.expiresAt ?? null, context.now());
  checkOrigins(input.role, input.allowedOrigins);
  const [person, client, places] = await Promise.all([
    input.staffId == null
      ? null
      : staff.getToRefer(
          context,
          parseGlobalId('Staff', input.staffId, at('staffId')),
          at('staffId'),
        ),
    input.clientId == null
      ? null
      : clients.getToRefer(
          context,
          parseGlobalId('Client', input.clientId, at('clientId')),
          at('clientId'),
        ),
    Promise.all(
      input.locationIds.map((id) =>
        locations.getToRefer(
          context,
          parseGlobalId('Location', id, at('locationIds')),
          at('locationIds'),
        ),
      ),
    ),
  ]);
  const kind = input.role === Role.PUBLIC ? 'PUBLISHABLE' : 'SECRET';
  const key = newKey(kind, businessId);
  const grant = {
    businessId,
    rowId: await context.ids.next('api_key'),
    kind,
    role: input.role,
    name: input.name,
    createdAt: context.now(),
    staffId: person?.rowId ?? null,
    clientId: client?.rowId ?? null,
    locationIds: places.map(({ rowId }) => rowId),
    expiresAt: input.expiresAt ?? null,
    allowedOrigins: [...new Set(input.allowedOrigins)],
  } satisfies KeyGrant;
  return context.db.transaction(async (tx) => {
    return { key, apiKey: await addKey(tx, key, grant) };
  });
}

export const noSuchKey = (): DomainError =>
  new DomainError(ErrorCode.NOT_FOUND, 'This business has no such key.', { path: at('id') });

/**
 * @throws DomainError RULE_VIOLATED for the last valid key of an administrator: no other key could
 * create one.
 */
async function refuseLast(tx: Tx, key: ApiKey, now: number): Promise<void> {
  const { businessId, rowId, role, expiresAt } = key;
  if (role !== Role.ADMINISTRATOR || (expiresAt ?? Infinity) <= now) return;
  const [other] = await tx.all(sql`
    SELECT id FROM api_key
    WHERE business_id = ${businessId} AND id <> ${rowId} AND role = ${Role.ADMINISTRATOR}
      AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ${now})
    LIMIT 1`);
  if (other) return;
  throw violatedAt(
    BusinessRule.LAST_ADMINISTRATOR_KEY,
    'This is the last key of an administrator. Create another one before you revoke it.',
    at('id'),
  );
}

/** Revokes a key. Idempotent. @throws DomainError NOT_FOUND, RULE_VIOLATED */
export async function revoke(context: Context, { id }: RevokeApiKeyInput): Promise<ApiKey> {
  const { businessId } = requireRole(context, Role.ADMINISTRATOR);
  const keyId = parseGlobalId('ApiKey', id, at('id'));
  const revokedAt = context.now();
  return context.db.transaction(async (tx) => {
    await lockBusiness(tx, businessId);
    const before = await findOne(tx, ApiKey, { businessId, rowId: keyId, revokedAt: null });
    if (before) await refuseLast(tx, before, revokedAt);
    await update(tx, ApiKey, { businessId, rowId: keyId, revokedAt: null }, { revokedAt });
    const row = await findOne(tx, ApiKey, { businessId, rowId: keyId });
    if (!row) throw noSuchKey();
    tx.afterCommit(() => context.app.keyCache.clear());
    return row;
  });
}
