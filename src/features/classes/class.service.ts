import { newRow } from '../../db/new-row';
import type { Context, Member } from '../../context';
import { violated } from '../../errors';
import { ConflictPolicy } from '../../graphql/inputs/conflict-policy';
import { ReasonType } from '../reasons/reason-enums';
import { refuseNegative } from '../reasons/reason.rules';
import type { ClassSchedule } from './class-schedule.entity';
import { makeSessions, placesOf, sessionsOf, type Made, type Places } from './create-sessions';
import type { CreateClassScheduleInput, CreateCourseSetInput } from './class.inputs';
import { CourseSet } from './course-set.entity';

/**
 * Creates one session of a class, or a series.
 * @throws DomainError NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, RULE_VIOLATED; TIME_UNAVAILABLE with
 * `conflicts`
 */
export const createClassSchedule = (
  context: Context,
  input: CreateClassScheduleInput,
): Promise<Made> =>
  makeSessions(
    context,
    input.onConflict,
    async (member, now) => {
      const places = await placesOf(context, member, input, ReasonType.CLASS);
      return {
        places,
        sessions: await sessionsOf(context, member, input, places, null, now),
        set: null,
      };
    },
    (made) => made,
  );

/**
 * Creates a run of a course with all of its sessions. @throws DomainError as createClassSchedule
 */
export async function createCourseSet(
  context: Context,
  input: CreateCourseSetInput,
): Promise<CourseSet> {
  return makeSessions(
    context,
    ConflictPolicy.ALL_OR_NOTHING,
    async (member, now) => {
      const places = await placesOf(context, member, input, ReasonType.COURSE);
      const rowId = await context.ids.next('course_set');
      const sessions = await sessionsOf(
        context,
        member,
        { ...input, price: null },
        places,
        rowId,
        now,
      );
      return { places, sessions, set: setOf(member, input, places, sessions, rowId, now) };
    },
    ({ set }) => set as CourseSet,
  );
}

/** @throws DomainError BAD_USER_INPUT, RULE_VIOLATED */
function setOf(
  { businessId, actorName }: Member,
  { name, price = null }: CreateCourseSetInput,
  { reason, location }: Places,
  sessions: readonly ClassSchedule[],
  rowId: number,
  now: number,
): CourseSet {
  const { numberSessions } = reason;
  refuseNegative({ price });
  if (numberSessions !== null && sessions.length !== numberSessions) {
    throw violated(`This course has ${numberSessions} sessions, not ${sessions.length}.`, 'rrule');
  }
  return newRow(CourseSet, {
    businessId,
    rowId,
    reasonId: reason.rowId,
    locationId: location.rowId,
    name: name?.trim() ?? null,
    price,
    startAt: (sessions[0] as ClassSchedule).startAt,
    createdAt: now,
    createdBy: actorName,
    modifiedAt: now,
    modifiedBy: actorName,
  });
}
