import type { Context, UnitOfWork, WriteUnit } from '../../../context';
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
import { lockQuota, quotaOf } from '../../availability/facts/quota';
import { unavailable } from '../../availability/unavailable-error';
import { loadEngineFacts } from '../../availability/facts/engine-facts';
import { readStored, daysOf, type StoredSchedule } from '../../availability/facts/stored-schedule';
import type { AvailabilityQuery } from '../../availability/facts/query';
import type { Client } from '../../clients/client.entity';
import type { Location } from '../../locations/location.entity';
import { locations } from '../../locations/location.list';
import { lockWhere } from '../../occupancy/occupancy.service';
import type { Reason } from '../../reasons/reason.entity';
import { reasons } from '../../reasons/reason.list';
import { subjectsOfResources } from '../../resources/resource-needs';
import type { Staff } from '../../staff/staff.entity';
import type { Appointment } from '../model/appointment.entity';
import { explanationInputFor } from '../model/seats';
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
  unit: UnitOfWork,
  before: AppointmentAggregate,
  after: AppointmentAggregate,
  meaning: CheckedReferences,
): Promise<AppointmentAggregate> {
  const { tx, now } = unit;
  const { businessId, rowId, startAt, override } = after.appointment;
  const subjectIds = [...subjectsOf(before), ...subjectsOf(after)];
  const options = subjectsOfResources(businessId, meaning.reason.rowId, meaning.resourceIds ?? []);
  await lockWhere(
    tx,
    businessId,
    (id) => sql`(${isOneOf(id, subjectIds)} OR ${id} IN (${options}))`,
    now,
  );
  await lockQuota(tx, businessId, meaning.reason);
  const reader = unit.context.db;
  const question = questionOf(unit, after, meaning);
  const stored = await readStored(reader, businessId, {
    reasonId: meaning.reason.rowId,
    locationId: meaning.location.rowId,
    staffIds: after.staff.map((person) => person.rowId),
    days: daysOf(question.range),
  });
  let against: readonly Refusal[] = [];
  for (const resourceIds of resourceChoices(before, after, stored, meaning.resourceIds)) {
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
 * Returns the sets of resources to try, in order: those named, else the present ones, then fewer of
 * them.
 */
function resourceChoices(
  { appointment: old, resources }: AppointmentAggregate,
  { appointment }: AppointmentAggregate,
  { needs }: StoredSchedule,
  named: CheckedReferences['resourceIds'],
): (readonly number[])[] {
  if (named) return [named];
  const needed = new Set(
    needs.flat(2).flatMap(({ takes }) => takes.map(({ resourceId }) => resourceId)),
  );
  const kept =
    appointment.locationId === old.locationId ? resources.map(({ resourceId }) => resourceId) : [];
  // Another reason has other needs: keeps those present resources that it needs.
  if (appointment.reasonId !== old.reasonId) return [kept.filter((id) => needed.has(id)), []];
  return [kept, kept.filter((id) => !needed.has(id))];
}

/**
 * Checks that added staff are free at the time of an appointment, as in a booking with them: with
 * the engine, on the snapshot of the transaction. Nothing else of the appointment is checked.
 * @throws DomainError TIME_UNAVAILABLE
 */
export async function recheckAdditionalStaff(
  unit: UnitOfWork,
  before: AppointmentAggregate,
  after: AppointmentAggregate,
  { added, ...meaning }: CheckedReferences & { readonly added: readonly Staff[] },
): Promise<AppointmentAggregate> {
  const { tx, now } = unit;
  await lockWhere(
    tx,
    after.appointment.businessId,
    (id) => isOneOf(id, [...subjectsOf(before), ...subjectsOf(after)]),
    now,
  );
  const facts = await loadEngineFacts(unit.context.db, {
    ...questionOf(unit, after, meaning),
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
  unit: UnitOfWork,
  after: AppointmentAggregate,
  meaning: CheckedReferences,
): Promise<void> {
  const { tx, now } = unit;
  const { businessId, startAt, timeZoneCode } = after.appointment;
  if (meaning.reason.quota === null) return;
  await lockWhere(tx, businessId, (id) => isOneOf(id, subjectsOf(after)), now);
  await lockQuota(tx, businessId, meaning.reason);
  const quota = await quotaOf(unit.context.db, questionOf(unit, after, meaning));
  if (!quota || quota.used(quota.periodOf(toLocal(startAt, timeZoneCode).date)) < quota.limit)
    return;
  throw unavailable(
    [{ person: after.staff[0] as Staff, refusals: [{ rule: AvailabilityRule.QUOTA_REACHED }] }],
    explanationInputFor(after, meaning.screeningAnswer),
  );
}

function questionOf(
  { member, now }: WriteUnit,
  { appointment, staff }: AppointmentAggregate,
  meaning: CheckedReferences,
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
