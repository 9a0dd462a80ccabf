import { newRow } from '../../db/new-row';
import { memberOf, type Context, type Member } from '../../context';
import { at, DomainError, ErrorCode, violated } from '../../errors';
import { ConflictPolicy } from '../../graphql/inputs/conflict-policy';
import type { Tx } from '../../db/database';
import { insert } from '../../db/table';
import { parseGlobalId, toGlobalId } from '../../graphql/global-id';
import { endOf, timesOf } from '../../lib/appointment-times';
import { authoriseAt } from '../locations/location.rules';
import { LocationType, type Location } from '../locations/location.entity';
import { locations, primaryLocationOf } from '../locations/location.list';
import {
  claim,
  fits,
  heldWithin,
  lockSubjects,
  type Occupancy,
} from '../occupancy/occupancy.service';
import { Subject } from '../occupancy/subject.entity';
import type { Reason } from '../reasons/reason.entity';
import { ReasonStatus, type ReasonType } from '../reasons/reason-enums';
import { refuseNegative } from '../reasons/reason.rules';
import { reasons } from '../reasons/reason.list';
import type { Resource } from '../resources/resource.entity';
import { resources } from '../resources/resource.list';
import type { Staff } from '../staff/staff.entity';
import { staff } from '../staff/staff.list';
import { ClassSchedule, ClassScheduleStatus } from './class-schedule.entity';
import type { SessionsInput } from './class.inputs';
import { tell } from './class.events';
import { startsOf } from './session-starts';
import type { Taken } from './class-payloads';
import { CourseSet } from './course-set.entity';

/** Reason, leader, location and room of sessions. */
export interface Places {
  readonly reason: Reason;
  readonly leader: Staff;
  readonly location: Location;
  readonly resource: Resource | null;
}

/** Created sessions, and conflicts of those that were not created. The set for a course. */
export interface Made {
  readonly sessions: readonly ClassSchedule[];
  readonly conflicts: readonly Taken[];
  readonly set: CourseSet | null;
}

/** The sessions to create. */
interface Plan {
  readonly sessions: readonly ClassSchedule[];
  readonly places: Places;
  readonly set: CourseSet | null;
}

/**
 * Creates the sessions of `plan` in one transaction. Determines all conflicts before it writes.
 * @throws DomainError TIME_UNAVAILABLE with `conflicts`; errors of `plan`
 */
export async function makeSessions<R>(
  context: Context,
  policy: ConflictPolicy,
  plan: (member: Member, now: number) => Promise<Plan>,
  resultOf: (made: Made) => R,
): Promise<R> {
  const member = memberOf(context);
  const now = context.now();
  const { sessions, places, set } = await plan(member, now);
  return context.db.transaction(async (tx) => {
    const { capacities, ...made } = await place(tx, sessions, places, now);
    if (
      made.conflicts.length &&
      (policy === ConflictPolicy.ALL_OR_NOTHING || !made.sessions.length)
    )
      throw inTheWay(places, made.conflicts);
    if (sessions.length > 1)
      for (const session of made.sessions)
        session.firstOfSeriesId = made.sessions[0]?.rowId ?? null;
    if (set) await insert(tx, CourseSet, set);
    await write(tx, made.sessions, places, capacities);
    for (const session of made.sessions)
      await tell(tx, member, now, 'CREATED', null, session, null);
    return resultOf({ ...made, set });
  });
}

/** @throws DomainError NOT_FOUND, FORBIDDEN, RULE_VIOLATED */
export async function placesOf(
  context: Context,
  member: Member,
  input: SessionsInput & { reasonId: string },
  type: ReasonType,
): Promise<Places> {
  const [reason, leader, location, resource] = await Promise.all([
    reasons.getVisible(
      context,
      parseGlobalId('Reason', input.reasonId, at('reasonId')),
      at('reasonId'),
    ),
    staff.getVisible(context, parseGlobalId('Staff', input.staffId, at('staffId')), at('staffId')),
    input.locationId == null
      ? primaryLocationOf(context)
      : locations.getVisible(
          context,
          parseGlobalId('Location', input.locationId, at('locationId')),
          at('locationId'),
        ),
    input.resourceId == null
      ? null
      : resources.getVisible(
          context,
          parseGlobalId('Resource', input.resourceId, at('resourceId')),
          at('resourceId'),
        ),
  ]);
  authoriseAt(member, location.rowId, at('locationId'));
  if (reason.reasonType !== type)
    throw violated(`This needs a reason of type ${type}.`, 'reasonId');
  if (reason.status !== ReasonStatus.ACTIVE)
    throw violated('This reason is inactive and cannot be booked.', 'reasonId');
  checkPlaces({ leader, location, resource, address: input.address ?? null });
  return { reason, leader, location, resource };
}

/** @throws DomainError RULE_VIOLATED */
export function checkPlaces({
  leader,
  location,
  resource,
  address,
}: Omit<Places, 'reason'> & { address: string | null }): void {
  if (!leader.active) throw violated(`${leader.fullName} is inactive.`, 'staffId');
  if (!location.active) throw violated('This location takes no appointments.', 'locationId');
  if (location.locationType === LocationType.VARIABLE && !address)
    throw violated('This location has no address of its own: give one.', 'address');
  if (resource && !resource.active) throw violated(`${resource.name} is inactive.`, 'resourceId');
  if (resource && resource.locationId !== location.rowId)
    throw violated(`${resource.name} is at another location.`, 'resourceId');
}

/** Returns new rows with allocated ids. Otherwise pure. @throws DomainError BAD_USER_INPUT */
export async function sessionsOf(
  context: Context,
  { businessId, actorName }: Member,
  input: SessionsInput & { price?: string | null },
  { reason, leader, location, resource }: Places,
  courseSetId: number | null,
  now: number,
): Promise<ClassSchedule[]> {
  refuseNegative(input);
  const starts = startsOf(input, location);
  const [rowIds, subjectIds] = await Promise.all([
    context.ids.take('appointment', starts.length),
    context.ids.take('subject', starts.length),
  ]);
  return starts.map((startAt, index) =>
    newRow(ClassSchedule, {
      businessId,
      rowId: rowIds[index] as number,
      version: 1,
      subjectId: subjectIds[index] as number,
      reasonId: reason.rowId,
      staffId: leader.rowId,
      locationId: location.rowId,
      resourceId: resource?.rowId ?? null,
      courseSetId,
      firstOfSeriesId: null,
      status: ClassScheduleStatus.OPEN,
      ...timesOf(
        startAt,
        endOf(startAt, { durationMinutes: input.durationMinutes }, reason.visitMinutes),
        reason,
        location.timeZoneCode,
        location,
      ),
      capacity: input.capacity,
      price: input.price ?? null,
      address: input.address ?? null,
      meetingUrl: input.meetingUrl ?? null,
      createdAt: now,
      createdBy: actorName,
      modifiedAt: now,
      modifiedBy: actorName,
      cancelledAt: null,
      cancelledBy: null,
      cancelReason: null,
    }),
  );
}

/** Returns the occupancies of leader and room, including buffers. */
export const occupanciesOf = (
  { staffStartAt: startMs, staffEndAt: endMs }: ClassSchedule,
  { leader, resource }: Pick<Places, 'leader' | 'resource'>,
): Occupancy[] =>
  [leader.subjectId, ...(resource ? [resource.subjectId] : [])].map((subjectId) => ({
    subjectId,
    startMs,
    endMs,
    units: 1,
  }));

/**
 * Locks leader and room, and determines the sessions that fit, each in addition to the preceding
 * ones.
 */
async function place(
  tx: Tx,
  sessions: readonly ClassSchedule[],
  places: Places,
  now: number,
): Promise<Omit<Made, 'set'> & { capacities: ReadonlyMap<number, number> }> {
  const { leader, resource } = places;
  const [{ businessId }] = sessions as [ClassSchedule];
  const subjectIds = [leader.subjectId, ...(resource ? [resource.subjectId] : [])];
  const [from, to] = [
    Math.min(...sessions.map(({ staffStartAt }) => staffStartAt)),
    Math.max(...sessions.map(({ staffEndAt }) => staffEndAt)),
  ];
  const [capacities, others] = await Promise.all([
    lockSubjects(tx, businessId, subjectIds, now),
    heldWithin(tx, subjectIds, { businessId, startMs: from, endMs: to, exceptAppointmentId: 0 }),
  ]);
  const held: Occupancy[] = [...others];
  const placed: ClassSchedule[] = [];
  const conflicts: Taken[] = [];
  for (const session of sessions) {
    const wanted = occupanciesOf(session, places);
    const [leads, roomIsFree = true] = wanted.map((occupancy) =>
      fits(occupancy, held, capacities.get(occupancy.subjectId) ?? 0),
    );
    if (leads && roomIsFree) {
      placed.push(session);
      held.push(...wanted);
    } else {
      const { startAt, endAt } = session;
      conflicts.push({
        startAt,
        endAt,
        staffId: leads ? null : leader.rowId,
        resourceId: roomIsFree || !resource ? null : resource.rowId,
      });
    }
  }
  return { sessions: placed, conflicts, capacities };
}

async function write(
  tx: Tx,
  sessions: readonly ClassSchedule[],
  places: Places,
  capacities: ReadonlyMap<number, number>,
): Promise<void> {
  await insert(
    tx,
    Subject,
    ...sessions.map(({ businessId, subjectId, capacity }) => ({
      businessId,
      rowId: subjectId,
      kind: 'CLASS_SESSION' as const,
      capacity,
    })),
  );
  await tx.insert(ClassSchedule, sessions);
  for (const session of sessions) {
    await claim(
      tx,
      { businessId: session.businessId, appointmentId: session.rowId, override: false },
      occupanciesOf(session, places),
      capacities,
    );
  }
}

export function inTheWay(
  { leader, resource }: Pick<Places, 'leader' | 'resource'>,
  conflicts: readonly Taken[],
): DomainError {
  const led = conflicts.some(({ staffId }) => staffId !== null);
  const names = [
    ...(led ? [leader.fullName] : []),
    ...(conflicts.some(({ resourceId }) => resourceId !== null) ? [resource?.name] : []),
  ].join(' and ');
  const times = conflicts.length > 1 ? `${conflicts.length} of these times` : 'this time';
  return new DomainError(
    ErrorCode.TIME_UNAVAILABLE,
    `${names}: not free at ${times}. Choose other times, another leader or another room.`,
    {
      path: at('start'),
      staffIds: led ? [toGlobalId('Staff', leader.rowId)] : [],
      conflicts,
    },
  );
}
