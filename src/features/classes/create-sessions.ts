import { newRow } from '../../db/new-row';
import { memberOf, type Context, type Member, type WriteUnit } from '../../context';
import { ConflictPolicy } from '../../graphql/inputs/conflict-policy';
import { insert } from '../../db/table';
import { at } from '../../errors';
import { endOf, timesOf } from '../../lib/appointment-times';
import {
  fits,
  heldWithin,
  insertClaims,
  lockSubjects,
  type Occupancy,
} from '../occupancy/occupancy.service';
import { Subject } from '../occupancy/subject.entity';
import { appendRowChange } from '../../log/row-changes';
import { keepUndeleted } from '../../log/soft-deletion';
import { Location } from '../locations/location.entity';
import { Reason } from '../reasons/reason.entity';
import { refuseNegative } from '../reasons/reason.rules';
import { Resource } from '../resources/resource.entity';
import { Staff } from '../staff/staff.entity';
import { ClassSchedule, ClassScheduleStatus } from './class-schedule.entity';
import type { SessionsInput } from './class.inputs';
import { appendSessionEvent } from './class.events';
import type { SessionConflict } from './class-payloads';
import { CourseSet } from './course-set.entity';
import { occupanciesOf, timesUnavailable, type Places } from './session-places';
import { startsOf } from './session-starts';
import { creatorOf, modifierOf } from '../../log/actors/stamps';

/** Created sessions, and conflicts of those that were not created. The set for a course. */
export interface CreatedSessions {
  readonly sessions: readonly ClassSchedule[];
  readonly conflicts: readonly SessionConflict[];
  readonly set: CourseSet | null;
}

const referredBy = ({ reason, leader, location, resource }: Places) => [
  { entity: Reason, row: reason, path: at('reasonId') },
  { entity: Staff, row: leader, path: at('staffId') },
  { entity: Location, row: location, path: at('locationId') },
  ...(resource ? [{ entity: Resource, row: resource, path: at('resourceId') }] : []),
];

/** The sessions to create. */
interface PlannedSessions {
  readonly sessions: readonly ClassSchedule[];
  readonly places: Places;
  readonly set: CourseSet | null;
}

/**
 * Creates the sessions of `plan` in one transaction. Determines all conflicts before it writes.
 * @throws DomainError TIME_UNAVAILABLE with `conflicts`; errors of `plan`
 */
export async function createSessions<R>(
  context: Context,
  policy: ConflictPolicy,
  plan: (member: Member, now: number) => Promise<PlannedSessions>,
  resultOf: (created: CreatedSessions) => R,
): Promise<R> {
  const member = memberOf(context);
  const now = context.now();
  const { sessions, places, set } = await plan(member, now);
  return context.db.transaction(async (tx) => {
    const unit = { tx, member, now };
    const { capacities, ...placed } = await placeSessions(unit, sessions, places);
    await keepUndeleted(tx, referredBy(places));
    if (
      placed.conflicts.length &&
      (policy === ConflictPolicy.ALL_OR_NOTHING || !placed.sessions.length)
    )
      throw timesUnavailable(places, placed.conflicts);
    if (sessions.length > 1)
      for (const session of placed.sessions)
        session.firstOfSeriesId = placed.sessions[0]?.rowId ?? null;
    if (set) {
      await insert(tx, CourseSet, set);
      await appendRowChange(unit, { type: 'CourseSet', before: null, after: set });
    }
    await insertSessions(unit, placed.sessions, places, capacities);
    for (const session of placed.sessions)
      await appendSessionEvent(unit, {
        type: 'CREATED',
        before: null,
        after: session,
        reason: null,
      });
    return resultOf({ ...placed, set });
  });
}

/** The request for sessions, with its loaded rows. */
export interface SessionsRequest {
  readonly input: SessionsInput & { readonly price?: string | null };
  readonly places: Places;
  /** The set of a course. Null for a class. */
  readonly courseSetId: number | null;
  readonly now: number;
}

/** Returns new rows with allocated ids. Otherwise pure. @throws DomainError BAD_USER_INPUT */
export async function newSessions(
  context: Context,
  member: Member,
  { input, places, courseSetId, now }: SessionsRequest,
): Promise<ClassSchedule[]> {
  const { reason, leader, location, resource } = places;
  refuseNegative(input);
  const starts = startsOf(input, location);
  const [rowIds, subjectIds] = await Promise.all([
    context.ids.take('appointment', starts.length),
    context.ids.take('subject', starts.length),
  ]);
  return starts.map((startAt, index) =>
    newRow(ClassSchedule, {
      businessId: member.businessId,
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
        {
          startAt,
          endAt: endOf(startAt, { durationMinutes: input.durationMinutes }, reason.visitMinutes),
        },
        reason,
        location.timeZoneCode,
        location,
      ),
      originalStartAt: null,
      capacity: input.capacity,
      price: input.price ?? null,
      address: input.address ?? null,
      meetingUrl: input.meetingUrl ?? null,
      createdAt: now,
      ...creatorOf(member),
      modifiedAt: now,
      ...modifierOf(member),
      cancelledAt: null,
      cancelledBy: null,
      cancelledById: null,
      cancelReason: null,
      cancelReasonCode: null,
    }),
  );
}

/**
 * Locks leader and room, and determines the sessions that fit, each in addition to the preceding
 * ones.
 */
async function placeSessions(
  { tx, member: { businessId }, now }: WriteUnit,
  sessions: readonly ClassSchedule[],
  places: Places,
): Promise<Omit<CreatedSessions, 'set'> & { capacities: ReadonlyMap<number, number> }> {
  const { leader, resource } = places;
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
  const conflicts: SessionConflict[] = [];
  for (const session of sessions) {
    const occupancies = occupanciesOf(session, places);
    const [leaderIsFree, roomIsFree = true] = occupancies.map((occupancy) =>
      fits(occupancy, held, capacities.get(occupancy.subjectId) ?? 0),
    );
    if (leaderIsFree && roomIsFree) {
      placed.push(session);
      held.push(...occupancies);
    } else {
      const { startAt, endAt } = session;
      conflicts.push({
        startAt,
        endAt,
        staffId: leaderIsFree ? null : leader.rowId,
        resourceId: roomIsFree || !resource ? null : resource.rowId,
      });
    }
  }
  return { sessions: placed, conflicts, capacities };
}

async function insertSessions(
  unit: WriteUnit,
  sessions: readonly ClassSchedule[],
  places: Places,
  capacities: ReadonlyMap<number, number>,
): Promise<void> {
  const { tx } = unit;
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
    await insertClaims(
      unit,
      { appointmentId: session.rowId, override: false },
      occupanciesOf(session, places),
      capacities,
    );
  }
}
