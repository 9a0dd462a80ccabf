import { changedRow } from '../../db/new-row';
import { memberOf, type Context, type Member } from '../../context';
import { at, DomainError, ErrorCode, violated } from '../../errors';
import { changesOf, refuseNull } from '../../lib/patch';
import type { Tx } from '../../db/database';
import { isOneOf, raw, sql } from '../../db/sql';
import { find, update } from '../../db/table';
import { parseGlobalId } from '../../graphql/global-id';
import { MS_PER_MINUTE } from '../../lib/time-zone';
import { endOf, startOf, timesOf } from '../../lib/appointment-times';
import type { Appointment } from '../appointments/model/appointment.entity';
import { BookingEventType } from '../appointments/model/events';
import { placeOf, seatsOf } from '../appointments/model/seats';
import { AppointmentStatus, stateOf } from '../appointments/model/status';
import { StaleVersionError, retryOnStale } from '../appointments/model/write';
import { ClassSchedule, ClassScheduleStatus } from '../classes/class-schedule.entity';
import { checkPlaces, inTheWay, occupanciesOf, type Places } from '../classes/create-sessions';
import { tell } from '../classes/class.events';
import { classSchedules } from '../classes/class.list';
import { authoriseAt } from '../locations/location.rules';
import { locations } from '../locations/location.list';
import { changeCapacity } from '../occupancy/change-capacity';
import { Claim } from '../occupancy/claim.entity';
import { claim, fits, heldWithin, lockSubjects, release } from '../occupancy/occupancy.service';
import { refuseNegative } from '../reasons/reason.rules';
import { reasons } from '../reasons/reason.list';
import type { Resource } from '../resources/resource.entity';
import { resources } from '../resources/resource.list';
import { staff } from '../staff/staff.list';
import {
  ClassScheduleScope,
  type CancelClassScheduleInput,
  type UpdateClassScheduleInput,
} from './attendance.inputs';
import { attendeesOf, changeAll } from './attendees';

const { PENDING, OPEN, COMPLETED } = AppointmentStatus;

/**
 * Returns the current state of an open session that the caller may change. @throws DomainError
 * NOT_FOUND, FORBIDDEN, RULE_VIOLATED, VERSION_CONFLICT
 */
async function openSession(
  context: Context,
  member: Member,
  { id, expectedVersion }: { id: string; expectedVersion?: number | null },
): Promise<ClassSchedule> {
  const rowId = parseGlobalId('ClassSchedule', id, at('id'));
  classSchedules.clear(context, rowId);
  const session = await classSchedules.getVisible(context, rowId, at('id'));
  authoriseAt(member, session.locationId, at('id'));
  if (expectedVersion != null && expectedVersion !== session.version) {
    throw new DomainError(
      ErrorCode.VERSION_CONFLICT,
      `This session has changed: it is at version ${session.version}. Read it again before you change it.`,
      {
        path: at('expectedVersion'),
        currentVersion: session.version,
      },
    );
  }
  if (session.status === ClassScheduleStatus.CANCELLED)
    throw violated('This session has been cancelled.', 'id');
  return session;
}

/** Returns reason, leader, location and room of a session. */
export async function placesOf(
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
const subjectsOf = (sessions: readonly ClassSchedule[], ...places: readonly Places[]): number[] => [
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
async function checkVersions(
  tx: Tx,
  businessId: number,
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
function decideAndWrite<D, R>(
  context: Context,
  decide: (member: Member, now: number) => Promise<D>,
  write: (tx: Tx, member: Member, now: number, decided: D) => Promise<R>,
): Promise<R> {
  const member = memberOf(context);
  return retryOnStale(async () => {
    const now = context.now();
    const decided = await decide(member, now);
    return context.db.transaction((tx) => write(tx, member, now, decided));
  });
}

/** A session before and after a change. */
export interface Move {
  readonly before: ClassSchedule;
  readonly after: ClassSchedule;
  readonly old: Places;
  readonly places: Places;
}

/**
 * Changes a session and the appointments with seats in it.
 * @throws DomainError NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, VERSION_CONFLICT; RULE_VIOLATED for
 * fewer seats than are taken; TIME_UNAVAILABLE with `conflicts`
 */
export async function updateClassSchedule(
  context: Context,
  input: UpdateClassScheduleInput,
): Promise<ClassSchedule> {
  refuseNull(input, [
    'staffId',
    'locationId',
    'start',
    'localStart',
    'durationMinutes',
    'capacity',
  ]);
  return decideAndWrite(
    context,
    (member, now) => decide(context, member, input, now),
    (tx, member, now, move) => moveSession(tx, member, now, move, input.changeReason ?? null),
  );
}

function requestedResource(
  context: Context,
  id: string | null | undefined,
  old: Resource | null,
): Resource | null | Promise<Resource> {
  if (id == null) return id === null ? null : old;
  return resources.getVisible(
    context,
    parseGlobalId('Resource', id, at('resourceId')),
    at('resourceId'),
  );
}

async function decide(
  context: Context,
  member: Member,
  input: UpdateClassScheduleInput,
  now: number,
): Promise<Move> {
  const before = await openSession(context, member, input);
  const old = await placesOf(context, before);
  const [leader, location, resource] = await Promise.all([
    input.staffId == null
      ? old.leader
      : staff.getVisible(
          context,
          parseGlobalId('Staff', input.staffId, at('staffId')),
          at('staffId'),
        ),
    input.locationId == null
      ? old.location
      : locations.getVisible(
          context,
          parseGlobalId('Location', input.locationId, at('locationId')),
          at('locationId'),
        ),
    requestedResource(context, input.resourceId, old.resource),
  ]);
  authoriseAt(member, location.rowId, at('locationId'));
  refuseNegative(input);
  const changesTime =
    input.start != null ||
    input.localStart != null ||
    input.durationMinutes != null ||
    location.rowId !== before.locationId;
  const startAt =
    input.start != null || input.localStart != null
      ? startOf(input, location.timeZoneCode)
      : before.startAt;
  const currentMinutes = (before.endAt - before.startAt) / MS_PER_MINUTE;
  const after = changedRow(ClassSchedule, before, {
    ...(changesOf(input, ['capacity', 'price', 'address', 'meetingUrl']) as Partial<ClassSchedule>),
    staffId: leader.rowId,
    locationId: location.rowId,
    resourceId: resource?.rowId ?? null,
    version: before.version + 1,
    modifiedAt: now,
    modifiedBy: member.actorName,
    ...(changesTime
      ? timesOf(
          startAt,
          endOf(startAt, { durationMinutes: input.durationMinutes }, currentMinutes),
          old.reason,
          location.timeZoneCode,
          location,
        )
      : {}),
  });
  const places = { reason: old.reason, leader, location, resource };
  const changesPlace = (['staffId', 'locationId', 'resourceId', 'address'] as const).some(
    (field) => before[field] !== after[field],
  );
  if (changesPlace) checkPlaces({ ...places, address: after.address });
  return { before, after, old, places };
}

/**
 * Writes a session, its claims and its appointments with their claims, and appends the events.
 * @throws StaleVersionError; DomainError TIME_UNAVAILABLE
 */
export async function moveSession(
  tx: Tx,
  member: Member,
  now: number,
  move: Move,
  reason: string | null,
): Promise<ClassSchedule> {
  const { before, after, old, places } = move;
  const { businessId, rowId, subjectId } = before;
  const capacities = await lockSubjects(tx, businessId, subjectsOf([before], old, places), now);
  await checkVersions(tx, businessId, [before]);
  if (after.capacity !== before.capacity)
    await changeCapacity(tx, businessId, subjectId, after.capacity, now, at('capacity'));
  await update(tx, ClassSchedule, { businessId, rowId }, difference(before, after));
  await occupy(tx, move, capacities);
  const moved = before.startAt !== after.startAt || before.endAt !== after.endAt;
  await moveAttendees(tx, member, now, move, moved, reason);
  if (moved && before.courseSetId !== null) await refreshStart(tx, businessId, before.courseSetId);
  await tell(tx, member, now, moved ? 'RESCHEDULED' : 'UPDATED', before, after, reason);
  return after;
}

function difference(before: ClassSchedule, after: ClassSchedule): Partial<ClassSchedule> {
  const columns = Object.keys(after) as (keyof ClassSchedule)[];
  return Object.fromEntries(
    columns.filter((name) => before[name] !== after[name]).map((name) => [name, after[name]]),
  ) as Partial<ClassSchedule>;
}

/**
 * Releases the claims of leader and room, and claims those of the new time. @throws DomainError
 * TIME_UNAVAILABLE
 */
async function occupy(
  tx: Tx,
  { before, after, old, places }: Move,
  capacities: ReadonlyMap<number, number>,
): Promise<void> {
  const { businessId, rowId, staffStartAt, staffEndAt, startAt, endAt } = after;
  const occupancies = occupanciesOf(after, places);
  if (JSON.stringify(occupancies) === JSON.stringify(occupanciesOf(before, old))) return;
  const held = await heldWithin(
    tx,
    occupancies.map(({ subjectId }) => subjectId),
    { businessId, startMs: staffStartAt, endMs: staffEndAt, exceptAppointmentId: rowId },
  );
  const [leads, roomIsFree = true] = occupancies.map((occupancy) =>
    fits(occupancy, held, capacities.get(occupancy.subjectId) ?? 0),
  );
  if (!leads || !roomIsFree)
    throw inTheWay(places, [
      {
        startAt,
        endAt,
        staffId: leads ? null : after.staffId,
        resourceId: roomIsFree ? null : after.resourceId,
      },
    ]);
  await release(tx, businessId, rowId);
  await claim(tx, { businessId, appointmentId: rowId, override: false }, occupancies, capacities);
}

/**
 * Columns that an appointment inherits from its session. A value set for one appointment is kept
 * until the session changes the column.
 */
const SHARED_COLUMNS = [
  ...(Object.keys(placeOf(new ClassSchedule())) as (keyof ReturnType<typeof placeOf>)[]),
  'address',
  'meetingUrl',
] as const;

/** Applies the changed columns of a session to its appointments, and moves their claims. */
async function moveAttendees(
  tx: Tx,
  member: Member,
  now: number,
  { before, after }: Move,
  moved: boolean,
  reason: string | null,
): Promise<void> {
  const { businessId, subjectId } = after;
  const changes = changesOf(
    after,
    SHARED_COLUMNS.filter((field) => before[field] !== after[field]),
  );
  if (!Object.keys(changes).length) return;
  const attendees = await attendeesOf(tx, businessId, [before], [PENDING, OPEN, COMPLETED], now);
  const changed = await changeAll(
    tx,
    member,
    now,
    attendees,
    { ...changes, changeReason: reason },
    moved ? BookingEventType.RESCHEDULED : BookingEventType.UPDATED,
    reason,
    moved,
  );
  if (!moved) return;
  await tx.run(
    sql`DELETE FROM claim WHERE business_id = ${businessId} AND subject_id = ${subjectId}`,
  );
  // Overridden claims are inserted last: they skip the conflict check.
  const inOrder = [...changed].sort((one, other) => Number(one.override) - Number(other.override));
  await tx.insert(
    Claim,
    inOrder.flatMap((appointment) =>
      seatsOf(appointment, after).map((seats) => ({
        businessId,
        appointmentId: appointment.rowId,
        override: appointment.override,
        exclusive: !appointment.override && after.capacity === 1,
        ...seats,
      })),
    ),
  );
}

/**
 * Updates the sort key of a set: the start of its first open session. Keeps the old value if none
 * is open.
 */
const refreshStart = (tx: Tx, businessId: number, courseSetId: number): Promise<number> =>
  tx.run(sql`
  UPDATE course_set SET start_at = coalesce((
    SELECT min(start_at) FROM class_schedule WHERE business_id = ${businessId} AND course_set_id = ${courseSetId} AND status = ${ClassScheduleStatus.OPEN}), start_at)
  WHERE business_id = ${businessId} AND id = ${courseSetId}`);

export interface Cancellation {
  readonly sessions: readonly ClassSchedule[];
  readonly attendees: number;
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
        places: await Promise.all(sessions.map((session) => placesOf(context, session))),
      };
    },
    (tx, member, now, { sessions, places }) =>
      cancel(tx, member, now, sessions, places, input.reason ?? null),
  );
}

async function sessionsInScope(
  context: Context,
  member: Member,
  input: CancelClassScheduleInput,
  now: number,
): Promise<ClassSchedule[]> {
  const named = await openSession(context, member, input);
  const { businessId, firstOfSeriesId } = named;
  if (input.scope === ClassScheduleScope.THIS || firstOfSeriesId === null) return [named];
  const from = input.scope === ClassScheduleScope.ALL ? now : named.startAt;
  const all = await find(context.db, ClassSchedule, {
    businessId,
    firstOfSeriesId,
    status: ClassScheduleStatus.OPEN,
  });
  const sessions = all
    .filter(({ rowId, startAt }) => rowId === named.rowId || startAt > from)
    .sort((one, other) => one.startAt - other.startAt);
  for (const { locationId } of sessions) authoriseAt(member, locationId, at('id'));
  return sessions;
}

async function cancel(
  tx: Tx,
  member: Member,
  now: number,
  sessions: readonly ClassSchedule[],
  places: readonly Places[],
  reason: string | null,
): Promise<Cancellation> {
  const { businessId, actorName } = member;
  await lockSubjects(tx, businessId, subjectsOf(sessions, ...places), now);
  await checkVersions(tx, businessId, sessions);
  const attendees = await attendeesOf(tx, businessId, sessions, [PENDING, OPEN], now);
  const ended = { cancelledAt: now, cancelledBy: actorName, cancelReason: reason };
  await changeAll(
    tx,
    member,
    now,
    attendees,
    { ...stateOf(AppointmentStatus.CANCELLED), ...ended } as Partial<Appointment>,
    BookingEventType.CANCELLED,
    reason,
  );
  const rowIds = sessions.map(({ rowId }) => rowId);
  await tx.run(
    sql`DELETE FROM claim WHERE business_id = ${businessId} AND ${isOneOf(raw('appointment_id'), [...rowIds, ...attendees.map(({ rowId }) => rowId)])}`,
  );
  const after = sessions.map((session) =>
    changedRow(ClassSchedule, session, {
      ...ended,
      status: ClassScheduleStatus.CANCELLED,
      version: session.version + 1,
      modifiedAt: now,
      modifiedBy: actorName,
    }),
  );
  await tx.run(sql`
    UPDATE class_schedule SET status = ${ClassScheduleStatus.CANCELLED}, version = version + 1, cancelled_at = ${now}, cancelled_by = ${actorName}, cancel_reason = ${reason},
      modified_at = ${now}, modified_by = ${actorName} WHERE business_id = ${businessId} AND ${isOneOf(raw('id'), rowIds)}`);
  for (const [index, session] of after.entries())
    await tell(tx, member, now, 'CANCELLED', sessions[index] as ClassSchedule, session, reason);
  for (const id of new Set(sessions.map(({ courseSetId }) => courseSetId)))
    if (id !== null) await refreshStart(tx, businessId, id);
  return { sessions: after, attendees: attendees.length };
}
