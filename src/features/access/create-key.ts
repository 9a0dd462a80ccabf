import { Role } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import type { Database } from '../../db/database';
import type { Ids } from '../../db/state/ids';
import { find } from '../../db/table';
import { Business } from '../businesses/business.entity';
import { addKey, newKey, type KeyGrant } from './access.service';
import { checkExpiry, checkOrigins } from './lifetime/key-limits';

export interface FurtherKey {
  /** Null for the only business of the installation. */
  readonly businessId: number | null;
  readonly name: string;
  /** False for an administrator's key. */
  readonly publishable: boolean;
  /** Epoch milliseconds; null for a key that does not expire. */
  readonly expiresAt: number | null;
  readonly allowedOrigins: readonly string[];
}

const MAX_LISTED = 50;
const MAX_NAME = 100;

/** Creates a key for an operator who has none. @throws DomainError NOT_FOUND, BAD_USER_INPUT */
export async function createFurtherKey(
  db: Database,
  ids: Ids,
  now: number,
  { businessId, name, publishable, expiresAt, allowedOrigins }: FurtherKey,
): Promise<{ readonly business: Business; readonly key: string }> {
  const label = name.trim();
  if (!label || label.length > MAX_NAME)
    throw new DomainError(
      ErrorCode.BAD_USER_INPUT,
      `--name must have 1 to ${MAX_NAME} characters.`,
    );
  checkExpiry(expiresAt, now);
  checkOrigins(publishable ? Role.PUBLIC : Role.ADMINISTRATOR, allowedOrigins);
  const business = await businessOf(db, businessId);
  const kind = publishable ? 'PUBLISHABLE' : 'SECRET';
  const key = newKey(kind, business.rowId);
  const rowId = await ids.next('api_key');
  const role = publishable ? Role.PUBLIC : Role.ADMINISTRATOR;
  const grant: KeyGrant = {
    businessId: business.rowId,
    rowId,
    kind,
    role,
    name: label,
    createdAt: now,
    expiresAt,
    allowedOrigins: [...allowedOrigins],
  };
  await db.transaction((tx) => addKey(tx, key, grant));
  return { business, key };
}

async function businessOf(db: Database, businessId: number | null): Promise<Business> {
  const rows = await find(
    db,
    Business,
    businessId === null ? {} : { rowId: businessId },
    MAX_LISTED,
  );
  const [first, second] = rows;
  if (first && !second) return first;
  if (!first) {
    const missing =
      businessId === null
        ? 'The database contains no business. Create one with npm run create-business.'
        : `There is no business ${businessId}.`;
    throw new DomainError(ErrorCode.NOT_FOUND, missing);
  }
  const list = rows.map((row) => `${row.id} (${row.name})`).join(', ');
  throw new DomainError(ErrorCode.BAD_USER_INPUT, `Select a business with --business: ${list}.`);
}
