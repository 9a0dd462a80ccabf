import { allInOrder } from '../../lib/all-in-order';
import { memberOf, type Context } from '../../context';
import { badValue, DomainError, ErrorCode, InputProblemCode } from '../../errors';
import type { Reader } from '../../db/database';
import { sql } from '../../db/sql';
import { parseGlobalId } from '../../graphql/global-id';
import { addDays, dayStart } from '../../lib/time-zone';
import { locations } from '../locations/location.list';
import type { LogEvent } from '../../log/event.entity';
import type { EventFilter, LogSubscription } from '../../log/log-subscription';
import { reasons } from '../reasons/reason.list';
import { mayBookAt } from './authorise';
import { MAX_DAYS } from './graphql/availability';

/** Events that arrive within this time result in one notice. */
const DEBOUNCE_MS = 250;

export interface WatchedDays {
  readonly reasonId: string;
  readonly locationId: string;
  readonly from: string;
  readonly to: string;
}

interface Scope {
  readonly businessId: number;
  readonly reasonId: number;
  readonly locationId: number;
  /** Start and end of the requested days, in the time zone of the location. */
  readonly startAt: number;
  readonly endAt: number;
  readonly from: string;
  readonly to: string;
}

/**
 * Follows the events that may change the availability, merged into one notice for each burst.
 * @throws DomainError NOT_FOUND, FORBIDDEN, BAD_USER_INPUT
 */
export async function watchAvailability(
  context: Context,
  { from, to, ...ids }: WatchedDays,
): Promise<LogSubscription> {
  const member = memberOf(context);
  const { businessId } = member;
  const [reason, location] = await allInOrder([
    reasons.getVisible(context, parseGlobalId('Reason', ids.reasonId, ['reasonId']), ['reasonId']),
    locations.getVisible(context, parseGlobalId('Location', ids.locationId, ['locationId']), [
      'locationId',
    ]),
  ]);
  if (!mayBookAt(member, location.rowId))
    throw new DomainError(ErrorCode.FORBIDDEN, 'Your key is for other locations.', {
      path: ['locationId'],
    });
  if (to < from)
    throw badValue(InputProblemCode.OUT_OF_RANGE, 'The last day must not be before the first.', [
      'to',
    ]);
  if (addDays(from, MAX_DAYS) <= to)
    throw badValue(InputProblemCode.OUT_OF_RANGE, `Request at most ${MAX_DAYS} days at once.`, [
      'to',
    ]);
  const zone = location.timeZoneCode;
  const scope = {
    businessId,
    reasonId: reason.rowId,
    locationId: location.rowId,
    startAt: dayStart(from, zone),
    endAt: dayStart(addDays(to, 1), zone),
    from,
    to,
  };
  return context.app.log.follow(businessId, null, lastOf(context.db, scope));
}

/**
 * Admits only the last relevant event of a batch, since each notice has the same meaning. Events
 * that arrive during the delay are part of the next batch.
 */
function lastOf(db: Reader, scope: Scope): EventFilter {
  return async (events) => {
    const near = events.filter(
      (event) =>
        occupiedIntervals(event).some(
          ([startAt, endAt]) => startAt < scope.endAt && endAt > scope.startAt,
        ) || isOfHours(event, scope),
    );
    if (!near.length) return [];
    const staffIds = await serversOf(db, scope);
    const last = near.findLast((event) => concerns(event, scope, staffIds));
    if (last) await new Promise((resolve) => setTimeout(resolve, DEBOUNCE_MS));
    return last ? [last] : [];
  };
}

/**
 * Returns the intervals that an event's entity occupies after and before the change. NaN where it
 * occupies none.
 */
function occupiedIntervals({
  snapshot,
  changes,
}: LogEvent): readonly (readonly [number, number])[] {
  const at = (names: readonly string[], old: boolean) => {
    const name = names.find((each) => typeof snapshot[each] === 'number');
    return name === undefined
      ? NaN
      : Number(old ? (changes[name]?.[0] ?? snapshot[name]) : snapshot[name]);
  };
  return [false, true].map(
    (old) => [at(['staffStartAt', 'startAt'], old), at(['staffEndAt', 'endAt'], old)] as const,
  );
}

/** Whether an event changes hours, or an entity that has hours, on some of the days. */
function isOfHours({ entityType, snapshot, changes }: LogEvent, { from, to }: Scope): boolean {
  const day = (name: string) =>
    [snapshot[name], changes[name]?.[0]].filter((value) => typeof value === 'string');
  switch (entityType) {
    case 'SchedulePeriod':
      return (
        day('validFrom').some((first) => (first as string) <= to) &&
        (snapshot.validTo === null || day('validTo').some((last) => (last as string) >= from))
      );
    case 'DateOverride':
      return day('date').some(
        (date) => (date as string) >= from && (date as string) <= addDays(to, 1),
      );
    default:
      return (
        entityType === 'Reason' ||
        entityType === 'Location' ||
        entityType === 'Resource' ||
        entityType === 'Staff'
      );
  }
}

/**
 * Whether an event affects the location, the reason or staff who serve it. Hours of a resource
 * affect every reason.
 */
function concerns(
  { entityType, entityId, snapshot, changes }: LogEvent,
  { reasonId, locationId }: Scope,
  staffIds: ReadonlySet<number>,
): boolean {
  const values = (name: string) =>
    [snapshot[name], ...(changes[name] ?? [])].flat() as (number | null | undefined)[];
  const serves = ['staffId', 'additionalStaffIds']
    .flatMap(values)
    .some((id) => staffIds.has(id as number));
  switch (entityType) {
    case 'Reason':
      return entityId === reasonId;
    case 'Location':
      return entityId === locationId;
    case 'Staff':
      return staffIds.has(entityId);
    case 'SchedulePeriod':
    case 'DateOverride':
      return (
        serves ||
        values('ofLocationId').includes(locationId) ||
        values('ofReasonId').includes(reasonId) ||
        values('resourceId').some((id) => id != null)
      );
    default:
      return serves || values('locationId').includes(locationId);
  }
}

async function serversOf(
  db: Reader,
  { businessId, reasonId }: Scope,
): Promise<ReadonlySet<number>> {
  const rows = await db.all<{ id: number }>(
    sql`SELECT staff_id AS id FROM service_staff WHERE business_id = ${businessId} AND reason_id = ${reasonId}`,
  );
  return new Set(rows.map(({ id }) => id));
}
