import type { Reader } from '../../db/database';
import { byDialect, isOneOf, join, raw, sql, type Sql } from '../../db/sql';
import { MS_PER_DAY } from '../../lib/time-zone';
import { AppointmentStatus } from '../appointments/model/status';
import type { CalendarFeed } from './calendar-feed.entity';
import type { FeedRow } from './calendar-feed.kinds';

const MAX_EVENTS = 4_000;

/** Epoch milliseconds; `today` is where the past ends. */
export interface Span {
  readonly from: number;
  readonly today: number;
  readonly to: number;
}

/** What is cancelled, deleted or merely held is in no feed; a subscription mirrors it and forgets them too. */
const SHOWN = [
  AppointmentStatus.PENDING,
  AppointmentStatus.OPEN,
  AppointmentStatus.COMPLETED,
  AppointmentStatus.NO_SHOW,
];

const COMMON = `r.reason_type AS "reasonType", r.reason_desc AS "reasonDesc", r.status AS "reasonStatus", r.allow_online AS "online", s.full_name AS "staffName",
  l.location_name AS "locationName", l.address AS "address"`;

const timed = (alias: string): string =>
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

const named = (alias: string): Sql =>
  raw(`
  JOIN reason AS r ON r.business_id = ${alias}.business_id AND r.id = ${alias}.reason_id
  JOIN staff AS s ON s.business_id = ${alias}.business_id AND s.id = ${alias}.staff_id
  JOIN location AS l ON l.business_id = ${alias}.business_id AND l.id = ${alias}.location_id`);

/** Appointments of which a condition on `a` holds: a client's with their seats in classes; of others those that are no seats. */
function appointmentsBy(where: Sql, { clientId }: CalendarFeed, span: Span): Sql {
  return sql`
    SELECT ${raw(`${timed('a')}, ${COMMON}, (SELECT c.full_name FROM client AS c WHERE c.business_id = a.business_id AND c.id = a.client_id) AS "clientName",
      CAST(NULL AS integer) AS "seats", CAST(NULL AS integer) AS "capacity" FROM appointment AS a`)} ${named('a')}
    WHERE ${where} AND a.end_at > ${span.from} AND ${isOneOf(raw('a.status'), SHOWN)}
      AND NOT (a.status = 'PENDING' AND a.hold_expires_at IS NOT NULL) ${raw(clientId === null ? 'AND a.class_schedule_id IS NULL' : '')}`;
}

/** Without statistics SQLite would take the index on the start of the whole business. */
const few = (condition: Sql): Sql =>
  byDialect({ postgres: condition, sqlite: sql`likelihood(${condition}, 0.001)` });

/** By the owner's own index on the start, however much there is of others. */
function appointmentsOf(feed: CalendarFeed, span: Span): Sql {
  const { businessId, staffId, locationId, clientId } = feed;
  const owner =
    staffId !== null
      ? sql`a.staff_id = ${staffId}`
      : locationId !== null
        ? sql`a.location_id = ${locationId}`
        : sql`a.client_id = ${clientId}`;
  const started = sql`a.start_at >= ${span.from} - (SELECT longest_ms FROM business WHERE id = ${businessId}) AND a.start_at < ${span.to}`;
  return appointmentsBy(
    sql`a.business_id = ${businessId} AND ${few(owner)} AND ${started}`,
    feed,
    span,
  );
}

/** Those in which a staff member serves beside another. The plus keeps planners away from the index on the start of the whole business. */
const helpedBy = (feed: CalendarFeed, span: Span): Sql =>
  appointmentsBy(
    sql`a.business_id = ${feed.businessId} AND a.id IN (
  SELECT h.appointment_id FROM appointment_staff AS h WHERE h.business_id = ${feed.businessId} AND h.staff_id = ${feed.staffId}) AND ${raw('+a.start_at')} < ${span.to}`,
    feed,
    span,
  );

/** Sessions of classes, one for all who come: of who leads them, or where they are. None is longer than a day. */
function sessionsOf({ businessId, staffId, locationId }: CalendarFeed, { from, to }: Span): Sql {
  return sql`
    SELECT ${raw(`${timed('k')}, ${COMMON}, NULL AS "clientName",
      (SELECT coalesce(sum(t.units), 0) FROM claim AS t WHERE t.business_id = k.business_id AND t.subject_id = k.subject_id AND t.expires_at IS NULL) AS "seats", k.capacity AS "capacity"`)}
    FROM ${raw('class_schedule AS k')} ${named('k')}
    WHERE k.business_id = ${businessId} AND ${staffId === null ? sql`k.location_id = ${locationId}` : sql`k.staff_id = ${staffId}`}
      AND k.start_at >= ${from - MS_PER_DAY} AND k.start_at < ${to} AND k.end_at > ${from} AND k.status = 'OPEN'`;
}

/** In the order of their start. Of too many those to come are kept, the nearest first. */
export async function rowsOf(db: Reader, feed: CalendarFeed, span: Span): Promise<FeedRow[]> {
  const told = [
    appointmentsOf(feed, span),
    ...(feed.staffId === null ? [] : [helpedBy(feed, span)]),
    ...(feed.clientId === null ? [sessionsOf(feed, span)] : []),
  ];
  const rows = await db.all<FeedRow & { address: unknown; online: unknown }>(sql`
    SELECT * FROM (${join(told, ' UNION ALL ')}) AS f ORDER BY CASE WHEN f."endAt" > ${span.today} THEN 0 ELSE 1 END, f."startAt", f."rowId" LIMIT ${MAX_EVENTS}`);
  return rows
    .map((row) => ({
      ...row,
      online: Boolean(row.online),
      address: typeof row.address === 'string' ? JSON.parse(row.address) : row.address,
    }))
    .sort((one, other) => one.startAt - other.startAt || one.rowId - other.rowId);
}
