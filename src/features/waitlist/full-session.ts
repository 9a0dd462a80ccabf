import type { Context } from '../../context';
import { BusinessRule } from '../../business-rule';
import { at, violated } from '../../errors';
import { parseGlobalId } from '../../graphql/global-id';
import { seatsExplanationInput } from '../appointments/model/seats';
import { timeRefused } from '../availability/unavailable-error';
import { ClassScheduleStatus, type ClassSchedule } from '../classes/class-schedule.entity';
import { seatsLeft } from '../classes/seats-left';
import { classSchedules } from '../classes/class.list';

/** The requested seats of a session, and the paths at which they are refused. */
interface SessionWish {
  readonly classScheduleId: string;
  readonly seats: number;
  readonly paths: { readonly session: readonly string[]; readonly seats: readonly string[] };
}

/**
 * Returns a session without enough free seats. @throws DomainError NOT_FOUND, BAD_USER_INPUT,
 * TIME_UNAVAILABLE, RULE_VIOLATED if enough seats are free
 */
export async function fullSession(
  context: Context,
  { classScheduleId, seats, paths }: SessionWish,
  now: number,
): Promise<ClassSchedule> {
  const path = at(...paths.session);
  const session = await classSchedules.getVisible(
    context,
    parseGlobalId('ClassSchedule', classScheduleId, path),
    path,
  );
  if (session.courseSetId !== null)
    throw violated(
      BusinessRule.NO_WAITLIST,
      'This session is part of a course, which has no waitlist.',
      ...paths.session,
    );
  if (session.status === ClassScheduleStatus.CANCELLED)
    throw violated(
      BusinessRule.SESSION_CANCELLED,
      'This session has been cancelled.',
      ...paths.session,
    );
  if (session.startAt <= now) {
    throw timeRefused(
      'This session has begun.',
      paths.session,
      seatsExplanationInput(session, seats),
    );
  }
  if (seats > session.capacity)
    throw violated(
      BusinessRule.EXCEEDS_CAPACITY,
      `The session has ${session.capacity} seats.`,
      ...paths.seats,
    );
  const left = await seatsLeft(session, context);
  if (left >= seats)
    throw violated(
      BusinessRule.SEATS_AVAILABLE,
      `The session has ${left} free seats: book them.`,
      ...paths.session,
    );
  return session;
}
