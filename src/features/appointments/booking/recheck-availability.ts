import type { Context, Member } from '../../../context';
import type { Tx } from '../../../db/database';
import { readerOf } from '../../../db/request-batching';
import { isOneOf, sql } from '../../../db/sql';
import { MS_PER_DAY, MS_PER_MINUTE, toLocal } from '../../../lib/time-zone';
import { AvailabilityRule } from '../../availability/engine/rules';
import {
  allocate,
  refusals,
  type Candidate,
  type Refusal,
  type ResourcePool,
} from '../../availability/engine/engine';
import { lockQuota, quotaOf } from '../../availability/quota';
import { unavailable } from '../../availability/unavailable-error';
import {
  loadEngineFacts,
  readStored,
  daysOf,
  type AvailabilityQuery,
} from '../../availability/engine-facts';
import type { Client } from '../../clients/client.entity';
import type { Location } from '../../locations/location.entity';
import { locations } from '../../locations/location.source';
import { lockWhere } from '../../occupancy/occupancy.service';
import type { Reason } from '../../reasons/reason.entity';
import { reasons } from '../../reasons/reason.source';
import { subjectsOfResources } from '../../resources/resource.loaders';
import type { Staff } from '../../staff/staff.entity';
import type { Appointment } from '../model/appointment.entity';
import { explanationInputFor } from '../seats/seats';
import { subjectsOf, type AppointmentAggregate } from '../model/aggregate';

/** Reason, location and client for which an appointment is checked. */
export interface CheckedReferences {
  readonly reason: Reason;
  readonly location: Location;
  readonly client: Client | null;
  /** Answer to the screening question, for a new booking. */
  readonly screeningAnswer?: string | null;
  /**
   * Resources named for the appointment. Null or omitted: keeps the present ones if they are free
   * and needed.
   */
  readonly resourceIds?: readonly number[] | null;
}

export async function contextOf(
  context: Context,
  { reasonId, locationId }: Pick<Appointment, 'reasonId' | 'locationId'>,
): Promise<CheckedReferences> {
  const [reason, location] = await Promise.all([
    reasons.getById(context, reasonId),
    locations.getById(context, locationId),
  ]);
  return { reason, location, client: null };
}

/**
 * Checks an appointment at its new time with the engine, on the snapshot of the transaction.
 * Returns it with its resources: the present ones if they are free, else others that meet the
 * needs.
 * @throws DomainError TIME_UNAVAILABLE, QUOTA_REACHED
 */
export async function recheckAvailability(
  context: Context,
  tx: Tx,
  member: Member,
  before: AppointmentAggregate,
  after: AppointmentAggregate,
  meaning: CheckedReferences,
  now: number,
): Promise<AppointmentAggregate> {
  const { businessId, rowId, startAt, override } = after.appointment;
  const kept =
    after.appointment.locationId === before.appointment.locationId
      ? before.resources.map(({ resourceId }) => resourceId)
      : [];
  const subjectIds = [...subjectsOf(before), ...subjectsOf(after)];
  const options = subjectsOfResources(businessId, meaning.reason.rowId, meaning.resourceIds ?? []);
  await lockWhere(
    tx,
    businessId,
    (id) => sql`(${isOneOf(id, subjectIds)} OR ${id} IN (${options}))`,
    now,
  );
  await lockQuota(tx, businessId, meaning.reason);
  const reader = readerOf(tx, context.db);
  const question = questionOf(member, after, meaning, now);
  const stored = await readStored(reader, businessId, {
    reasonId: meaning.reason.rowId,
    locationId: meaning.location.rowId,
    staffIds: after.staff.map((person) => person.rowId),
    days: daysOf(question.range),
  });
  const needed = new Set(
    stored.needs.flat(2).flatMap(({ takes }) => takes.map(({ resourceId }) => resourceId)),
  );
  let against: readonly Refusal[] = [];
  const choices = meaning.resourceIds
    ? [meaning.resourceIds]
    : // Another reason has other needs: keeps those present resources that it needs.
      after.appointment.reasonId !== before.appointment.reasonId
      ? [kept.filter((id) => needed.has(id)), []]
      : [kept, kept.filter((id) => !needed.has(id))];
  for (const resourceIds of choices) {
    const facts = await loadEngineFacts(
      reader,
      { ...question, resourceIds, exceptAppointmentId: rowId },
      { stored },
    );
    against = override ? [] : refusals(facts, facts.people[0] as Candidate, startAt);
    const takes = allocate(facts, startAt, override);
    if (!against.length && takes)
      return {
        ...after,
        resources: takes.map((take) => ({
          ...take,
          subjectId: (facts.things.get(take.resourceId) as ResourcePool).subjectId,
        })),
      };
    if (against.some(({ rule }) => rule !== AvailabilityRule.RESOURCE_TAKEN)) break;
  }
  throw unavailable(
    [{ person: after.staff[0] as Staff, refusals: against }],
    explanationInputFor(after, meaning.screeningAnswer),
  );
}

/**
 * Checks that added staff are free at the time of an appointment, as in a booking with them: with
 * the engine, on the snapshot of the transaction. Nothing else of the appointment is checked.
 * @throws DomainError TIME_UNAVAILABLE
 */
export async function recheckAdditionalStaff(
  context: Context,
  tx: Tx,
  member: Member,
  before: AppointmentAggregate,
  after: AppointmentAggregate,
  added: readonly Staff[],
  meaning: CheckedReferences,
  now: number,
): Promise<AppointmentAggregate> {
  await lockWhere(
    tx,
    after.appointment.businessId,
    (id) => isOneOf(id, [...subjectsOf(before), ...subjectsOf(after)]),
    now,
  );
  const facts = await loadEngineFacts(readerOf(tx, context.db), {
    ...questionOf(member, after, meaning, now),
    companions: added,
  });
  const against = refusals(facts, facts.people[0] as Candidate, after.appointment.startAt);
  const refused = added
    .map((person) => ({
      person,
      refusals: against.filter(({ staffId }) => staffId === person.rowId),
    }))
    .filter((one) => one.refusals.length);
  if (refused.length)
    throw unavailable(
      refused,
      explanationInputFor(after, meaning.screeningAnswer),
      'additionalStaffIds',
    );
  return after;
}

/**
 * Checks the quota for a status change back to an active appointment.
 * @throws DomainError QUOTA_REACHED
 */
export async function refuseQuota(
  context: Context,
  tx: Tx,
  member: Member,
  after: AppointmentAggregate,
  meaning: CheckedReferences,
  now: number,
): Promise<void> {
  const { businessId, startAt, timeZoneCode } = after.appointment;
  if (meaning.reason.quota === null) return;
  await lockWhere(tx, businessId, (id) => isOneOf(id, subjectsOf(after)), now);
  await lockQuota(tx, businessId, meaning.reason);
  const quota = await quotaOf(readerOf(tx, context.db), questionOf(member, after, meaning, now));
  if (!quota || quota.used(quota.periodOf(toLocal(startAt, timeZoneCode).date)) < quota.limit)
    return;
  throw unavailable(
    [{ person: after.staff[0] as Staff, refusals: [{ rule: AvailabilityRule.QUOTA_REACHED }] }],
    explanationInputFor(after, meaning.screeningAnswer),
  );
}

function questionOf(
  member: Member,
  { appointment, staff }: AppointmentAggregate,
  meaning: CheckedReferences,
  now: number,
): AvailabilityQuery {
  const { startAt, endAt, rowId } = appointment;
  return {
    ...meaning,
    member,
    staff: staff.slice(0, 1),
    companions: staff.slice(1),
    resourceIds: [],
    range: { startAt: startAt - MS_PER_DAY, endAt },
    durationMinutes: (endAt - startAt) / MS_PER_MINUTE,
    now,
    exceptAppointmentId: rowId,
  };
}
