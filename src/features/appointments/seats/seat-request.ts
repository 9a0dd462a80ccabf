import type { Context, Member } from '../../../context';
import { BusinessRule } from '../../../business-rule';
import { at, badInput, InputProblemCode, violated } from '../../../errors';
import { refuseBoth } from '../../../lib/choice';
import { find } from '../../../db/table';
import { parseGlobalId } from '../../../graphql/global-id';
import type { SignedOffer } from '../../availability/offers/offer-token';
import { ClassSchedule, ClassScheduleStatus } from '../../classes/class-schedule.entity';
import { classSchedules, courseSets } from '../../classes/class.list';
import type { Client } from '../../clients/client.entity';
import type { CourseSet } from '../../classes/course-set.entity';
import type { ClientDraft } from '../booking/booking';
import type { Hold } from '../booking/hold';
import type { CreateAppointmentInput } from '../booking/inputs';
import { describedClient } from '../booking/load-references';
import { rejectDefinedBySession } from './session-checks';

type SeatReferences = Partial<
  Pick<CreateAppointmentInput, 'classScheduleId' | 'courseSetId' | 'seats'>
>;

/**
 * Whether the input is for seats.
 * @throws DomainError BAD_USER_INPUT for seats without a session or run, or for both
 */
export function namesSeats(references: SeatReferences): boolean {
  const { classScheduleId, courseSetId, seats } = references;
  refuseBoth(references, 'classScheduleId', 'courseSetId');
  const named = classScheduleId != null || courseSetId != null;
  if (seats != null && !named)
    throw badInput(
      InputProblemCode.NOT_ALLOWED,
      'Only a class or a course has seats: give classScheduleId or courseSetId.',
      'seats',
    );
  return named;
}

/** A booking of seats before anything is read. */
export interface SeatBooking {
  readonly input: CreateAppointmentInput;
  readonly hold: Hold | null;
  /** A client on whose behalf the caller is authorised. Null if the input names the client. */
  readonly client: Client | null;
  /** The offer that the booking must match. */
  readonly offer?: SignedOffer | null;
}

/** The requested sessions and references, as read before the lock. */
export interface SeatRequest {
  readonly input: CreateAppointmentInput;
  readonly hold: Hold | null;
  readonly reasonId: number;
  readonly sessions: readonly ClassSchedule[];
  readonly set: CourseSet | null;
  readonly rowIds: readonly number[];
  readonly described: ClientDraft | null;
  readonly offer: SignedOffer | null;
}

/**
 * Reads what seats are requested for, before the lock.
 * @throws DomainError NOT_FOUND, BAD_USER_INPUT, RULE_VIOLATED, FORBIDDEN
 */
export async function loadSeatRequest(
  context: Context,
  member: Member,
  { input, hold, client, offer = null }: SeatBooking,
): Promise<SeatRequest> {
  const reasonId = parseGlobalId('Reason', input.reasonId, at('reasonId'));
  const [{ sessions, set }, described] = await Promise.all([
    loadSessions(context, member, input),
    client ? { client, clientIsNew: false } : describedClient(context, member, input),
  ]);
  rejectDefinedBySession(input, set ? null : (sessions[0] as ClassSchedule));
  return {
    input,
    hold,
    reasonId,
    sessions,
    set,
    described,
    offer,
    rowIds: await context.ids.take('appointment', sessions.length),
  };
}

/** @throws DomainError NOT_FOUND, RULE_VIOLATED */
async function loadSessions(
  context: Context,
  { businessId }: Member,
  { classScheduleId, courseSetId }: CreateAppointmentInput,
): Promise<Pick<SeatRequest, 'sessions' | 'set'>> {
  if (classScheduleId != null) {
    const session = await classSchedules.getVisible(
      context,
      parseGlobalId('ClassSchedule', classScheduleId, at('classScheduleId')),
      at('classScheduleId'),
    );
    if (session.courseSetId !== null)
      throw violated(
        BusinessRule.COURSE,
        'This session is part of a course: give courseSetId.',
        'classScheduleId',
      );
    return { sessions: [session], set: null };
  }
  const set = await courseSets.getVisible(
    context,
    parseGlobalId('CourseSet', courseSetId as string, at('courseSetId')),
    at('courseSetId'),
  );
  if (set.cancelledAt !== null)
    throw violated(BusinessRule.SESSION_CANCELLED, 'This run has been cancelled.', 'courseSetId');
  const sessions = await find(context.db, ClassSchedule, {
    businessId,
    courseSetId: set.rowId,
    status: ClassScheduleStatus.OPEN,
  });
  if (!sessions.length)
    throw violated(
      BusinessRule.NO_SESSION_LEFT,
      'This course has no open sessions left.',
      'courseSetId',
    );
  return { set, sessions };
}
