import { memberOf, type Context, type Member, type WriteUnit } from '../../context';
import { BusinessRule } from '../../business-rule';
import { at, requireVersion, violated } from '../../errors';
import { isOneOf, raw, sql } from '../../db/sql';
import type { ExpectedVersion } from '../../db/versions';
import { parseGlobalId } from '../../graphql/global-id';
import { StaleVersionError, retryOnStale } from '../appointments/model/write';
import { ClassScheduleStatus, type ClassSchedule } from '../classes/class-schedule.entity';
import type { Places } from '../classes/session-places';
import { classSchedules } from '../classes/class.list';
import { authoriseAt } from '../locations/location.rules';
import { locations } from '../locations/location.list';
import { reasons } from '../reasons/reason.list';
import { resources } from '../resources/resource.list';
import { staff } from '../staff/staff.list';

/**
 * Returns the current state of an open session that the caller may change. @throws DomainError
 * NOT_FOUND, FORBIDDEN, RULE_VIOLATED, VERSION_CONFLICT
 */
export async function openSession(
  context: Context,
  member: Member,
  { id, expectedVersion }: { readonly id: string } & ExpectedVersion,
): Promise<ClassSchedule> {
  const rowId = parseGlobalId('ClassSchedule', id, at('id'));
  classSchedules.clear(context, rowId);
  const session = await classSchedules.getVisible(context, rowId, at('id'));
  authoriseAt(member, session.locationId, at('id'));
  requireVersion(session, expectedVersion);
  if (session.status === ClassScheduleStatus.CANCELLED)
    throw violated(BusinessRule.SESSION_CANCELLED, 'This session has been cancelled.', 'id');
  return session;
}

/** Returns reason, leader, location and room of a session. */
export async function currentPlaces(
  context: Context,
  { reasonId, staffId, locationId, resourceId }: ClassSchedule,
): Promise<Places> {
  const [reason, leader, location, resource] = await Promise.all([
    reasons.getById(context, reasonId),
    staff.getById(context, staffId),
    locations.getById(context, locationId),
    resourceId === null ? null : resources.getById(context, resourceId),
  ]);
  return { reason, leader, location, resource };
}

/**
 * Returns the subjects of leaders, rooms and seats, which have to be locked before any of them
 * changes.
 */
export const subjectsOf = (
  sessions: readonly ClassSchedule[],
  ...places: readonly Places[]
): number[] => [
  ...new Set([
    ...sessions.map(({ subjectId }) => subjectId),
    ...places.flatMap(({ leader, resource }) => [
      leader.subjectId,
      ...(resource ? [resource.subjectId] : []),
    ]),
  ]),
];

/**
 * Compares versions under the locks. @throws StaleVersionError if another transaction has changed a
 * session
 */
export async function checkVersions(
  { tx, member: { businessId } }: WriteUnit,
  sessions: readonly ClassSchedule[],
): Promise<void> {
  const rows = await tx.all<{ id: number; version: number }>(
    sql`SELECT id, version FROM class_schedule WHERE business_id = ${businessId} AND ${isOneOf(
      raw('id'),
      sessions.map(({ rowId }) => rowId),
    )}`,
  );
  const versions = new Map(rows.map(({ id, version }) => [id, version]));
  if (sessions.some(({ rowId, version }) => versions.get(rowId) !== version))
    throw new StaleVersionError();
}

/** Decides and writes. Repeats both if another transaction has changed the rows. */
export function decideAndWrite<D, R>(
  context: Context,
  decide: (member: Member, now: number) => Promise<D>,
  write: (unit: WriteUnit, decision: D) => Promise<R>,
): Promise<R> {
  const member = memberOf(context);
  return retryOnStale(async () => {
    const now = context.now();
    const decision = await decide(member, now);
    return context.db.transaction((tx) => write({ tx, member, now }, decision));
  });
}

/**
 * Updates the sort key of a set: the start of its first open session. Keeps the old value if none
 * is open.
 */
export const refreshStart = (
  { tx, member: { businessId } }: WriteUnit,
  courseSetId: number,
): Promise<number> =>
  tx.run(sql`
  UPDATE course_set SET start_at = coalesce((
    SELECT min(start_at) FROM class_schedule WHERE business_id = ${businessId} AND course_set_id = ${courseSetId} AND status = ${ClassScheduleStatus.OPEN}), start_at)
  WHERE business_id = ${businessId} AND id = ${courseSetId}`);
