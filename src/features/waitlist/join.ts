import { newRow } from '../../db/new-row';
import { isStaffSide, memberOf, Role, type Context, type Member } from '../../context';
import { at, badInput, DomainError, ErrorCode, violated } from '../../errors';
import type { Tx } from '../../db/database';
import { join, raw, sql, type Sql } from '../../db/sql';
import { tableOf } from '../../db/table';
import { parseGlobalId, parseGlobalIds } from '../../graphql/global-id';
import { addDays, dayEnd, MS_PER_DAY, toLocal } from '../../lib/time-zone';
import { hashOfSecret } from '../appointments/booking/hold';
import { seatsExplanationInput } from '../appointments/model/seats';
import { describedClient } from '../appointments/booking/load-references';
import { authoriseLocation } from '../availability/authorise';
import { withExplanationInput } from '../availability/unavailable-error';
import { ClassScheduleStatus, type ClassSchedule } from '../classes/class-schedule.entity';
import { seatsLeft } from '../classes/seats-left';
import { classSchedules } from '../classes/class.list';
import { clientCannotBook } from '../clients/client.errors';
import { ClientStatus, type Client } from '../clients/client.entity';
import { addClient } from '../clients/client.service';
import { clients, hasEmail } from '../clients/client.list';
import { LocationType, type Location } from '../locations/location.entity';
import { locations, primaryLocationOf } from '../locations/location.list';
import type { Reason } from '../reasons/reason.entity';
import { ReasonStatus, ReasonType } from '../reasons/reason-enums';
import { lockReason } from '../reasons/lock-reason';
import { reasons } from '../reasons/reason.list';
import { staff } from '../staff/staff.list';
import { WaitlistEntry } from './model/waitlist-entry.entity';
import { addEntry } from './model/events';
import type { JoinWaitlistInput } from './waitlist.inputs';
import { WaitlistKind, WaitlistStatus } from './model/status';
import { overlap } from './model/preferences';

/** Maximum length of a requested date range, in days. */
const MAX_DAYS = 186;

type Preferences = Pick<
  WaitlistEntry,
  | 'kind'
  | 'times'
  | 'fromDate'
  | 'toDate'
  | 'timesOfDay'
  | 'wantedUntil'
  | 'classScheduleId'
  | 'seats'
>;

/**
 * Adds a client to the waitlist of a reason: staff any client, a client itself, the public a new
 * client.
 * @throws DomainError NOT_FOUND, BAD_USER_INPUT, FORBIDDEN, RULE_VIOLATED, CONFLICT,
 * IDEMPOTENCY_KEY_REUSED
 */
export async function joinWaitlist(
  context: Context,
  input: JoinWaitlistInput,
): Promise<WaitlistEntry> {
  const member = memberOf(context);
  const now = context.now();
  if (member.role === Role.PUBLIC && input.claimSecret == null) {
    throw badInput(
      'Generate a secret and give it as claimSecret: it authorises claiming the place after an invitation.',
      'claimSecret',
    );
  }
  const claimSecretHash = input.claimSecret == null ? null : hashOfSecret(input.claimSecret);
  const [rowId, decision] = await Promise.all([
    context.ids.next('waitlist_entry'),
    decide(context, member, input, now),
  ]);
  return context.db.transaction(async (tx) => {
    const { reason, location, client, clientIsNew, wish, staffIds } = decision;
    const entry = newRow(WaitlistEntry, {
      businessId: member.businessId,
      rowId,
      version: 1,
      reasonId: reason.rowId,
      locationId: location.rowId,
      clientId: client.rowId,
      status: WaitlistStatus.WAITING,
      ...wish,
      staffIds,
      address: input.address ?? null,
      note: input.note ?? null,
      claimSecretHash,
      invitedAt: null,
      invitationExpiresAt: null,
      appointmentId: null,
      createdAt: now,
      createdBy: member.actorName,
      modifiedAt: now,
      modifiedBy: member.actorName,
    });
    await checkLimits(tx, entry, client, reason, now);
    if (clientIsNew) await addClient(tx, client, member);
    await addEntry(tx, member, now, entry);
    return entry;
  });
}

interface JoinDecision {
  reason: Reason;
  location: Location;
  client: Client;
  clientIsNew: boolean;
  wish: Preferences;
  staffIds: number[];
}

async function decide(
  context: Context,
  member: Member,
  input: JoinWaitlistInput,
  now: number,
): Promise<JoinDecision> {
  const staffIds = [...new Set(parseGlobalIds('Staff', input.staffIds ?? [], at('staffIds')))];
  const session =
    input.classScheduleId == null
      ? null
      : await fullSession(context, input, input.classScheduleId, now);
  const [reason, location, { client, clientIsNew }] = await Promise.all([
    reasons.getVisible(
      context,
      parseGlobalId('Reason', input.reasonId, at('reasonId')),
      at('reasonId'),
    ),
    locationFor(context, input, session),
    clientFor(context, member, input),
    ...staffIds.map((id) => staff.getVisible(context, id, at('staffIds'))),
  ]);
  authoriseLocation(member, location);
  if (!reason.allowWaitList) throw violated('This reason has no waitlist.', 'reasonId');
  if (reason.status !== ReasonStatus.ACTIVE)
    throw violated('This reason is no longer booked.', 'reasonId');
  if (reason.reasonType === ReasonType.CLASS && !session)
    throw violated('A class needs a session: give classScheduleId.', 'classScheduleId');
  if (reason.reasonType !== (session ? ReasonType.CLASS : ReasonType.SERVICE))
    throw violated(`A reason of type ${reason.reasonType} has no such waitlist.`, 'reasonId');
  if (session && session.reasonId !== reason.rowId)
    throw violated('This session belongs to another reason.', 'classScheduleId');
  if (!location.active) throw violated('This location takes no appointments.', 'locationId');
  if (location.locationType === LocationType.VARIABLE && !input.address && !session)
    throw violated('This location has no address of its own: give one.', 'address');
  if (client.status === ClientStatus.BLACKLISTED) throw clientCannotBook(member);
  if (client.deleted) throw violated('This client has been deleted.', 'clientId');
  return {
    reason,
    location,
    client,
    clientIsNew,
    wish: session
      ? sessionPreferences(session, input.seats ?? 1)
      : timePreferences(input, location.timeZoneCode, now),
    staffIds,
  };
}

/** Fields that a session determines. */
const SESSION_FIELDS = [
  'times',
  'fromDate',
  'toDate',
  'timesOfDay',
  'staffIds',
  'locationId',
] as const;

/**
 * Returns a session without enough free seats. @throws DomainError NOT_FOUND, BAD_USER_INPUT,
 * TIME_UNAVAILABLE, RULE_VIOLATED if enough seats are free
 */
async function fullSession(
  context: Context,
  input: JoinWaitlistInput,
  id: string,
  now: number,
): Promise<ClassSchedule> {
  const redundantField = SESSION_FIELDS.find((field) => input[field] != null);
  if (redundantField)
    throw badInput(
      `The session determines time, location and staff: omit ${redundantField}.`,
      redundantField,
    );
  const session = await classSchedules.getVisible(
    context,
    parseGlobalId('ClassSchedule', id, at('classScheduleId')),
    at('classScheduleId'),
  );
  if (session.courseSetId !== null)
    throw violated('This session is part of a course, which has no waitlist.', 'classScheduleId');
  if (session.status === ClassScheduleStatus.CANCELLED)
    throw violated('This session has been cancelled.', 'classScheduleId');
  if (session.startAt <= now) {
    throw new DomainError(ErrorCode.TIME_UNAVAILABLE, 'This session has begun.', {
      path: at('classScheduleId'),
      staffIds: [],
      ...withExplanationInput(seatsExplanationInput(session, input.seats ?? 1)),
    });
  }
  const seats = input.seats ?? 1;
  if (seats > session.capacity)
    throw violated(`The session has ${session.capacity} seats.`, 'seats');
  const left = await seatsLeft(session, context);
  if (left >= seats)
    throw violated(`The session has ${left} free seats: book them.`, 'classScheduleId');
  return session;
}

async function locationFor(
  context: Context,
  { locationId }: JoinWaitlistInput,
  session: ClassSchedule | null,
): Promise<Location> {
  if (session) return locations.getById(context, session.locationId);
  return locationId == null
    ? primaryLocationOf(context)
    : locations.getVisible(
        context,
        parseGlobalId('Location', locationId, at('locationId')),
        at('locationId'),
      );
}

const sessionPreferences = ({ rowId, startAt }: ClassSchedule, seats: number): Preferences => ({
  kind: WaitlistKind.SESSION,
  times: [],
  fromDate: null,
  toDate: null,
  timesOfDay: [],
  wantedUntil: startAt,
  classScheduleId: rowId,
  seats,
});

async function clientFor(
  context: Context,
  member: Member,
  input: JoinWaitlistInput,
): Promise<{ client: Client; clientIsNew: boolean }> {
  const described = await describedClient(context, member, input);
  if (described) return described;
  const id =
    input.clientId != null
      ? parseGlobalId('Client', input.clientId, at('clientId'))
      : member.clientId;
  if (id === null)
    throw violated(
      isStaffSide(member)
        ? 'The entry needs a client: give clientId or client.'
        : 'The entry needs a client: give client with a name and an e-mail address.',
      'client',
    );
  return { client: await clients.getVisible(context, id, at('clientId')), clientIsNew: false };
}

/** Returns the error for a requested time in the past. */
const pastTimeError = (
  { reasonId, locationId, staffIds }: JoinWaitlistInput,
  start: number,
): DomainError =>
  new DomainError(ErrorCode.TIME_UNAVAILABLE, 'A time in the past cannot become free.', {
    path: at('times'),
    staffIds: [],
    ...withExplanationInput({ reasonId, locationId, staffIds, start }),
  });

/**
 * @throws DomainError BAD_USER_INPUT for contradictory fields, TIME_UNAVAILABLE for times in the
 * past. Pure.
 */
function timePreferences(input: JoinWaitlistInput, timeZone: string, now: number): Preferences {
  const { times, fromDate, toDate, timesOfDay, seats } = input;
  if (seats != null)
    throw badInput('Only a session has seats: give classScheduleId, or omit seats.', 'seats');
  const anywhere = { classScheduleId: null, seats: 1 };
  if (times != null) {
    if (fromDate != null || toDate != null || timesOfDay?.length)
      throw badInput('Give times, or fromDate and toDate, not both.', 'times');
    const sorted = [...new Set(times)].sort((one, other) => one - other);
    if ((sorted[0] as number) <= now) throw pastTimeError(input, sorted[0] as number);
    return {
      ...anywhere,
      kind: WaitlistKind.TIMES,
      times: sorted,
      fromDate: null,
      toDate: null,
      timesOfDay: [],
      wantedUntil: sorted.at(-1) as number,
    };
  }
  if (fromDate == null || toDate == null)
    throw badInput('Give times, or fromDate and toDate, or classScheduleId.', 'times');
  if (toDate < fromDate) throw badInput('toDate is before fromDate.', 'toDate');
  if (toDate < toLocal(now, timeZone).date)
    throw new DomainError(ErrorCode.TIME_UNAVAILABLE, 'These days are in the past.', {
      path: at('toDate'),
      staffIds: [],
    });
  if (
    toDate >=
    addDays(
      toLocal(Math.max(now, Date.parse(`${fromDate}T00:00:00Z`) - MS_PER_DAY), timeZone).date,
      MAX_DAYS,
    )
  )
    throw badInput(`A range has at most ${MAX_DAYS} days.`, 'toDate');
  const ranges = (timesOfDay ?? []).map(({ start, end }) => ({ start, end }));
  return {
    ...anywhere,
    kind: WaitlistKind.FIRST_AVAILABLE,
    times: [],
    fromDate,
    toDate,
    timesOfDay: ranges,
    wantedUntil: dayEnd(toDate, timeZone),
  };
}

const FIELD_OF_KIND = {
  [WaitlistKind.TIMES]: 'times',
  [WaitlistKind.FIRST_AVAILABLE]: 'fromDate',
  [WaitlistKind.SESSION]: 'classScheduleId',
} as const;

/**
 * Rejects duplicate entries of a client and entries above the limits of the reason, under a lock of
 * the reason. @throws DomainError CONFLICT, RULE_VIOLATED
 */
async function checkLimits(
  tx: Tx,
  entry: WaitlistEntry,
  client: Client,
  reason: Reason,
  now: number,
): Promise<void> {
  await lockReason(tx, entry.businessId, entry.reasonId);
  const existing = await waitingOf(tx, entry, client, now);
  if (existing.some((other) => overlap(other, entry)))
    throw new DomainError(
      ErrorCode.CONFLICT,
      'This client already has an overlapping waitlist entry.',
      {
        path: at(FIELD_OF_KIND[entry.kind]),
      },
    );
  const { maxWaitList, maxWaitListPerClass } = reason;
  if (maxWaitList === null && maxWaitListPerClass === null) return;
  const { all, ofSession } = await countWaiting(tx, entry, now);
  if (maxWaitList !== null && all >= maxWaitList)
    throw violated('The waitlist is full.', 'reasonId');
  if (maxWaitListPerClass !== null && ofSession >= maxWaitListPerClass)
    throw violated('The waitlist of this session is full.', 'classScheduleId');
}

const waitingCondition = ({ businessId, reasonId }: WaitlistEntry, now: number): Sql =>
  sql`e.business_id = ${businessId} AND e.reason_id = ${reasonId} AND e.status IN ('WAITING', 'INVITED') AND e.wanted_until > ${now}`;

/**
 * Returns the open entries of a person at the location, identified by client row or e-mail address.
 */
async function waitingOf(
  tx: Tx,
  entry: WaitlistEntry,
  { rowId, email }: Client,
  now: number,
): Promise<WaitlistEntry[]> {
  const { businessId, locationId, kind } = entry;
  const table = tableOf(WaitlistEntry);
  const person = (condition: Sql) =>
    sql`SELECT c.id FROM ${clients.from('c')} WHERE c.business_id = ${businessId} AND ${condition}`;
  const clientIds = [sql`c.id = ${rowId}`, ...(email === '' ? [] : [hasEmail('c', email)])].map(
    person,
  );
  const rows = await tx.all(sql`
    SELECT ${table.select('e')} FROM ${raw('waitlist_entry AS e')}
    WHERE ${waitingCondition(entry, now)} AND e.location_id = ${locationId} AND e.kind = ${kind} AND e.client_id IN (${join(clientIds, ' UNION ALL ')})`);
  return rows.map((row) => table.hydrate(row));
}

async function countWaiting(
  tx: Tx,
  entry: WaitlistEntry,
  now: number,
): Promise<{ all: number; ofSession: number }> {
  const [row] = await tx.all<{ all: number; ofSession: number | null }>(sql`
    SELECT count(*) AS "all", sum(CASE WHEN e.class_schedule_id = ${entry.classScheduleId ?? 0} THEN 1 ELSE 0 END) AS "ofSession" FROM ${raw('waitlist_entry AS e')} WHERE ${waitingCondition(entry, now)}`);
  return { all: Number(row?.all), ofSession: Number(row?.ofSession ?? 0) };
}
