import { newRow } from '../../db/new-row';
import { createHash, randomBytes } from 'node:crypto';
import { Role, type Viewer } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import type { Database, Tx } from '../../db/database';
import { raw, sql } from '../../db/sql';
import { insert, tableOf } from '../../db/table';
import { viewableIds } from '../clients/viewable-clients';
import { ApiKey } from './api-key.entity';
import type { KeyCache } from './key-cache';

const ANONYMOUS: Viewer = {
  businessId: null,
  role: Role.PUBLIC,
  actor: 'anonymous',
  actorName: 'WebClient',
  staffId: null,
  clientId: null,
  clientIds: [],
  locationIds: [],
};

export const hashOf = (key: string): string => createHash('sha256').update(key).digest('base64url');

/** A key contains its business, so that the lookup is scoped by the tenant. */
const KEY_FORMAT = /^sg_(sk|pk)_(\d{1,10})_[A-Za-z0-9_-]{32}$/;

/** Returns a new key: `sg_sk_7_…` is secret, `sg_pk_7_…` publishable. */
export function newKey(
  kind: ApiKey['kind'],
  businessId: number,
  random: (bytes: number) => Buffer = randomBytes,
): string {
  return `sg_${kind === 'SECRET' ? 'sk' : 'pk'}_${businessId}_${random(24).toString('base64url')}`;
}

export type KeyGrant = Pick<
  ApiKey,
  'businessId' | 'rowId' | 'kind' | 'role' | 'name' | 'createdAt'
> &
  Partial<Pick<ApiKey, 'staffId' | 'clientId' | 'locationIds' | 'expiresAt' | 'allowedOrigins'>>;

export async function addKey(tx: Tx, key: string, grant: KeyGrant): Promise<ApiKey> {
  const row = newRow(ApiKey, {
    staffId: null,
    clientId: null,
    locationIds: [],
    expiresAt: null,
    allowedOrigins: [],
    ...grant,
    hash: hashOf(key),
    revokedAt: null,
    lastUsedAt: null,
    previousHash: null,
    previousKeyUntil: null,
  });
  await insert(tx, ApiKey, row);
  return row;
}

/** Reads `Authorization: Bearer <key>`, else `X-Api-Key: <key>`. Null without either header. */
function keyIn(headers: Readonly<Record<string, string | undefined>>): string | null {
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1]?.trim();
  return bearer ?? headers['x-api-key']?.trim() ?? (headers.authorization ? '' : null);
}

/** Resolves a token that is sent in place of a key. Returns null for other formats. */
export type TokenResolver = (token: string) => Promise<Viewer> | null;

/** What the look-up of a key needs. */
interface KeyStore {
  readonly db: Database;
  readonly keyCache: KeyCache;
  readonly now: () => number;
}

/**
 * Resolves the viewer of a request: anonymous without a key.
 * @throws DomainError UNAUTHENTICATED for an unknown, expired or revoked key; FORBIDDEN for an
 * origin that the key does not allow
 */
export async function viewerOf(
  store: KeyStore,
  headers: Readonly<Record<string, string | undefined>>,
  other: TokenResolver,
): Promise<Viewer> {
  const key = keyIn(headers);
  if (key === null) return ANONYMOUS;
  const viewer = await resolve(store, key, other);
  if (viewer.allowedOrigins?.length && !viewer.allowedOrigins.includes(headers.origin ?? ''))
    throw new DomainError(
      ErrorCode.FORBIDDEN,
      'This key is not allowed from this origin. Add the origin of the page to a key of its own.',
    );
  return viewer;
}

async function resolve(store: KeyStore, key: string, other: TokenResolver): Promise<Viewer> {
  const { keyCache } = store;
  const now = performance.now();
  const cached = keyCache.viewerOf(key, now);
  if (cached) return cached;
  const hash = hashOf(key);
  if (keyCache.isUnknown(hash, now)) throw unknownKey();
  const access = other(key);
  const viewer = access ?? lookUp(store, key);
  const forget = keyCache.add(key, viewer, now);
  viewer.catch((error: unknown) => {
    forget();
    if (access || !(error instanceof DomainError && error.code === ErrorCode.UNAUTHENTICATED))
      return;
    keyCache.addUnknown(hash, now);
  });
  return viewer;
}

const unknownKey = (): DomainError =>
  new DomainError(
    ErrorCode.UNAUTHENTICATED,
    'Unknown, expired or revoked API key. Send "Authorization: Bearer <key>" with a valid key of your ' +
      'business.',
  );

/** Returns the end of access by a secret: the current one, or the one before a rotation. */
const endOf = ({ hash, expiresAt, previousKeyUntil }: ApiKey, used: string): number =>
  used === hash
    ? (expiresAt ?? Infinity)
    : Math.min(previousKeyUntil ?? -Infinity, expiresAt ?? Infinity);

async function lookUp({ db, keyCache, now }: KeyStore, key: string): Promise<Viewer> {
  const hash = hashOf(key);
  const businessId = Number(KEY_FORMAT.exec(key)?.[2] ?? 0);
  const table = tableOf(ApiKey);
  const [row] = businessId
    ? await db.all(sql`
        SELECT ${table.select('k')}, s.full_name AS "staffName" FROM ${raw('api_key AS k')}
        LEFT JOIN ${raw('staff AS s')} ON s.business_id = k.business_id AND s.id = k.staff_id
        WHERE k.business_id = ${businessId} AND (k.hash = ${hash} OR k.previous_hash = ${hash})
          AND k.revoked_at IS NULL`)
    : [];
  if (!row) throw unknownKey();
  const grant = table.hydrate(row);
  const validUntil = endOf(grant, hash);
  const usedAt = now();
  if (validUntil <= usedAt) throw unknownKey();
  keyCache.uses.add({ businessId, rowId: grant.rowId, usedAt });
  const web = grant.role === Role.CLIENT || grant.role === Role.PUBLIC;
  return {
    businessId,
    role: grant.role,
    actor: `key:${grant.rowId}`,
    actorName: web ? 'WebClient' : ((row.staffName as string | null) ?? grant.name),
    staffId: grant.staffId,
    clientId: grant.clientId,
    locationIds: grant.locationIds,
    ...(validUntil < Infinity && { validUntil }),
    ...(grant.allowedOrigins.length && { allowedOrigins: grant.allowedOrigins }),
    clientIds:
      grant.clientId === null
        ? []
        : [grant.clientId, ...(await viewableIds(db, businessId, grant.clientId))],
  };
}
