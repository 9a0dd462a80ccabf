import { Role, type Context, type Member } from '../../../context';
import { DomainError } from '../../../errors';
import type { Database } from '../../../db/database';
import { isOneOf, raw, sql } from '../../../db/sql';
import { tableOf } from '../../../db/table';
import { toGlobalId } from '../../../graphql/global-id';
import { addDays, dayStart, MS_PER_HOUR } from '../../../lib/time-zone';
import { BookingEventType } from '../../appointments/model/events';
import { StaleVersionError } from '../../appointments/model/write';
import { systemOf } from '../../appointments/holds/expire-holds';
import { offersWithin } from '../../availability/availability.service';
import { wishOf } from '../../availability/wish';
import { seatsLeft } from '../../classes/seats-left';
import { classSchedules } from '../../classes/class.list';
import { ClientStatus } from '../../clients/client.entity';
import type { Location } from '../../locations/location.entity';
import { locations } from '../../locations/location.list';
import type { Reason } from '../../reasons/reason.entity';
import { ReasonStatus } from '../../reasons/reason-enums';
import { reasons } from '../../reasons/reason.list';
import { WaitlistEntry } from '../model/waitlist-entry.entity';
import { WaitlistSettings } from '../model/waitlist-settings.entity';
import { holdAndInvite, type Invitation } from './invite';
import { WaitlistMode } from '../model/status';
import { keyOf, rangesOf, startOf, suitedBy, type Start } from '../model/preferences';

/** Entries considered for one reason and location, or one session: the oldest first. */
const MAX_WAITING = 1_000;
/** Limit of offered starts kept in one pass. Later starts are considered in the next pass. */
const MAX_OFFERED = 5_000;
/** Starts examined between two yields to the event loop, in which requests are served. */
const STARTS_PER_PAUSE = 500;
/**
 * Interval of a check without events: working hours and rules also free times, but are not in the
 * log.
 */
const RECHECK_MS = 60_000;

/** Events that can free a time, or add an entry that a free time suits. */
const FREEING_EVENTS = [
  BookingEventType.CANCELLED,
  BookingEventType.RESCHEDULED,
  BookingEventType.NO_SHOW,
  BookingEventType.STATUS_CHANGED,
  BookingEventType.HOLD_EXPIRED,
  BookingEventType.WAITLIST_JOINED,
  BookingEventType.WAITLIST_RETURNED,
];

/**
 * Reads new events of businesses that invite automatically, and invites entries that a free time
 * suits. Safe on any number of processes and after a crash: an invitation holds its place, so that
 * it is not offered again, and the log is read from the stored position. Returns the number of
 * held places.
 */
export async function autoInvite(
  db: Database,
  contextOf: (member: Member) => Context,
  now: number,
): Promise<number> {
  const table = tableOf(WaitlistSettings);
  const rows = await db.all(
    sql`SELECT ${table.select('s')} FROM ${raw('waitlist_settings AS s')} WHERE s.mode <> ${WaitlistMode.OFF} ORDER BY s.business_id`,
  );
  let held = 0;
  for (const row of rows) held += await inviteForBusiness(db, contextOf, table.hydrate(row), now);
  return held;
}

async function inviteForBusiness(
  db: Database,
  contextOf: (member: Member) => Context,
  { businessId, mode, lastSeq, lookedAt }: WaitlistSettings,
  now: number,
): Promise<number> {
  const [read] = await db.all<{ seq: number | null; freed: number | null }>(sql`
    SELECT max(seq) AS seq, max(CASE WHEN ${isOneOf(raw('type'), FREEING_EVENTS)} THEN 1 ELSE 0 END) AS freed FROM event WHERE business_id = ${businessId} AND seq > ${lastSeq}`);
  const seq = read?.seq ?? lastSeq;
  const due = read?.freed === 1 || now - lookedAt >= RECHECK_MS;
  if (!due && seq === lastSeq) return 0;
  const held = due
    ? await inviteWaiting({ context: contextOf(systemOf(businessId)), mode, now })
    : 0;
  // Stored after the invitations: a crash in between repeats the pass, which finds the places held.
  await db.transaction((tx) =>
    tx.run(sql`
    UPDATE waitlist_settings SET last_seq = ${seq}, looked_at = ${due ? now : lookedAt} WHERE business_id = ${businessId} AND last_seq = ${lastSeq} AND looked_at = ${lookedAt}`),
  );
  return held;
}

/** One pass over the waiting entries of a business. */
interface InvitationPass {
  readonly context: Context;
  readonly mode: WaitlistMode;
  readonly now: number;
}

/** Invites the waiting entries of a business. Returns the number of held places. */
async function inviteWaiting(pass: InvitationPass): Promise<number> {
  const groups = new Map<string, WaitlistEntry[]>();
  for (const entry of await waitingEntries(pass)) {
    const key = [entry.reasonId, entry.locationId, entry.classScheduleId].join();
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  let held = 0;
  for (const entries of groups.values()) held += await inviteGroup(pass, entries);
  return held;
}

/** Waiting entries of clients who may book, in the order of joining. */
async function waitingEntries({ context, now }: InvitationPass): Promise<WaitlistEntry[]> {
  const { db, viewer } = context;
  const table = tableOf(WaitlistEntry);
  const rows = await db.all(sql`
    SELECT * FROM (
      SELECT ${table.select('e')}, row_number() OVER (PARTITION BY e.reason_id, e.location_id, e.class_schedule_id ORDER BY e.created_at, e.id) AS place
      FROM ${raw('waitlist_entry AS e')} JOIN ${raw('client AS c')} ON c.business_id = e.business_id AND c.id = e.client_id
      WHERE e.business_id = ${viewer.businessId} AND e.status = 'WAITING' AND e.wanted_until > ${now} AND c.deleted = ${false} AND c.status <> ${ClientStatus.BLACKLISTED}
    ) AS w WHERE w.place <= ${MAX_WAITING} ORDER BY ${raw('w."createdAt", w."rowId"')}`);
  return rows.map((row) => table.hydrate(row));
}

/** A start that is offered, and the staff members who could serve. */
interface OfferedStart extends Start {
  readonly endAt: number;
  readonly staffIds: readonly number[];
}

/**
 * Invites entries for one reason and location: each entry in turn to its first suitable time, in
 * the mode ALL with every entry that it suits.
 */
async function inviteGroup(
  pass: InvitationPass,
  entries: readonly WaitlistEntry[],
): Promise<number> {
  const { context, mode } = pass;
  const [{ reasonId, locationId, classScheduleId }] = entries as [WaitlistEntry];
  const [reason, location] = await Promise.all([
    reasons.getById(context, reasonId),
    locations.getById(context, locationId),
  ]);
  if (!reason.allowWaitList || reason.status !== ReasonStatus.ACTIVE || !location.active) return 0;
  if (classScheduleId !== null) return inviteToSession(pass, reason, classScheduleId, entries);
  let times = await offeredStarts(pass, reason, location, entries);
  let waiting = [...entries];
  let held = 0;
  /** Preferences without a suitable time. Times only become fewer, so none will suit later. */
  const withoutTime = new Set<string>();
  while (waiting.length && times.length) {
    const [entry, ...others] = waiting as [WaitlistEntry, ...WaitlistEntry[]];
    waiting = others;
    const preferences = keyOf(entry);
    if (withoutTime.has(preferences)) continue;
    // Yields to the event loop, so that requests are served in between.
    await new Promise(setImmediate);
    let place = placeFor(entry, times);
    if (!place) withoutTime.add(preferences);
    for (; place; place = placeFor(entry, times)) {
      const { start, staffId } = place;
      const invited =
        mode === WaitlistMode.ALL
          ? [entry, ...others.filter((other) => suitedBy(other, start, [staffId]) !== undefined)]
          : [entry];
      const outcome = await tryToInvite(context, {
        entries: invited,
        reason,
        staffId,
        startAt: start.startAt,
      });
      if (outcome === 'changed') break;
      times = withoutStaffAt(times, start, staffId);
      if (outcome === 'taken') continue;
      held += 1;
      waiting = others.filter((other) => !invited.includes(other));
      break;
    }
  }
  return held;
}

/** Returns the first suitable time and staff member. Pure. */
function placeFor(
  entry: WaitlistEntry,
  times: readonly OfferedStart[],
): { start: OfferedStart; staffId: number } | null {
  for (const start of times) {
    const staffId = suitedBy(entry, start, start.staffIds);
    if (staffId !== undefined) return { start, staffId };
  }
  return null;
}

/** Returns the times that remain when a staff member serves at one of them. Pure. */
const withoutStaffAt = (
  times: readonly OfferedStart[],
  { startAt, endAt }: OfferedStart,
  staffId: number,
): OfferedStart[] =>
  times
    .map((time) =>
      time.startAt < endAt && time.endAt > startAt
        ? { ...time, staffIds: time.staffIds.filter((id) => id !== staffId) }
        : time,
    )
    .filter((time) => time.staffIds.length);

/**
 * Invites entries for a session: the first that fits the free seats, in the mode ALL with every
 * entry that needs no more seats. Repeats while seats remain.
 */
async function inviteToSession(
  { context, mode, now }: InvitationPass,
  reason: Reason,
  classScheduleId: number,
  entries: readonly WaitlistEntry[],
): Promise<number> {
  const session = await classSchedules.findById(context, classScheduleId);
  const notice = reason.allowOnline ? (reason.apptHrMin ?? 0) * MS_PER_HOUR : 0;
  if (!session || session.startAt <= now + notice) return 0;
  let left = await seatsLeft(session, context);
  let waiting = [...entries];
  let held = 0;
  for (
    let entry = waiting.find(({ seats }) => seats <= left);
    entry;
    entry = waiting.find(({ seats }) => seats <= left)
  ) {
    const { seats } = entry;
    const invited =
      mode === WaitlistMode.ALL ? waiting.filter((other) => other.seats <= seats) : [entry];
    const outcome = await tryToInvite(context, {
      entries: invited,
      reason,
      staffId: null,
      startAt: session.startAt,
    });
    if (outcome === 'taken') break;
    waiting = waiting.filter((other) => !invited.includes(other));
    if (outcome === 'changed') continue;
    left -= seats;
    held += 1;
  }
  return held;
}

/**
 * Returns the first offered times that suit an entry. Applies the rules of online booking if
 * clients may book the reason themselves.
 */
async function offeredStarts(
  { context, now }: InvitationPass,
  reason: Reason,
  location: Location,
  entries: readonly WaitlistEntry[],
): Promise<OfferedStart[]> {
  const bookingContext = reason.allowOnline
    ? { ...context, viewer: { ...context.viewer, role: Role.PUBLIC } }
    : context;
  const request = await wishOf(bookingContext, {
    reasonId: toGlobalId('Reason', reason.rowId),
    locationId: toGlobalId('Location', location.rowId),
  });
  const distinct = [...new Map(entries.map((entry) => [keyOf(entry), entry])).values()];
  const zone = location.timeZoneCode;
  const starts: OfferedStart[] = [];
  let examined = 0;
  for (const { from, to } of rangesOf(entries, zone, now)) {
    for (const { startAt, endAt, staffIds } of await offersWithin(bookingContext, request, {
      startAt: dayStart(from, zone),
      endAt: dayStart(addDays(to, 1), zone),
    })) {
      const start = startOf(startAt, zone);
      if (distinct.some((each) => suitedBy(each, start, staffIds) !== undefined))
        starts.push({ ...start, endAt, staffIds });
      if (starts.length === MAX_OFFERED) return starts;
      if ((examined += 1) % STARTS_PER_PAUSE === 0) await new Promise(setImmediate);
    }
  }
  return starts;
}

/**
 * Returns `taken` if another booking took the time, `changed` if another transaction changed an
 * entry.
 */
async function tryToInvite(
  context: Context,
  invitation: Invitation,
): Promise<'held' | 'taken' | 'changed'> {
  try {
    await holdAndInvite(context, invitation);
    return 'held';
  } catch (error) {
    if (error instanceof StaleVersionError) return 'changed';
    if (error instanceof DomainError) return 'taken';
    throw error;
  }
}
