import { newRow } from '../../db/new-row';
import type { Context, Member } from '../../context';
import { BusinessRule } from '../../business-rule';
import { violated } from '../../errors';
import { ConflictPolicy } from '../../graphql/inputs/conflict-policy';
import { ReasonType } from '../reasons/reason-enums';
import { refuseNegative } from '../reasons/reason.rules';
import type { ClassSchedule } from './class-schedule.entity';
import { createSessions, newSessions, type CreatedSessions } from './create-sessions';
import type { CreateClassScheduleInput, CreateCourseSetInput } from './class.inputs';
import { CourseSet } from './course-set.entity';
import { requestedPlaces, type Places } from './session-places';
import { creatorOf, modifierOf } from '../../log/actors/stamps';

/**
 * Creates one session of a class, or a series.
 * @throws DomainError NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, RULE_VIOLATED; TIME_UNAVAILABLE with
 * `conflicts`
 */
export const createClassSchedule = (
  context: Context,
  input: CreateClassScheduleInput,
): Promise<CreatedSessions> =>
  createSessions(
    context,
    input.onConflict,
    async (member, now) => {
      const places = await requestedPlaces(context, member, input, ReasonType.CLASS);
      return {
        places,
        sessions: await newSessions(context, member, { input, places, courseSetId: null, now }),
        set: null,
      };
    },
    (created) => created,
  );

/**
 * Creates a run of a course with all of its sessions. @throws DomainError as createClassSchedule
 */
export async function createCourseSet(
  context: Context,
  input: CreateCourseSetInput,
): Promise<CourseSet> {
  return createSessions(
    context,
    ConflictPolicy.ALL_OR_NOTHING,
    async (member, now) => {
      const places = await requestedPlaces(context, member, input, ReasonType.COURSE);
      const courseSetId = await context.ids.next('course_set');
      const request = { places, courseSetId, now };
      const sessions = await newSessions(context, member, {
        ...request,
        input: { ...input, price: null },
      });
      return { places, sessions, set: newSet(member, input, { ...request, sessions }) };
    },
    ({ set }) => set as CourseSet,
  );
}

/** @throws DomainError BAD_USER_INPUT, RULE_VIOLATED */
function newSet(
  member: Member,
  { name, price = null }: CreateCourseSetInput,
  {
    places: { reason, location },
    sessions,
    courseSetId,
    now,
  }: {
    readonly places: Places;
    readonly sessions: readonly ClassSchedule[];
    readonly courseSetId: number;
    readonly now: number;
  },
): CourseSet {
  const { numberSessions } = reason;
  refuseNegative({ price });
  if (numberSessions !== null && sessions.length !== numberSessions) {
    throw violated(
      BusinessRule.COURSE_SESSIONS,
      `This course has ${numberSessions} sessions, not ${sessions.length}.`,
      'rrule',
    );
  }
  return newRow(CourseSet, {
    businessId: member.businessId,
    rowId: courseSetId,
    version: 1,
    reasonId: reason.rowId,
    locationId: location.rowId,
    name: name?.trim() ?? null,
    price,
    startAt: (sessions[0] as ClassSchedule).startAt,
    cancelledAt: null,
    cancelledBy: null,
    cancelledById: null,
    cancelReason: null,
    cancelReasonCode: null,
    createdAt: now,
    ...creatorOf(member),
    modifiedAt: now,
    ...modifierOf(member),
  });
}
