import { createHash } from 'node:crypto';
import type { Database, Reader } from '../../db/database';
import { raw, sql } from '../../db/sql';
import { tableOf, update } from '../../db/table';
import { renderCalendar, type CalendarEvent } from '../../lib/icalendar/calendar';
import type { Links } from '../../services/links';
import { MS_PER_DAY, MS_PER_SECOND } from '../../lib/time-zone';
import { CalendarFeed } from './calendar-feed.entity';
import { FEEDS, type FeedRow } from './feed-kinds';
import { rowsOf, type Span } from './feed-rows';
import { readToken } from './calendar-feed.service';

function ownerTypeOf({ staffId, locationId }: CalendarFeed): keyof typeof FEEDS {
  if (staffId !== null) return 'Staff';
  return locationId !== null ? 'Location' : 'Client';
}

const PAST_DAYS = 30;
const AHEAD_DAYS = 400;

export interface ServedFeed {
  readonly text: string;
  readonly etag: string;
  /** Instant of the last change, in epoch milliseconds rounded to a second. */
  readonly changedAt: number;
}

interface FeedWithOwner {
  readonly feed: CalendarFeed;
  readonly name: string;
  readonly timeZone: string;
}

/**
 * Returns the feed of a token with name and time zone of its owner. Null if the token is invalid,
 * or the owner inactive or deleted.
 */
async function find(db: Reader, links: Links, token: string): Promise<FeedWithOwner | null> {
  const named = readToken(links, token);
  if (!named) return null;
  const table = tableOf(CalendarFeed);
  const [row] = await db.all<
    Record<string, unknown> & { name: string | null; timeZone: string }
  >(sql`
    SELECT ${table.select('f')}, coalesce(s.full_name, l.location_name, CASE WHEN c.id IS NULL THEN NULL ELSE b.name END) AS "name",
      coalesce(s.time_zone_code, l.time_zone_code, c.time_zone_code, b.time_zone_code) AS "timeZone"
    FROM ${raw('calendar_feed AS f')} JOIN ${raw('business AS b')} ON b.id = f.business_id
    LEFT JOIN ${raw('staff AS s')} ON s.business_id = f.business_id AND s.id = f.staff_id AND s.active = ${true}
    LEFT JOIN ${raw('location AS l')} ON l.business_id = f.business_id AND l.id = f.location_id AND l.active = ${true}
    LEFT JOIN ${raw('client AS c')} ON c.business_id = f.business_id AND c.id = f.client_id AND c.deleted = ${false}
    WHERE f.business_id = ${named.businessId} AND f.id = ${named.rowId}`);
  if (!row || row.name === null) return null;
  const feed = table.hydrate(row);
  return named.fits(feed.salt) ? { feed, name: row.name, timeZone: row.timeZone } : null;
}

/**
 * Returns the served period in whole days of UTC, so that the content changes with time only once a
 * day.
 */
function spanAt(now: number): Span {
  const today = Math.floor(now / MS_PER_DAY) * MS_PER_DAY;
  return { from: today - PAST_DAYS * MS_PER_DAY, today, to: today + AHEAD_DAYS * MS_PER_DAY };
}

/**
 * Stores the hash of a changed calendar. Returns the instant of the change. HTTP dates have whole
 * seconds, so a second change within one is dated to the next.
 */
async function saveContentHash(
  db: Database,
  feed: CalendarFeed,
  contentHash: string,
  now: number,
): Promise<number> {
  const { businessId, rowId } = feed;
  if (feed.contentHash === contentHash) return feed.changedAt;
  const changedAt = Math.max(
    Math.floor(now / MS_PER_SECOND) * MS_PER_SECOND,
    feed.contentHash === null ? 0 : feed.changedAt + MS_PER_SECOND,
  );
  await db.transaction((tx) =>
    update(tx, CalendarFeed, { businessId, rowId, salt: feed.salt }, { contentHash, changedAt }),
  );
  return changedAt;
}

/**
 * Returns the calendar of an address, or null for an unknown or revoked one. Runs two statements,
 * and a third after a change.
 */
export async function readFeed(
  db: Database,
  links: Links,
  token: string,
  now: number,
): Promise<ServedFeed | null> {
  const owned = await find(db, links, token);
  if (!owned) return null;
  const { feed, name, timeZone } = owned;
  const span = spanAt(now);
  const toEvent: (row: FeedRow) => CalendarEvent = FEEDS[ownerTypeOf(feed)](timeZone);
  const text = renderCalendar({
    method: 'PUBLISH',
    name,
    kept: { timeZone, from: span.from, to: span.to },
    events: (await rowsOf(db, feed, span)).map(toEvent),
  });
  const contentHash = createHash('sha256').update(text).digest('base64url');
  return {
    text,
    etag: `"${contentHash}"`,
    changedAt: await saveContentHash(db, feed, contentHash, now),
  };
}
