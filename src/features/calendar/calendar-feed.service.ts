import { randomBytes } from 'node:crypto';
import { memberOf, type Context } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import { isOneOf, raw, sql } from '../../db/sql';
import { findOne, remove, tableOf } from '../../db/table';
import type { Links } from '../../services/links';
import { alignByKey, defineLoaders } from '../../graphql/relations/loader';
import type { Repository } from '../../graphql/relations/repository';
import type { TenantRow } from '../../graphql/relations/rowset';
import { clients } from '../clients/client.list';
import { locations } from '../locations/location.list';
import { staff } from '../staff/staff.list';
import { CalendarFeed } from './calendar-feed.entity';
import {
  columnOf,
  mayManageFeed,
  maySeeFeed,
  ownerColumns,
  parseFeedOwner,
  type FeedOwner,
  type FeedOwnerType,
} from './feed-owner';

const SOURCES = { Staff: staff, Location: locations, Client: clients } as unknown as Record<
  FeedOwnerType,
  Repository<TenantRow>
>;

const PURPOSE = 'calendar-feed';

/** Returns the token in the address of a feed: tenant, feed id and signature, such as `7-12-x`. */
const tokenOf = ({ signer }: Links, { businessId, rowId, salt }: CalendarFeed): string =>
  `${businessId}-${rowId}-${signer.sign(PURPOSE, businessId, rowId, salt)}`;

const TOKEN = /^([1-9]\d{0,9})-([1-9]\d{0,9})-([\w-]{43})$/;

/**
 * Parses a token into tenant and feed id; `fits` verifies its signature with the salt of the feed.
 * Returns null for a malformed token.
 */
export function readToken(
  { signer }: Links,
  token: string,
): { businessId: number; rowId: number; fits(salt: string): boolean } | null {
  const [, business, feed, signature = ''] = TOKEN.exec(token) ?? [];
  const [businessId, rowId] = [Number(business), Number(feed)];
  if (!signature || businessId > 2_147_483_647 || rowId > 2_147_483_647) return null;
  return {
    businessId,
    rowId,
    fits: (salt) => signer.vouches(signature, PURPOSE, businessId, rowId, salt),
  };
}

const urlOf = (links: Links, feed: CalendarFeed): string =>
  links.publicUrl(`/calendar/${tokenOf(links, feed)}.ics`);

const feedByOwnerId = defineLoaders(
  async (context: Context, type: FeedOwnerType, ids: readonly number[]) => {
    const table = tableOf(CalendarFeed);
    const owner = columnOf(type);
    const rows = await context.db.all(sql`
    SELECT ${table.select('f')} FROM ${raw('calendar_feed AS f')}
    WHERE f.business_id = ${memberOf(context).businessId} AND ${isOneOf(table.column('f', owner), ids)}`);
    return alignByKey(
      ids,
      rows.map((row) => table.hydrate(row)),
      (feed) => feed[owner] as number,
    );
  },
);

/**
 * Returns the address of a feed. Null if no feed exists, or its address is not visible to the
 * viewer.
 */
export async function feedUrl(context: Context, owner: FeedOwner): Promise<string | null> {
  if (!maySeeFeed(context.viewer, owner)) return null;
  const feed = await feedByOwnerId(context, owner.type).load(owner.id);
  return feed && urlOf(context.links, feed);
}

/**
 * Returns the owner of a feed that the caller may create or revoke. @throws DomainError
 * BAD_USER_INPUT, NOT_FOUND, FORBIDDEN
 */
async function manageableOwner(context: Context, id: string): Promise<FeedOwner> {
  const path = ['input', 'ownerId'];
  const member = memberOf(context);
  const owner = parseFeedOwner(id, path);
  await SOURCES[owner.type].getVisible(context, owner.id, path);
  if (!mayManageFeed(member, owner))
    throw new DomainError(ErrorCode.FORBIDDEN, 'Your key may not create or revoke this feed.', {
      path,
    });
  return owner;
}

/**
 * Returns the address of a feed, which is created if none exists. @throws DomainError
 * BAD_USER_INPUT, NOT_FOUND, FORBIDDEN, BUSY
 */
export async function createFeed(context: Context, ownerId: string): Promise<string> {
  const { businessId } = memberOf(context);
  const owner = await manageableOwner(context, ownerId);
  const { staffId, locationId, clientId } = ownerColumns(owner);
  const [rowId, salt, now] = [
    await context.ids.next('calendar_feed'),
    randomBytes(16).toString('base64url'),
    context.now(),
  ];
  return context.db.transaction(async (tx) => {
    // One of several concurrent calls inserts the row, and all return its address.
    await tx.run(sql`
      INSERT INTO calendar_feed (business_id, id, staff_id, location_id, client_id, salt, changed_at, created_at)
      VALUES (${businessId}, ${rowId}, ${staffId}, ${locationId}, ${clientId}, ${salt}, ${now}, ${now}) ON CONFLICT DO NOTHING`);
    const feed = await findOne(tx, CalendarFeed, { businessId, [columnOf(owner.type)]: owner.id });
    if (!feed)
      throw new DomainError(ErrorCode.BUSY, 'This feed was revoked concurrently. Try again.', {
        retryable: true,
      });
    return urlOf(context.links, feed);
  });
}

/**
 * Revokes a feed. Idempotent. Returns whether a feed existed. @throws DomainError BAD_USER_INPUT,
 * NOT_FOUND, FORBIDDEN
 */
export async function revokeFeed(context: Context, ownerId: string): Promise<boolean> {
  const { businessId } = memberOf(context);
  const owner = await manageableOwner(context, ownerId);
  return context.db.transaction(
    async (tx) =>
      (await remove(tx, CalendarFeed, { businessId, [columnOf(owner.type)]: owner.id })) > 0,
  );
}
