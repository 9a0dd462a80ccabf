import { changedColumns, changedRow } from '../../db/new-row';
import type { Context, Member, WriteUnit } from '../../context';
import { at } from '../../errors';
import { changesOf, refuseNull } from '../../lib/patch';
import { sql } from '../../db/sql';
import { update } from '../../db/table';
import { parseGlobalId } from '../../graphql/global-id';
import { MS_PER_MINUTE } from '../../lib/time-zone';
import { endOf, originalStartOf, startOf, timesOf } from '../../lib/appointment-times';
import { BookingEventType } from '../appointments/model/events';
import { placeOf, seatsOf } from '../appointments/model/seats';
import { AppointmentStatus } from '../appointments/model/status';
import { ClassSchedule } from '../classes/class-schedule.entity';
import {
  checkPlaces,
  occupanciesOf,
  timesUnavailable,
  type Places,
} from '../classes/session-places';
import { appendSessionEvent } from '../classes/class.events';
import { authoriseAt } from '../locations/location.rules';
import { locations } from '../locations/location.list';
import { changeCapacity } from '../occupancy/change-capacity';
import { Claim } from '../occupancy/claim.entity';
import {
  fits,
  heldWithin,
  insertClaims,
  lockSubjects,
  removeClaims,
} from '../occupancy/occupancy.service';
import { refuseNegative } from '../reasons/reason.rules';
import type { Resource } from '../resources/resource.entity';
import { resources } from '../resources/resource.list';
import { staff } from '../staff/staff.list';
import type { UpdateClassScheduleInput } from './attendance.inputs';
import { changeAttendees, lockAttendees } from './attendees';
import {
  checkVersions,
  decideAndWrite,
  openSession,
  currentPlaces,
  refreshStart,
  subjectsOf,
} from './session-change';
import { modifierOf } from '../../log/actors/stamps';

const { PENDING, OPEN, COMPLETED } = AppointmentStatus;

/** A session before and after a change. */
interface SessionMove {
  readonly before: ClassSchedule;
  readonly after: ClassSchedule;
  readonly placesBefore: Places;
  readonly places: Places;
  /** Whether only the rules of its zone changed, which leaves the original starts. */
  readonly keepsWallClock?: boolean;
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
    (unit, move) => moveSession(unit, move, input.changeNote ?? null),
  );
}

function requestedResource(
  context: Context,
  id: string | null | undefined,
  current: Resource | null,
): Resource | null | Promise<Resource> {
  if (id == null) return id === null ? null : current;
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
): Promise<SessionMove> {
  const before = await openSession(context, member, input);
  const placesBefore = await currentPlaces(context, before);
  const [leader, location, resource] = await Promise.all([
    input.staffId == null
      ? placesBefore.leader
      : staff.getVisible(
          context,
          parseGlobalId('Staff', input.staffId, at('staffId')),
          at('staffId'),
        ),
    input.locationId == null
      ? placesBefore.location
      : locations.getVisible(
          context,
          parseGlobalId('Location', input.locationId, at('locationId')),
          at('locationId'),
        ),
    requestedResource(context, input.resourceId, placesBefore.resource),
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
    ...modifierOf(member),
    ...(changesTime
      ? timesOf(
          {
            startAt,
            endAt: endOf(startAt, { durationMinutes: input.durationMinutes }, currentMinutes),
          },
          placesBefore.reason,
          location.timeZoneCode,
          location,
        )
      : {}),
    originalStartAt: originalStartOf(before, startAt),
  });
  const places = { reason: placesBefore.reason, leader, location, resource };
  const changesPlace = (['staffId', 'locationId', 'resourceId', 'address'] as const).some(
    (field) => before[field] !== after[field],
  );
  if (changesPlace) checkPlaces({ ...places, address: after.address });
  return { before, after, placesBefore, places };
}

/**
 * Writes a session, its claims and its appointments with their claims, and appends the events.
 * @throws StaleVersionError; DomainError TIME_UNAVAILABLE
 */
export async function moveSession(
  unit: WriteUnit,
  move: SessionMove,
  reason: string | null,
): Promise<ClassSchedule> {
  const { tx, now } = unit;
  const { before, after, placesBefore, places } = move;
  const { businessId, rowId, subjectId, capacity } = after;
  const subjectIds = subjectsOf([before], placesBefore, places);
  const capacities = await lockSubjects(tx, businessId, subjectIds, now);
  await checkVersions(unit, [before]);
  if (capacity !== before.capacity)
    await changeCapacity(unit, { subjectId, capacity }, at('capacity'));
  await update(tx, ClassSchedule, { businessId, rowId }, changedColumns(before, after));
  await moveClaims(unit, move, capacities);
  const moved = before.startAt !== after.startAt || before.endAt !== after.endAt;
  await moveAttendees(unit, move, moved, reason);
  if (moved && before.courseSetId !== null) await refreshStart(unit, before.courseSetId);
  const type = moved ? 'RESCHEDULED' : 'UPDATED';
  await appendSessionEvent(unit, { type, before, after, reason });
  return after;
}

/**
 * Releases the claims of leader and room, and claims those of the new time. @throws DomainError
 * TIME_UNAVAILABLE
 */
async function moveClaims(
  unit: WriteUnit,
  { before, after, placesBefore, places }: SessionMove,
  capacities: ReadonlyMap<number, number>,
): Promise<void> {
  const { businessId, rowId, staffStartAt, staffEndAt, startAt, endAt } = after;
  const occupancies = occupanciesOf(after, places);
  if (JSON.stringify(occupancies) === JSON.stringify(occupanciesOf(before, placesBefore))) return;
  const held = await heldWithin(
    unit.tx,
    occupancies.map(({ subjectId }) => subjectId),
    { businessId, startMs: staffStartAt, endMs: staffEndAt, exceptAppointmentId: rowId },
  );
  const [leaderIsFree, roomIsFree = true] = occupancies.map((occupancy) =>
    fits(occupancy, held, capacities.get(occupancy.subjectId) ?? 0),
  );
  if (!leaderIsFree || !roomIsFree)
    throw timesUnavailable(places, [
      {
        startAt,
        endAt,
        staffId: leaderIsFree ? null : after.staffId,
        resourceId: roomIsFree ? null : after.resourceId,
      },
    ]);
  await removeClaims(unit, rowId);
  await insertClaims(unit, { appointmentId: rowId, override: false }, occupancies, capacities);
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
  unit: WriteUnit,
  { before, after, keepsWallClock }: SessionMove,
  moved: boolean,
  reason: string | null,
): Promise<void> {
  const { tx } = unit;
  const { businessId, subjectId } = after;
  const changes = changesOf(
    after,
    SHARED_COLUMNS.filter((field) => before[field] !== after[field]),
  );
  if (!Object.keys(changes).length) return;
  const attendees = await lockAttendees(unit, [before], [PENDING, OPEN, COMPLETED]);
  const changed = await changeAttendees(unit, attendees, {
    changes: { ...changes, changeReason: reason },
    type: moved ? BookingEventType.RESCHEDULED : BookingEventType.UPDATED,
    reason,
    moved,
    keepsWallClock,
  });
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
