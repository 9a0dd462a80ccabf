import { Role, type Context, type Member } from '../../../context';
import { DomainError } from '../../../errors';
import type { Database } from '../../../db/database';
import { isOneOf, raw, sql } from '../../../db/sql';
import { tableOf } from '../../../db/table';
import { toGlobalId } from '../../../graphql/global-id';
import { addDays, dayStart, MS_PER_HOUR } from '../../../lib/time-zone';
import { BookingEventType } from '../../appointments/model/events';
import { StaleVersionError } from '../../appointments/model/aggregate';
import { systemOf } from '../../appointments/holds/expire-holds';
import { offersWithin, wishOf } from '../../availability/availability.service';
import { seatsLeft } from '../../classes/class.seats';
import { classSchedules } from '../../classes/class.source';
import { ClientStatus } from '../../clients/client.entity';
import type { Location } from '../../locations/location.entity';
import { locations } from '../../locations/location.source';
import type { Reason } from '../../reasons/reason.entity';
import { ReasonStatus } from '../../reasons/reason.enums';
import { reasons } from '../../reasons/reason.source';
import { WaitlistEntry } from '../model/waitlist-entry.entity';
import { WaitlistSettings } from '../model/waitlist-settings.entity';
import { holdAndInvite } from './invite';
import { WaitlistMode } from '../model/status';
import { keyOf, rangesOf, startOf, suitedBy, type Start } from '../model/preferences';

/** For one reason and location, or one session: those who have waited longest. */
const MAX_WAITING = 1_000;
/** Times that are kept of what is offered; what comes later is looked at when those who wait for these have been invited. */
const MAX_OFFERED = 5_000;
/** Starts between two pauses in which requests are served. */
const BREATH = 500;
/** Hours and rules make times as well, and are not in the log. */
const LOOK_AGAIN_MS = 60_000;

/** What can free a time, or add somebody whom a free one suits. */
const FREEING = [
  BookingEventType.CANCELLED,
  BookingEventType.RESCHEDULED,
  BookingEventType.NO_SHOW,
  BookingEventType.STATUS_CHANGED,
  BookingEventType.HOLD_EXPIRED,
  BookingEventType.WAITLIST_JOINED,
  BookingEventType.WAITLIST_RETURNED,
];

/**
 * For businesses that invite automatically: reads on in the log, and where something came free invites those whom a time that is offered suits.
 * Safe on any number of processes and after any crash: a place that was invited to is held, so it is not offered to the next, and the log is
 * read again from where it was left. Answers how many places it held.
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
  for (const row of rows) held += await lookAt(db, contextOf, table.hydrate(row), now);
  return held;
}

async function lookAt(
  db: Database,
  contextOf: (member: Member) => Context,
  { businessId, mode, lastSeq, lookedAt }: WaitlistSettings,
  now: number,
): Promise<number> {
  const [read] = await db.all<{ seq: number | null; freed: number | null }>(sql`
    SELECT max(seq) AS seq, max(CASE WHEN ${isOneOf(raw('type'), FREEING)} THEN 1 ELSE 0 END) AS freed FROM event WHERE business_id = ${businessId} AND seq > ${lastSeq}`);
  const seq = read?.seq ?? lastSeq;
  const due = read?.freed === 1 || now - lookedAt >= LOOK_AGAIN_MS;
  if (!due && seq === lastSeq) return 0;
  const held = due ? await inviteWaiting(contextOf(systemOf(businessId)), mode, now) : 0;
  // Behind the invitations: who stops between the two does them again, and finds the places held.
  await db.transaction((tx) =>
    tx.run(sql`
    UPDATE waitlist_settings SET last_seq = ${seq}, looked_at = ${due ? now : lookedAt} WHERE business_id = ${businessId} AND last_seq = ${lastSeq} AND looked_at = ${lookedAt}`),
  );
  return held;
}

/** Places held for one business. */
async function inviteWaiting(context: Context, mode: WaitlistMode, now: number): Promise<number> {
  const groups = new Map<string, WaitlistEntry[]>();
  for (const entry of await waitingEntries(context, now)) {
    const key = [entry.reasonId, entry.locationId, entry.classScheduleId].join();
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  let held = 0;
  for (const entries of groups.values()) held += await inviteGroup(context, entries, mode, now);
  return held;
}

/** In the order in which they joined. */
async function waitingEntries({ db, viewer }: Context, now: number): Promise<WaitlistEntry[]> {
  const table = tableOf(WaitlistEntry);
  const rows = await db.all(sql`
    SELECT * FROM (
      SELECT ${table.select('e')}, row_number() OVER (PARTITION BY e.reason_id, e.location_id, e.class_schedule_id ORDER BY e.created_at, e.id) AS place
      FROM ${raw('waitlist_entry AS e')} JOIN ${raw('client AS c')} ON c.business_id = e.business_id AND c.id = e.client_id
      WHERE e.business_id = ${viewer.businessId} AND e.status = 'WAITING' AND e.wanted_until > ${now} AND c.deleted = ${false} AND c.status <> ${ClientStatus.BLACKLISTED}
    ) AS w WHERE w.place <= ${MAX_WAITING} ORDER BY ${raw('w."createdAt", w."rowId"')}`);
  return rows.map((row) => table.hydrate(row));
}

/** A start that is offered, and who could serve. */
interface Offered extends Start {
  readonly endAt: number;
  readonly staffIds: readonly number[];
}

/** Those who wait for one reason at one location: each who is first gets the first time that suits, with all whom it suits in the mode ALL. */
async function inviteGroup(
  context: Context,
  entries: readonly WaitlistEntry[],
  mode: WaitlistMode,
  now: number,
): Promise<number> {
  const [{ reasonId, locationId, classScheduleId }] = entries as [WaitlistEntry];
  const [reason, location] = await Promise.all([
    reasons.getById(context, reasonId),
    locations.getById(context, locationId),
  ]);
  if (!reason.allowWaitList || reason.status !== ReasonStatus.ACTIVE || !location.active) return 0;
  if (classScheduleId !== null)
    return inviteToSession(context, reason, classScheduleId, entries, mode, now);
  let times = await offered(context, reason, location, entries, now);
  let waiting = [...entries];
  let held = 0;
  /** Times only become fewer: what suits nobody once never will. */
  const hopeless = new Set<string>();
  while (waiting.length && times.length) {
    const [entry, ...others] = waiting as [WaitlistEntry, ...WaitlistEntry[]];
    waiting = others;
    const wish = keyOf(entry);
    if (hopeless.has(wish)) continue;
    // There may be many, and requests are waiting.
    await new Promise(setImmediate);
    let place = placeFor(entry, times);
    if (!place) hopeless.add(wish);
    for (; place; place = placeFor(entry, times)) {
      const { start, staffId } = place;
      const invited =
        mode === WaitlistMode.ALL
          ? [entry, ...others.filter((other) => suitedBy(other, start, [staffId]) !== undefined)]
          : [entry];
      const outcome = await tryToInvite(context, reason, invited, staffId, start.startAt);
      if (outcome === 'changed') break;
      times = without(times, start, staffId);
      if (outcome === 'taken') continue;
      held += 1;
      waiting = others.filter((other) => !invited.includes(other));
      break;
    }
  }
  return held;
}

/** The first time that suits, and who would serve. Pure. */
function placeFor(
  entry: WaitlistEntry,
  times: readonly Offered[],
): { start: Offered; staffId: number } | null {
  for (const start of times) {
    const staffId = suitedBy(entry, start, start.staffIds);
    if (staffId !== undefined) return { start, staffId };
  }
  return null;
}

/** What is left when somebody serves at one of the times. Pure. */
const without = (
  times: readonly Offered[],
  { startAt, endAt }: Offered,
  staffId: number,
): Offered[] =>
  times
    .map((time) =>
      time.startAt < endAt && time.endAt > startAt
        ? { ...time, staffIds: time.staffIds.filter((id) => id !== staffId) }
        : time,
    )
    .filter((time) => time.staffIds.length);

/** Of those who wait for seats, each who is first and wants no more than are free is invited to as many, in the mode ALL with all who want no more. */
async function inviteToSession(
  context: Context,
  reason: Reason,
  classScheduleId: number,
  entries: readonly WaitlistEntry[],
  mode: WaitlistMode,
  now: number,
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
    const outcome = await tryToInvite(context, reason, invited, null, session.startAt);
    if (outcome === 'taken') break;
    waiting = waiting.filter((other) => !invited.includes(other));
    if (outcome === 'changed') continue;
    left -= seats;
    held += 1;
  }
  return held;
}

/** By the engine that clients book by, as far as they may book the reason themselves: the first times that suit somebody. */
async function offered(
  context: Context,
  reason: Reason,
  location: Location,
  entries: readonly WaitlistEntry[],
  now: number,
): Promise<Offered[]> {
  const asking = reason.allowOnline
    ? { ...context, viewer: { ...context.viewer, role: Role.PUBLIC } }
    : context;
  const wish = await wishOf(asking, {
    reasonId: toGlobalId('Reason', reason.rowId),
    locationId: toGlobalId('Location', location.rowId),
  });
  const wishes = [...new Map(entries.map((entry) => [keyOf(entry), entry])).values()];
  const zone = location.timeZoneCode;
  const found: Offered[] = [];
  let looked = 0;
  for (const { from, to } of rangesOf(entries, zone, now)) {
    for (const { startAt, endAt, staffIds } of await offersWithin(asking, wish, {
      startAt: dayStart(from, zone),
      endAt: dayStart(addDays(to, 1), zone),
    })) {
      const start = startOf(startAt, zone);
      if (wishes.some((each) => suitedBy(each, start, staffIds) !== undefined))
        found.push({ ...start, endAt, staffIds });
      if (found.length === MAX_OFFERED) return found;
      if ((looked += 1) % BREATH === 0) await new Promise(setImmediate);
    }
  }
  return found;
}

/** `taken`: somebody was faster with the time; `changed`: with one of the entries. */
async function tryToInvite(
  context: Context,
  reason: Reason,
  entries: readonly WaitlistEntry[],
  staffId: number | null,
  startAt: number,
): Promise<'held' | 'taken' | 'changed'> {
  try {
    await holdAndInvite(context, { entries, reason, staffId, startAt });
    return 'held';
  } catch (error) {
    if (error instanceof StaleVersionError) return 'changed';
    if (error instanceof DomainError) return 'taken';
    throw error;
  }
}
