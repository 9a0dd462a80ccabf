import { createHash, randomBytes } from 'node:crypto';
import { Role, type Viewer } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import type { Database, Reader, Tx } from '../../db/database';
import { raw, sql } from '../../db/sql';
import { insert, tableOf } from '../../db/table';
import { viewableIds } from '../clients/client.views';
import { ApiKey } from './api-key.entity';

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

const hashOf = (key: string): string => createHash('sha256').update(key).digest('base64url');

/** The business is part of a key, so that looking it up is scoped by the tenant like everything else. */
const FORM = /^sg_(sk|pk)_(\d{1,10})_[A-Za-z0-9_-]{32}$/;

/** A new key, shown once: `sg_sk_7_…` is secret, `sg_pk_7_…` publishable. */
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
  Partial<Pick<ApiKey, 'staffId' | 'clientId' | 'locationIds'>>;

export async function addKey(tx: Tx, key: string, grant: KeyGrant): Promise<void> {
  await insert(tx, ApiKey, {
    staffId: null,
    clientId: null,
    locationIds: [],
    ...grant,
    hash: hashOf(key),
    revokedAt: null,
  });
}

/** `Authorization: Bearer <key>`, or `X-Api-Key: <key>`. */
function keyIn(headers: Readonly<Record<string, string | undefined>>): string | null {
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1]?.trim();
  return bearer ?? headers['x-api-key']?.trim() ?? (headers.authorization ? '' : null);
}

/** A key is looked up once a second and process, not once a request: another process learns within a second that it was revoked. */
const FRESH_MS = 1_000;
const MAX_FRESH = 10_000;
const fresh = new WeakMap<object, Map<string, { viewer: Promise<Viewer>; until: number }>>();

/** Forgets who holds which key: after something that a viewer is made of has changed. */
export const forgetViewers = (db: Database): void => void fresh.delete(db.origin);

/** A key that is unknown costs no further statement for so long. Keys are random: none is guessed before it exists. */
const UNKNOWN_MS = 60_000;
const MAX_UNKNOWN = 10_000;
const unknownByDatabase = new WeakMap<object, Map<string, number>>();

/** When each unknown key, by its hash, is looked up again. */
function unknownKeys(db: Database): Map<string, number> {
  let unknown = unknownByDatabase.get(db.origin);
  if (!unknown) unknownByDatabase.set(db.origin, (unknown = new Map()));
  return unknown;
}

/** Somebody by what is sent in place of a key: null for what is of another form. */
export type OtherViewer = (token: string) => Promise<Viewer> | null;

/**
 * Who calls. Without a key: anonymous.
 * @throws DomainError UNAUTHENTICATED for a key that is none, or no longer.
 */
export async function viewerOf(
  db: Database,
  headers: Readonly<Record<string, string | undefined>>,
  other: OtherViewer,
): Promise<Viewer> {
  const key = keyIn(headers);
  if (key === null) return ANONYMOUS;
  let known = fresh.get(db.origin);
  if (!known || known.size > MAX_FRESH) fresh.set(db.origin, (known = new Map()));
  const now = performance.now();
  const found = known.get(key);
  if (found && found.until > now) return found.viewer;
  const unknown = unknownKeys(db);
  const hash = hashOf(key);
  if ((unknown.get(hash) ?? 0) > now) throw unknownKey();
  const access = other(key);
  const viewer = access ?? lookUp(db, key);
  known.set(key, { viewer, until: now + FRESH_MS });
  viewer.catch((error: unknown) => {
    known.delete(key);
    if (access || !(error instanceof DomainError && error.code === ErrorCode.UNAUTHENTICATED))
      return;
    // The oldest entry goes first, so that guesses cannot fill the memory.
    if (unknown.size >= MAX_UNKNOWN) unknown.delete(unknown.keys().next().value as string);
    unknown.set(hash, now + UNKNOWN_MS);
  });
  return viewer;
}

const unknownKey = (): DomainError =>
  new DomainError(
    ErrorCode.UNAUTHENTICATED,
    'This API key is not known, or no longer. Send "Authorization: Bearer <key>" with a key of your business.',
  );

async function lookUp(db: Reader, key: string): Promise<Viewer> {
  const businessId = Number(FORM.exec(key)?.[2] ?? 0);
  const table = tableOf(ApiKey);
  const [row] = businessId
    ? await db.all(sql`
        SELECT ${table.select('k')}, s.full_name AS "staffName" FROM ${raw('api_key AS k')}
        LEFT JOIN ${raw('staff AS s')} ON s.business_id = k.business_id AND s.id = k.staff_id
        WHERE k.business_id = ${businessId} AND k.hash = ${hashOf(key)} AND k.revoked_at IS NULL`)
    : [];
  if (!row) throw unknownKey();
  const grant = table.hydrate(row);
  const web = grant.role === Role.CLIENT || grant.role === Role.PUBLIC;
  return {
    businessId,
    role: grant.role,
    actor: `key:${grant.rowId}`,
    actorName: web ? 'WebClient' : ((row.staffName as string | null) ?? grant.name),
    staffId: grant.staffId,
    clientId: grant.clientId,
    locationIds: grant.locationIds,
    clientIds:
      grant.clientId === null
        ? []
        : [grant.clientId, ...(await viewableIds(db, businessId, grant.clientId))],
  };
}
