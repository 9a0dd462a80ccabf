import type { Context } from '../../context';
import { BusinessRule } from '../../business-rule';
import { at, badInput, InputProblemCode, violated } from '../../errors';
import { parseGlobalId } from '../../graphql/global-id';
import { seatsExplanationInput } from '../appointments/model/seats';
import { timeRefused } from '../availability/unavailable-error';
import { ClassScheduleStatus, type ClassSchedule } from '../classes/class-schedule.entity';
import { seatsLeft } from '../classes/seats-left';
import { classSchedules } from '../classes/class.list';
import type { JoinWaitlistInput } from './waitlist.inputs';

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
export async function fullSession(
  context: Context,
  input: Pick<JoinWaitlistInput, (typeof SESSION_FIELDS)[number] | 'seats'>,
  id: string,
  now: number,
): Promise<ClassSchedule> {
  const redundantField = SESSION_FIELDS.find((field) => input[field] != null);
  if (redundantField)
    throw badInput(
      InputProblemCode.NOT_ALLOWED,
      `The session determines time, location and staff: omit ${redundantField}.`,
      redundantField,
    );
  const session = await classSchedules.getVisible(
    context,
    parseGlobalId('ClassSchedule', id, at('classScheduleId')),
    at('classScheduleId'),
  );
  if (session.courseSetId !== null)
    throw violated(
      BusinessRule.NO_WAITLIST,
      'This session is part of a course, which has no waitlist.',
      'classScheduleId',
    );
  if (session.status === ClassScheduleStatus.CANCELLED)
    throw violated(
      BusinessRule.SESSION_CANCELLED,
      'This session has been cancelled.',
      'classScheduleId',
    );
  if (session.startAt <= now) {
    throw timeRefused(
      'This session has begun.',
      'classScheduleId',
      seatsExplanationInput(session, input.seats ?? 1),
    );
  }
  const seats = input.seats ?? 1;
  if (seats > session.capacity)
    throw violated(
      BusinessRule.EXCEEDS_CAPACITY,
      `The session has ${session.capacity} seats.`,
      'seats',
    );
  const left = await seatsLeft(session, context);
  if (left >= seats)
    throw violated(
      BusinessRule.SEATS_AVAILABLE,
      `The session has ${left} free seats: book them.`,
      'classScheduleId',
    );
  return session;
}
