import { changedRow } from '../../db/new-row';
import type { Context, Member, WriteUnit } from '../../context';
import { at } from '../../errors';
import { isOneOf, raw, sql, type Sql } from '../../db/sql';
import { setsOf, find } from '../../db/table';
import type { Appointment } from '../appointments/model/appointment.entity';
import { BookingEventType } from '../appointments/model/events';
import { AppointmentStatus, stateOf } from '../appointments/model/status';
import { ClassSchedule, ClassScheduleStatus } from '../classes/class-schedule.entity';
import type { Places } from '../classes/session-places';
import { appendSessionEvent } from '../classes/class.events';
import { authoriseAt } from '../locations/location.rules';
import { lockSubjects } from '../occupancy/occupancy.service';
import { ClassScheduleScope, type CancelClassScheduleInput } from './attendance.inputs';
import { changeAttendees, lockAttendees } from './attendees';
import {
  checkVersions,
  decideAndWrite,
  openSession,
  currentPlaces,
  refreshStart,
  subjectsOf,
} from './session-change';
import { cancellerOf, modifierOf } from '../../log/actors/stamps';

const { PENDING, OPEN } = AppointmentStatus;

export interface Cancellation {
  readonly sessions: readonly ClassSchedule[];
  readonly attendees: readonly Appointment[];
}

/**
 * Cancels one or several sessions of a series and the appointments with seats in them, all or none.
 * @throws DomainError NOT_FOUND, FORBIDDEN, RULE_VIOLATED, VERSION_CONFLICT
 */
export async function cancelClassSchedule(
  context: Context,
  input: CancelClassScheduleInput,
): Promise<Cancellation> {
  return decideAndWrite(
    context,
    async (member, now) => {
      const sessions = await sessionsInScope(context, member, input, now);
      return {
        sessions,
        places: await Promise.all(sessions.map((session) => currentPlaces(context, session))),
      };
    },
    (unit, { sessions, places }) => cancelSessions(unit, sessions, places, input),
  );
}

async function sessionsInScope(
  context: Context,
  member: Member,
  input: CancelClassScheduleInput,
  now: number,
): Promise<ClassSchedule[]> {
  const current = await openSession(context, member, input);
  const { businessId, firstOfSeriesId } = current;
  if (input.scope === ClassScheduleScope.THIS || firstOfSeriesId === null) return [current];
  const from = input.scope === ClassScheduleScope.ALL ? now : current.startAt;
  const all = await find(context.db, ClassSchedule, {
    businessId,
    firstOfSeriesId,
    status: ClassScheduleStatus.OPEN,
  });
  const sessions = all
    .filter(({ rowId, startAt }) => rowId === current.rowId || startAt > from)
    .sort((one, other) => one.startAt - other.startAt);
  for (const { locationId } of sessions) authoriseAt(member, locationId, at('id'));
  return sessions;
}

type CancellationInput = Pick<CancelClassScheduleInput, 'reason' | 'note'>;

/** Returns the columns that a cancellation sets, on sessions, appointments and course sets. */
export const cancellationOf = (
  { member, now }: WriteUnit,
  { reason = null, note = null }: CancellationInput,
) => ({
  cancelledAt: now,
  ...cancellerOf(member),
  cancelReason: note,
  cancelReasonCode: reason,
});

/**
 * Cancels sessions and the appointments with seats in them. @throws StaleVersionError if another
 * transaction has changed a session
 */
export async function cancelSessions(
  unit: WriteUnit,
  sessions: readonly ClassSchedule[],
  places: readonly Places[],
  input: CancellationInput,
): Promise<Cancellation> {
  const { tx, member, now } = unit;
  const { businessId } = member;
  await lockSubjects(tx, businessId, subjectsOf(sessions, ...places), now);
  await checkVersions(unit, sessions);
  const attendees = await lockAttendees(unit, sessions, [PENDING, OPEN]);
  const cancellation = cancellationOf(unit, input);
  const reason = cancellation.cancelReason;
  const cancelled = await changeAttendees(unit, attendees, {
    changes: { ...stateOf(AppointmentStatus.CANCELLED), ...cancellation } as Partial<Appointment>,
    type: BookingEventType.CANCELLED,
    reason,
  });
  const rowIds = sessions.map(({ rowId }) => rowId);
  await tx.run(
    sql`DELETE FROM claim WHERE business_id = ${businessId} AND ${isOneOf(raw('appointment_id'), [...rowIds, ...attendees.map(({ rowId }) => rowId)])}`,
  );
  const changes = {
    ...cancellation,
    status: ClassScheduleStatus.CANCELLED,
    modifiedAt: now,
    ...modifierOf(member),
  };
  const after = sessions.map((session) =>
    changedRow(ClassSchedule, session, {
      ...changes,
      version: session.version + 1,
    }),
  );
  await tx.run(sql`
    UPDATE class_schedule SET version = version + 1, ${setsOf(ClassSchedule, changes) as Sql}
    WHERE business_id = ${businessId} AND ${isOneOf(raw('id'), rowIds)}`);
  for (const [index, session] of after.entries())
    await appendSessionEvent(unit, {
      type: 'CANCELLED',
      before: sessions[index] as ClassSchedule,
      after: session,
      reason,
    });
  for (const id of new Set(sessions.map(({ courseSetId }) => courseSetId)))
    if (id !== null) await refreshStart(unit, id);
  return { sessions: after, attendees: cancelled };
}
