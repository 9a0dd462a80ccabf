import type { Context, Member } from '../../../context';
import { BusinessRule } from '../../../business-rule';
import { badInput, InputProblemCode, violatedAt } from '../../../errors';
import { toGlobalId } from '../../../graphql/global-id';
import { MS_PER_MINUTE } from '../../../lib/time-zone';
import { authoriseLocation } from '../../availability/authorise';
import type { ClassSchedule } from '../../classes/class-schedule.entity';
import type { Client } from '../../clients/client.entity';
import type { Location } from '../../locations/location.entity';
import { locations } from '../../locations/location.list';
import type { Reason } from '../../reasons/reason.entity';
import type { Staff } from '../../staff/staff.entity';
import { staff as staffSource } from '../../staff/staff.list';
import { checkBooking } from '../model/rules';
import { refuseCancelled } from '../model/seats';

/** Fields that a session defines. */
const DEFINED_BY_SESSION = [
  'start',
  'localStart',
  'end',
  'durationMinutes',
  'staffId',
  'candidateStaffIds',
  'locationId',
  'additionalStaffIds',
  'blockedStaffIds',
  'resourceIds',
  'addOnReasonIds',
] as const;

/**
 * Rejects fields that a session defines, unless they repeat its values. For a course, only the run
 * may be given.
 * @throws DomainError BAD_USER_INPUT for a different value
 */
export function rejectDefinedBySession(
  input: Partial<Record<(typeof DEFINED_BY_SESSION)[number], unknown>>,
  session: ClassSchedule | null,
): void {
  const own: Partial<Record<string, unknown>> = session
    ? {
        start: session.startAt,
        end: session.endAt,
        durationMinutes: (session.endAt - session.startAt) / MS_PER_MINUTE,
        staffId: toGlobalId('Staff', session.staffId),
        locationId: toGlobalId('Location', session.locationId),
      }
    : {};
  const isGiven = (value: unknown): boolean =>
    value != null && !(Array.isArray(value) && value.length === 0);
  const field = DEFINED_BY_SESSION.find(
    (name) => isGiven(input[name]) && input[name] !== own[name],
  );
  if (field)
    throw badInput(
      InputProblemCode.NOT_ALLOWED,
      `The session defines time, location and leader: leave ${field} out.`,
      field,
    );
}

/** A session with its location and its leader. */
export interface Place {
  readonly session: ClassSchedule;
  readonly leader: Staff;
  readonly location: Location;
}

export async function placed(context: Context, session: ClassSchedule): Promise<Place> {
  const [leader, location] = await Promise.all([
    staffSource.getById(context, session.staffId),
    locations.getById(context, session.locationId),
  ]);
  return { session, leader, location };
}

/** For whom and for what a seat is. */
interface SeatOf {
  readonly reason: Reason;
  readonly client: Client | null;
  readonly address?: string | null;
  readonly screeningAnswer?: string | null;
}

/** @throws DomainError RULE_VIOLATED, FORBIDDEN */
export function checkSeat(
  member: Member,
  { session, location }: Place,
  { reason, client, address, screeningAnswer }: SeatOf,
  path: readonly string[],
): void {
  refuseCancelled(session, path);
  if (session.reasonId !== reason.rowId)
    throw violatedAt(
      BusinessRule.SESSION_OF_OTHER_REASON,
      'The session is of another reason.',
      path,
    );
  authoriseLocation(member, location);
  checkBooking(member, {
    reason,
    location,
    staff: [],
    client,
    address: address ?? session.address,
    session,
    screeningAnswer,
  });
}
