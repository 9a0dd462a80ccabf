import { memberOf, type Context, type Member, type WriteUnit } from '../../context';
import { changedRow, type Columns } from '../../db/new-row';
import { find } from '../../db/table';
import { BusinessRule } from '../../business-rule';
import { at, requireVersion, violated } from '../../errors';
import { type ExpectedVersion, updateVersion } from '../../db/versions';
import { parseGlobalId } from '../../graphql/global-id';
import { changesOf } from '../../lib/patch';
import { appendRowChange } from '../../log/row-changes';
import { unitOf } from '../../services/unit-of-work';
import { ClassSchedule, ClassScheduleStatus } from '../classes/class-schedule.entity';
import { courseSets } from '../classes/class.list';
import { CourseSet } from '../classes/course-set.entity';
import { authoriseAt } from '../locations/location.rules';
import { refuseNegative } from '../reasons/reason.rules';
import type { CancelCourseSetInput, UpdateCourseSetInput } from './attendance.inputs';
import { cancelSessions, cancellationOf, type Cancellation } from './cancel-session';
import { currentPlaces, decideAndWrite } from './session-change';
import { modifierOf } from '../../log/actors/stamps';

/** Changes name or price of a run. @throws DomainError NOT_FOUND, FORBIDDEN, BAD_USER_INPUT */
export async function updateCourseSet(
  context: Context,
  input: UpdateCourseSetInput,
): Promise<CourseSet> {
  const member = memberOf(context);
  const before = await courseSetOf(context, member, input);
  if (before.cancelledAt !== null)
    throw violated(BusinessRule.SESSION_CANCELLED, 'This run has been cancelled.', 'id');
  refuseNegative(input);
  const changes = {
    ...changesOf(input, ['price']),
    ...(input.name === undefined ? {} : { name: input.name?.trim() ?? null }),
  } as Partial<Columns<CourseSet>>;
  return context.db.transaction((tx) =>
    changeSet(unitOf(context, tx, context.now()), before, changes, input),
  );
}

/** A cancelled run, with the sessions and appointments that were cancelled with it. */
interface CancelledSet extends Cancellation {
  readonly set: CourseSet;
}

/**
 * Cancels a run: its open sessions that have not begun, and the appointments with seats in them,
 * all or none. Returns a cancelled run unchanged.
 * @throws DomainError NOT_FOUND, FORBIDDEN
 */
export const cancelCourseSet = (
  context: Context,
  input: CancelCourseSetInput,
): Promise<CancelledSet> =>
  decideAndWrite(
    context,
    async (member, now) => {
      const set = await courseSetOf(context, member, input);
      const sessions =
        set.cancelledAt === null ? await sessionsLeft(context, member, set, now) : [];
      const places = await Promise.all(sessions.map((session) => currentPlaces(context, session)));
      return { set, sessions, places };
    },
    async (unit, { set, sessions, places }) => {
      if (set.cancelledAt !== null) return { set, sessions: [], attendees: [] };
      const cancelled = await cancelSessions(unit, sessions, places, input);
      const mark = cancellationOf(unit, input);
      return { ...cancelled, set: await changeSet(unit, set, mark, input) };
    },
  );

/** A run, and the version that the caller has read. */
interface KnownSet extends ExpectedVersion {
  readonly id: string;
}

/** Returns the current state of a run that the caller may change. */
async function courseSetOf(
  context: Context,
  member: Member,
  { id, expectedVersion }: KnownSet,
): Promise<CourseSet> {
  const rowId = parseGlobalId('CourseSet', id, at('id'));
  courseSets.clear(context, rowId);
  const set = await courseSets.getVisible(context, rowId, at('id'));
  authoriseAt(member, set.locationId, at('id'));
  requireVersion(set, expectedVersion);
  return set;
}

/** Returns the open sessions of a run that have not begun, by start. */
async function sessionsLeft(
  context: Context,
  member: Member,
  { businessId, rowId: courseSetId }: CourseSet,
  now: number,
): Promise<ClassSchedule[]> {
  const open = await find(context.db, ClassSchedule, {
    businessId,
    courseSetId,
    status: ClassScheduleStatus.OPEN,
  });
  const sessions = open
    .filter(({ startAt }) => startAt > now)
    .sort((one, other) => one.startAt - other.startAt);
  for (const { locationId } of sessions) authoriseAt(member, locationId, at('id'));
  return sessions;
}

async function changeSet(
  unit: WriteUnit,
  before: CourseSet,
  changes: Partial<Columns<CourseSet>>,
  { expectedVersion }: ExpectedVersion,
): Promise<CourseSet> {
  const { tx, member, now } = unit;
  const { businessId, rowId } = before;
  const stamped = { ...changes, modifiedAt: now, ...modifierOf(member) };
  const after = changedRow(CourseSet, before, stamped);
  const change = { changes: stamped, expectedVersion };
  after.version = await updateVersion(tx, CourseSet, { businessId, rowId }, change);
  await appendRowChange(unit, { type: 'CourseSet', before, after });
  return after;
}
