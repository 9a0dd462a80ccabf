import { createHash } from 'node:crypto';
import type { Database, Reader } from '../../shared/db/database';
import { isOneOf, raw, sql, type Sql } from '../../shared/db/sql';
import { tableOf, update } from '../../shared/db/table';
import { renderCalendar, type CalendarEvent } from '../../shared/icalendar/calendar';
import type { Links } from '../../shared/links';
import { MS_PER_DAY, MS_PER_SECOND } from '../../shared/time-zone';
import { AppointmentStatus } from '../appointments/appointment.status';
import { CalendarFeed } from './calendar-feed.entity';
import { FEEDS, type FeedRow } from './calendar-feed.kinds';
import { readToken } from './calendar-feed.service';

const PAST_DAYS = 30;
const AHEAD_DAYS = 400;
const MAX_EVENTS = 4_000;

/** What is over, cancelled, deleted or merely held is in no feed; a subscription mirrors it and forgets them too. */
const SHOWN = [AppointmentStatus.PENDING, AppointmentStatus.OPEN, AppointmentStatus.COMPLETED, AppointmentStatus.NO_SHOW];

export interface ServedFeed {
  readonly text: string;
  readonly etag: string;
  /** Since when it has been so, epoch milliseconds at a whole second. */
  readonly changedAt: number;
}

interface Found { readonly feed: CalendarFeed; readonly name: string; readonly timeZone: string }

/** The feed with its owner's name and zone, of an owner who is still there. */
async function find(db: Reader, links: Links, token: string): Promise<Found | null> {
  const named = readToken(links, token);
  if (!named) return null;
  const table = tableOf(CalendarFeed);
  const [row] = await db.all<Record<string, unknown> & { name: string | null; timeZone: string }>(sql`
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

interface Span { readonly from: number; readonly to: number }

/** Whole days of UTC, so that what is served changes with time once a day. */
function spanAt(now: number): Span {
  const today = Math.floor(now / MS_PER_DAY) * MS_PER_DAY;
  return { from: today - PAST_DAYS * MS_PER_DAY, to: today + AHEAD_DAYS * MS_PER_DAY };
}

/** Of whom or where, by ids of appointments, so that an index on the start answers for each. */
function ofOwner({ businessId, staffId, locationId, clientId }: CalendarFeed, started: Sql): Sql {
  if (locationId !== null) return sql`a.location_id = ${locationId}`;
  if (clientId !== null) return sql`a.client_id = ${clientId}`;
  return sql`a.id IN (
    SELECT a.id FROM ${raw('appointment AS a')} WHERE a.business_id = ${businessId} AND a.staff_id = ${staffId} AND ${started}
    UNION ALL SELECT h.appointment_id FROM ${raw('appointment_staff AS h')} WHERE h.business_id = ${businessId} AND h.staff_id = ${staffId})`;
}

/** In the order of their start. Of too many those to come are kept, the nearest first. */
async function rowsOf(db: Reader, feed: CalendarFeed, { from, to }: Span): Promise<FeedRow[]> {
  const { businessId } = feed;
  const started = sql`a.start_at >= ${from} - (SELECT longest_ms FROM business WHERE id = ${businessId}) AND a.start_at < ${to}`;
  const today = from + PAST_DAYS * MS_PER_DAY;
  const rows = await db.all<FeedRow & { address: unknown; online: unknown }>(sql`
    SELECT ${raw(`a.business_id AS "businessId", a.id AS "rowId", a.version AS "version", a.created_at AS "createdAt", a.modified_at AS "modifiedAt", a.start_at AS "startAt",
      a.end_at AS "endAt", a.status AS "status", a.time_zone_code AS "timeZoneCode", a.address AS "givenAddress", a.meeting_url AS "meetingUrl",
      r.reason_type AS "reasonType", r.reason_desc AS "reasonDesc", r.status AS "reasonStatus", r.allow_online AS "online", s.full_name AS "staffName",
      c.full_name AS "clientName", l.location_name AS "locationName", l.address AS "address"`)}
    FROM ${raw('appointment AS a')}
    JOIN ${raw('reason AS r')} ON r.business_id = a.business_id AND r.id = a.reason_id
    JOIN ${raw('staff AS s')} ON s.business_id = a.business_id AND s.id = a.staff_id
    JOIN ${raw('location AS l')} ON l.business_id = a.business_id AND l.id = a.location_id
    LEFT JOIN ${raw('client AS c')} ON c.business_id = a.business_id AND c.id = a.client_id
    WHERE a.business_id = ${businessId} AND ${ofOwner(feed, started)} AND ${started} AND a.end_at > ${from} AND ${isOneOf(raw('a.status'), SHOWN)}
      AND NOT (a.status = 'PENDING' AND a.hold_expires_at IS NOT NULL)
    ORDER BY CASE WHEN a.end_at > ${today} THEN 0 ELSE 1 END, a.start_at, a.id LIMIT ${MAX_EVENTS}`);
  return rows
    .map((row) => ({ ...row, online: Boolean(row.online), address: typeof row.address === 'string' ? JSON.parse(row.address) : row.address }))
    .sort((one, other) => one.startAt - other.startAt || one.rowId - other.rowId);
}

/** Its hash and since when it has had it, remembered where it is another than before. Dates of HTTP have whole seconds, so that a change within one counts for the next. */
async function remember(db: Database, feed: CalendarFeed, contentHash: string, now: number): Promise<number> {
  const { businessId, rowId } = feed;
  if (feed.contentHash === contentHash) return feed.changedAt;
  const changedAt = Math.max(Math.floor(now / MS_PER_SECOND) * MS_PER_SECOND, feed.contentHash === null ? 0 : feed.changedAt + MS_PER_SECOND);
  await db.transaction((tx) => update(tx, CalendarFeed, { businessId, rowId, salt: feed.salt }, { contentHash, changedAt }));
  return changedAt;
}

/** The calendar behind an address, or null for one that is unknown or was revoked. Two statements, and one more when it has changed. */
export async function readFeed(db: Database, links: Links, token: string, now: number): Promise<ServedFeed | null> {
  const found = await find(db, links, token);
  if (!found) return null;
  const { feed, name, timeZone } = found;
  const span = spanAt(now);
  const tell: (row: FeedRow) => CalendarEvent = FEEDS[feed.staffId !== null ? 'Staff' : feed.locationId !== null ? 'Location' : 'Client'](timeZone);
  const text = renderCalendar({ method: 'PUBLISH', name, kept: { timeZone, ...span }, events: (await rowsOf(db, feed, span)).map(tell) });
  const contentHash = createHash('sha256').update(text).digest('base64url');
  return { text, etag: `"${contentHash}"`, changedAt: await remember(db, feed, contentHash, now) };
}
