import { memberOf, type Context } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import type { Reader } from '../../db/database';
import { sql } from '../../db/sql';
import { parseGlobalId } from '../../graphql/global-id';
import { addDays, dayStart } from '../../lib/time-zone';
import { locations } from '../locations/location.source';
import type { LogEvent } from '../../log/event.entity';
import { logTailOf, type EventFilter, type LogSubscription } from '../../log/log-tail';
import { reasons } from '../reasons/reason.source';
import { MAX_DAYS } from './graphql/availability.type';

/** What comes within so long is one notice. */
const DEBOUNCE_MS = 250;

export interface Watched {
  readonly reasonId: string;
  readonly locationId: string;
  readonly from: string;
  readonly to: string;
}

interface Scope {
  readonly businessId: number;
  readonly reasonId: number;
  readonly locationId: number;
  /** Of the days asked for. */
  readonly startAt: number;
  readonly endAt: number;
  readonly from: string;
  readonly to: string;
}

/**
 * The events after which the answer may be another, one for all that come at once.
 * @throws DomainError NOT_FOUND, BAD_USER_INPUT
 */
export async function watchAvailability(
  context: Context,
  { from, to, ...ids }: Watched,
): Promise<LogSubscription> {
  const { businessId } = memberOf(context);
  const [reason, location] = await Promise.all([
    reasons.getVisible(context, parseGlobalId('Reason', ids.reasonId, ['reasonId']), ['reasonId']),
    locations.getVisible(context, parseGlobalId('Location', ids.locationId, ['locationId']), [
      'locationId',
    ]),
  ]);
  if (to < from)
    throw new DomainError(ErrorCode.BAD_USER_INPUT, 'The last day is not before the first.', {
      path: ['to'],
    });
  if (addDays(from, MAX_DAYS) <= to)
    throw new DomainError(ErrorCode.BAD_USER_INPUT, `Ask for at most ${MAX_DAYS} days at once.`, {
      path: ['to'],
    });
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
  return logTailOf(context.db).follow(businessId, null, lastOf(context.db, scope));
}

/**
 * Only the last of what matters: those before it say nothing that it does not. What comes while
 * this waits is in the next batch.
 */
function lastOf(db: Reader, scope: Scope): EventFilter {
  return async (events) => {
    const near = events.filter(
      (event) =>
        timesOf(event).some(([startAt, endAt]) => startAt < scope.endAt && endAt > scope.startAt) ||
        isOfHours(event, scope),
    );
    if (!near.length) return [];
    const staffIds = await serversOf(db, scope);
    const last = near.findLast((event) => concerns(event, scope, staffIds));
    if (last) await new Promise((resolve) => setTimeout(resolve, DEBOUNCE_MS));
    return last ? [last] : [];
  };
}

/** When something occupies or occupied, after the change and before it. */
function timesOf({ snapshot, changes }: LogEvent): readonly (readonly [number, number])[] {
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

/** Whether hours, or those who have them, changed on some of the days. */
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
 * Whether it touches the place, the reason or somebody who serves it. What belongs to nobody else,
 * such as a room, touches all.
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
