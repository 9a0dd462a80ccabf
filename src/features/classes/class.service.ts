import type { Context } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import { ConflictPolicy } from '../../shared/conflict-policy';
import { insert } from '../../shared/db/table';
import { ReasonType } from '../reasons/reason.entity';
import type { ClassSchedule } from './class-schedule.entity';
import { makeSessions, placesOf, sessionsOf, type Made } from './class.create';
import type { CreateClassScheduleInput, CreateCourseSetInput } from './class.inputs';
import { courseSets } from './class.source';
import { CourseSet } from './course-set.entity';

/**
 * Makes one session of a class, or those of a repetition.
 * @throws DomainError NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, RULE_VIOLATED; TIME_UNAVAILABLE with `conflicts`
 */
export const createClassSchedule = (context: Context, input: CreateClassScheduleInput): Promise<Made> =>
  makeSessions(context, 'createClassSchedule', input, input.onConflict, async (member, now) => {
    const places = await placesOf(context, member, input, ReasonType.CLASS);
    return { places, sessions: await sessionsOf(context, member, input, places, null, now) };
  });

/** Makes a run of a course with all of its sessions. @throws DomainError as createClassSchedule */
export async function createCourseSet(context: Context, input: CreateCourseSetInput): Promise<CourseSet> {
  const rowId = await context.ids.next('course_set');
  let set: CourseSet | null = null;
  const { sessions: [first] } = await makeSessions(context, 'createCourseSet', input, ConflictPolicy.ALL_OR_NOTHING, async (member, now) => {
    const places = await placesOf(context, member, input, ReasonType.COURSE);
    const sessions = await sessionsOf(context, member, { ...input, price: null }, places, rowId, now);
    const { numberSessions } = places.reason;
    if (numberSessions !== null && sessions.length !== numberSessions) {
      throw new DomainError(ErrorCode.RULE_VIOLATED, `This course has ${numberSessions} sessions, not ${sessions.length}.`, { path: ['input', 'rrule'] });
    }
    set = Object.assign(new CourseSet(), {
      businessId: member.businessId, rowId, reasonId: places.reason.rowId, locationId: places.location.rowId, name: input.name?.trim() ?? null, price: input.price ?? null,
      startAt: sessions[0]?.startAt, createdAt: now, createdBy: member.actorName, modifiedAt: now, modifiedBy: member.actorName,
    });
    return { places, sessions };
  }, (tx) => insert(tx, CourseSet, set as CourseSet));
  // Asked again with its key, the first answer names the set that was made then.
  return (await courseSets.granted(context, (first as ClassSchedule).courseSetId as number)) as CourseSet;
}
