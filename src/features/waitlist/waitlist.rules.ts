import type { Member, WriteUnit } from '../../context';
import type { Tx } from '../../db/database';
import { join, raw, sql, type Sql } from '../../db/sql';
import { tableOf } from '../../db/table';
import { BusinessRule } from '../../business-rule';
import { at, DomainError, ErrorCode, violated, FIND_EXISTING } from '../../errors';
import type { ClassSchedule } from '../classes/class-schedule.entity';
import { clientCannotBook } from '../clients/client.errors';
import { ClientStatus, type Client } from '../clients/client.entity';
import { clients, hasEmail } from '../clients/client.list';
import { LocationType, type Location } from '../locations/location.entity';
import type { Reason } from '../reasons/reason.entity';
import { ReasonStatus, ReasonType } from '../reasons/reason-enums';
import { lockReason } from '../reasons/lock-reason';
import { overlap } from './model/preferences';
import { WaitlistKind } from './model/status';
import { WaitlistEntry } from './model/waitlist-entry.entity';

const SESSION = ['wish', 'session', 'classScheduleId'];

/** @throws DomainError RULE_VIOLATED for a reason that has no such waitlist */
export function checkReason(reason: Reason, session: ClassSchedule | null): void {
  if (!reason.allowWaitList)
    throw violated(BusinessRule.NO_WAITLIST, 'This reason has no waitlist.', 'reasonId');
  if (reason.status !== ReasonStatus.ACTIVE)
    throw violated(BusinessRule.REASON_INACTIVE, 'This reason is no longer booked.', 'reasonId');
  if (reason.reasonType === ReasonType.CLASS && !session)
    throw violated(BusinessRule.SESSION_REQUIRED, 'A class needs a session: give session.', 'wish');
  if (reason.reasonType !== (session ? ReasonType.CLASS : ReasonType.SERVICE))
    throw violated(
      BusinessRule.NO_WAITLIST,
      `A reason of type ${reason.reasonType} has no such waitlist.`,
      'reasonId',
    );
  if (session && session.reasonId !== reason.rowId)
    throw violated(
      BusinessRule.SESSION_OF_OTHER_REASON,
      'This session belongs to another reason.',
      ...SESSION,
    );
}

/** @throws DomainError RULE_VIOLATED for a location without appointments, or without an address */
export function checkLocation(location: Location, hasAddress: boolean): void {
  if (!location.active)
    throw violated(
      BusinessRule.LOCATION_INACTIVE,
      'This location takes no appointments.',
      'locationId',
    );
  if (location.locationType === LocationType.VARIABLE && !hasAddress)
    throw violated(
      BusinessRule.ADDRESS_REQUIRED,
      'This location has no address of its own: give one.',
      'address',
    );
}

/** @throws DomainError RULE_VIOLATED for a client that cannot book */
export function checkClient(member: Member, client: Client): void {
  if (client.status === ClientStatus.BLACKLISTED) throw clientCannotBook(member);
  if (client.deleted)
    throw violated(BusinessRule.CLIENT_CANNOT_BOOK, 'This client has been deleted.', 'clientId');
}

const PATH_OF_KIND = {
  [WaitlistKind.TIMES]: ['wish', 'times'],
  [WaitlistKind.FIRST_AVAILABLE]: ['wish', 'days'],
  [WaitlistKind.SESSION]: SESSION,
} as const;

/**
 * Rejects duplicate entries of a client and entries above the limits of the reason, under a lock of
 * the reason. @throws DomainError CONFLICT, RULE_VIOLATED
 */
export async function checkLimits(
  { tx, now }: Pick<WriteUnit, 'tx' | 'now'>,
  entry: WaitlistEntry,
  client: Client,
  reason: Reason,
): Promise<void> {
  await refuseOverlap({ tx, now }, entry, client);
  const { maxWaitList, maxWaitListPerClass } = reason;
  if (maxWaitList === null && maxWaitListPerClass === null) return;
  const { all, ofSession } = await countWaiting(tx, entry, now);
  if (maxWaitList !== null && all >= maxWaitList)
    throw violated(BusinessRule.WAITLIST_FULL, 'The waitlist is full.', 'reasonId');
  if (maxWaitListPerClass !== null && ofSession >= maxWaitListPerClass)
    throw violated(BusinessRule.WAITLIST_FULL, 'The waitlist of this session is full.', ...SESSION);
}

/**
 * Rejects an entry that overlaps another one of its client, under a lock of the reason.
 * @throws DomainError CONFLICT
 */
export async function refuseOverlap(
  { tx, now }: Pick<WriteUnit, 'tx' | 'now'>,
  entry: WaitlistEntry,
  client: Client,
): Promise<void> {
  await lockReason(tx, entry.businessId, entry.reasonId);
  const existing = (await waitingOf(tx, entry, client, now)).find(
    (other) => other.rowId !== entry.rowId && overlap(other, entry),
  );
  if (existing)
    throw new DomainError(
      ErrorCode.CONFLICT,
      'This client already has an overlapping waitlist entry.',
      {
        path: at(...PATH_OF_KIND[entry.kind]),
        [FIND_EXISTING]: () => Promise.resolve(existing),
      },
    );
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
