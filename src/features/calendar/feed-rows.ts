import type { Reader } from '../../db/database';
import { byDialect, isOneOf, join, raw, sql, type Sql } from '../../db/sql';
import { MS_PER_DAY } from '../../lib/time-zone';
import { AppointmentStatus } from '../appointments/model/status';
import type { CalendarFeed } from './calendar-feed.entity';
import type { FeedRow } from './feed-kinds';

const MAX_EVENTS = 4_000;

/** A period in epoch milliseconds. `today` is the start of the current day in UTC. */
export interface Span {
  readonly from: number;
  readonly today: number;
  readonly to: number;
}

/** Statuses in feeds. Cancelled and deleted appointments disappear from subscribed calendars. */
const SHOWN = [
  AppointmentStatus.PENDING,
  AppointmentStatus.OPEN,
  AppointmentStatus.COMPLETED,
  AppointmentStatus.NO_SHOW,
];

const COMMON = `r.reason_type AS "reasonType", r.reason_desc AS "reasonDesc", r.status AS "reasonStatus", r.allow_online AS "online", s.full_name AS "staffName",
  l.location_name AS "locationName", l.address AS "address"`;

const columnsOf = (alias: string): string =>
  [
    'business_id AS "businessId"',
    'id AS "rowId"',
    'version AS "version"',
    'created_at AS "createdAt"',
    'modified_at AS "modifiedAt"',
    'start_at AS "startAt"',
    'end_at AS "endAt"',
    'status AS "status"',
    'time_zone_code AS "timeZoneCode"',
    'address AS "givenAddress"',
    'meeting_url AS "meetingUrl"',
  ]
    .map((column) => `${alias}.${column}`)
    .join(', ');

const joinsOf = (alias: string): Sql =>
  raw(`
  JOIN reason AS r ON r.business_id = ${alias}.business_id AND r.id = ${alias}.reason_id
  JOIN staff AS s ON s.business_id = ${alias}.business_id AND s.id = ${alias}.staff_id
  JOIN location AS l ON l.business_id = ${alias}.business_id AND l.id = ${alias}.location_id`);

/**
 * Selects appointments by a condition on `a`, without holds. Seats in classes are included only in
 * feeds of clients.
 */
function appointmentsBy(where: Sql, { clientId }: CalendarFeed, span: Span): Sql {
  return sql`
    SELECT ${raw(`${columnsOf('a')}, ${COMMON}, (SELECT c.full_name FROM client AS c WHERE c.business_id = a.business_id AND c.id = a.client_id) AS "clientName",
      CAST(NULL AS integer) AS "seats", CAST(NULL AS integer) AS "capacity" FROM appointment AS a`)} ${joinsOf('a')}
    WHERE ${where} AND a.end_at > ${span.from} AND ${isOneOf(raw('a.status'), SHOWN)}
      AND NOT (a.status = 'PENDING' AND a.hold_expires_at IS NOT NULL) ${raw(clientId === null ? 'AND a.class_schedule_id IS NULL' : '')}`;
}

/**
 * Marks a condition as selective: without statistics SQLite would use the index on the start of all
 * appointments.
 */
const unlikely = (condition: Sql): Sql =>
  byDialect({ postgres: condition, sqlite: sql`likelihood(${condition}, 0.001)` });

function isOwner({ staffId, locationId, clientId }: CalendarFeed): Sql {
  if (staffId !== null) return sql`a.staff_id = ${staffId}`;
  if (locationId !== null) return sql`a.location_id = ${locationId}`;
  return sql`a.client_id = ${clientId}`;
}

/** Selects the appointments of the owner through the index on owner and start. */
function appointmentsOf(feed: CalendarFeed, span: Span): Sql {
  const { businessId } = feed;
  const owner = isOwner(feed);
  const started = sql`a.start_at >= ${span.from} - (SELECT longest_ms FROM business WHERE id = ${businessId}) AND a.start_at < ${span.to}`;
  return appointmentsBy(
    sql`a.business_id = ${businessId} AND ${unlikely(owner)} AND ${started}`,
    feed,
    span,
  );
}

/**
 * Selects the appointments with the owner as additional staff. The unary plus prevents use of the
 * index on the start of all appointments.
 */
const helpedBy = (feed: CalendarFeed, span: Span): Sql =>
  appointmentsBy(
    sql`a.business_id = ${feed.businessId} AND a.id IN (
  SELECT h.appointment_id FROM appointment_staff AS h WHERE h.business_id = ${feed.businessId} AND h.staff_id = ${feed.staffId}) AND ${raw('+a.start_at')} < ${span.to}`,
    feed,
    span,
  );

/**
 * Selects the sessions of a leader or a location, one event for each session. A session lasts at
 * most a day.
 */
function sessionsOf({ businessId, staffId, locationId }: CalendarFeed, { from, to }: Span): Sql {
  return sql`
    SELECT ${raw(`${columnsOf('k')}, ${COMMON}, NULL AS "clientName",
      (SELECT coalesce(sum(t.units), 0) FROM claim AS t WHERE t.business_id = k.business_id AND t.subject_id = k.subject_id AND t.expires_at IS NULL) AS "seats", k.capacity AS "capacity"`)}
    FROM ${raw('class_schedule AS k')} ${joinsOf('k')}
    WHERE k.business_id = ${businessId} AND ${staffId === null ? sql`k.location_id = ${locationId}` : sql`k.staff_id = ${staffId}`}
      AND k.start_at >= ${from - MS_PER_DAY} AND k.start_at < ${to} AND k.end_at > ${from} AND k.status = 'OPEN'`;
}

/**
 * Returns the rows of a feed by start. Above the limit, future rows take precedence, the nearest
 * first.
 */
export async function rowsOf(db: Reader, feed: CalendarFeed, span: Span): Promise<FeedRow[]> {
  const selects = [
    appointmentsOf(feed, span),
    ...(feed.staffId === null ? [] : [helpedBy(feed, span)]),
    ...(feed.clientId === null ? [sessionsOf(feed, span)] : []),
  ];
  const rows = await db.all<FeedRow & { address: unknown; online: unknown }>(sql`
    SELECT * FROM (${join(selects, ' UNION ALL ')}) AS f ORDER BY CASE WHEN f."endAt" > ${span.today} THEN 0 ELSE 1 END, f."startAt", f."rowId" LIMIT ${MAX_EVENTS}`);
  return rows
    .map((row) => ({
      ...row,
      online: Boolean(row.online),
      address: typeof row.address === 'string' ? JSON.parse(row.address) : row.address,
    }))
    .sort((one, other) => one.startAt - other.startAt || one.rowId - other.rowId);
}
