import { isStaffSide, type Member } from '../../context';
import type { Reader } from '../../db/database';
import { isOneOf, raw, sql } from '../../db/sql';
import { ALWAYS, type Interval } from '../../lib/intervals';
import { addDays, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '../../lib/time-zone';
import { ClientStatus, type Client } from '../clients/client.entity';
import type { Location } from '../locations/location.entity';
import { heldWithin, type Held } from '../occupancy/occupancy.service';
import type { Reason } from '../reasons/reason.entity';
import { ReasonStatus, ReasonType, WorkSchedule } from '../reasons/reason-enums';
import { selectedLocationsOf, servingOf, type Serving } from '../reasons/links/active-links';
import { screens } from '../reasons/reason.rules';
import { resourceNeedsOf, resourcesByIds, type UsableNeed } from '../resources/resource-needs';
import { schedulesOf, type StoredHours } from '../schedules/stored-hours';
import { workingWindows } from '../schedules/windows';
import type { Staff } from '../staff/staff.entity';
import { locationIdsOfStaff } from '../staff/staff-locations';
import { AvailabilityRule } from './engine/rules';
import type { EngineFacts, Candidate, Refusal, Rules, Taken, ResourcePool } from './engine/engine';
import { LOOK_BACK_DAYS, ownedBy, windowsOf, type Days, type Owner, type ReadHours } from './hours';
import { quotaOf } from './quota';

/** A query for times of a reason at a location with these staff, between two instants. */
export interface AvailabilityQuery {
  readonly member: Member;
  readonly reason: Reason;
  readonly location: Location;
  readonly client: Client | null;
  /** Staff of whom one serves. `companions` must be free as well. */
  readonly staff: readonly Staff[];
  readonly companions: readonly Staff[];
  /** Staff who do not serve, but must not be taken. Their hours do not matter. */
  readonly blocked?: readonly Staff[];
  /**
   * Resources named by the caller: preferred among the options of a need, else taken in addition.
   */
  readonly resourceIds: readonly number[];
  readonly range: Interval;
  readonly durationMinutes: number;
  readonly now: number;
  /** Answer to the screening question. Omitted if the question was answered before. */
  readonly screeningAnswer?: string | null;
  /** The appointment to move, whose own claims do not count. 0 for none. */
  readonly exceptAppointmentId: number;
}

/**
 * Stored rows that are selected by ids only, so that they can be read before the ids are resolved.
 */
export interface StoredSchedule {
  readonly hours: StoredHours;
  readonly placeHasHours: boolean;
  readonly serving: readonly Serving[];
  readonly places: ReadonlyMap<number, readonly number[]>;
  readonly needs: readonly UsableNeed[];
  readonly selected: readonly number[];
}

export interface ScheduleKey {
  readonly reasonId: number;
  readonly locationId: number;
  readonly staffIds: readonly number[];
  readonly days: Days;
}

export async function readStored(
  reader: Reader,
  businessId: number,
  { reasonId, locationId, staffIds, days }: ScheduleKey,
): Promise<StoredSchedule> {
  const [hours, placeHasHours, serving, places, needs, selected] = await Promise.all([
    schedulesOf(
      reader,
      businessId,
      { staffIds, locationIds: [locationId], reasonIds: [reasonId] },
      { ...days, from: addDays(days.from, -LOOK_BACK_DAYS) },
    ),
    ownersWithHours(reader, businessId, 'of_location_id', [locationId]),
    servingOf(reader, businessId, [reasonId]),
    locationIdsOfStaff(reader, businessId, staffIds),
    resourceNeedsOf(reader, businessId, [reasonId]),
    selectedLocationsOf(reader, businessId, [reasonId]),
  ]);
  return {
    hours,
    placeHasHours: placeHasHours.has(locationId),
    serving: serving.get(reasonId) ?? [],
    places,
    needs: needs.get(reasonId) ?? [],
    selected: selected.get(reasonId) ?? [],
  };
}

/** Facts that the caller of `loadEngineFacts` has read already, and options. */
export interface KnownFacts {
  readonly stored?: StoredSchedule;
  /** Claims on the staff around the range. */
  readonly held?: readonly Held[];
  /** Reads hours of earlier days, for windows that began before the days that were read. */
  readonly earlier?: ReadHours;
  /** Whether to list starts in steps also for callers who may book between them. */
  readonly lists?: boolean;
}

/**
 * Loads all facts that the engine needs. The number of statements does not depend on the number of
 * staff.
 */
export async function loadEngineFacts(
  reader: Reader,
  question: AvailabilityQuery,
  { stored, held, earlier, lists = false }: KnownFacts = {},
): Promise<EngineFacts> {
  const {
    member: { businessId },
    reason,
    location,
    staff,
    companions,
    blocked = [],
    range,
    now,
  } = question;
  const rules = rulesOf(question);
  const days = daysOf(range, rules.durationMs);
  const everybody = [...staff, ...companions];
  const span = spanOf(rules, range);
  const [known, claims] = await Promise.all([
    stored ??
      readStored(reader, businessId, {
        reasonId: reason.rowId,
        locationId: location.rowId,
        staffIds: everybody.map(({ rowId }) => rowId),
        days,
      }),
    held ??
      heldWithin(
        reader,
        [...everybody, ...blocked].map(({ subjectId }) => subjectId),
        {
          businessId,
          startMs: span.startAt,
          endMs: span.endAt,
          exceptAppointmentId: question.exceptAppointmentId,
          now,
        },
      ),
  ]);
  const [place, offer, ...persons] = [
    {
      column: 'ofLocationId',
      id: location.rowId,
      timeZone: location.timeZoneCode,
      always: !known.placeHasHours,
    },
    {
      column: 'ofReasonId',
      id: reason.rowId,
      timeZone: location.timeZoneCode,
      always: reason.customWorkSchedule !== WorkSchedule.CUSTOM_SCHEDULE,
    },
    ...everybody.map(({ rowId, timeZoneCode }) => ({
      column: 'staffId',
      id: rowId,
      timeZone: timeZoneCode,
      always: false,
    })),
  ] as [Owner, Owner, ...Owner[]];
  const bound = {
    common: [place, offer, ...persons.slice(staff.length)],
    people: persons.slice(0, staff.length),
  };
  const older = rules.grid || lists ? (earlier ?? earlierHours(reader, businessId)) : null;
  const [{ needs, named, things }, quota, windows] = await Promise.all([
    thingsOf(reader, question, known, span, days),
    quotaOf(reader, question),
    bindsHours(reason) ? windowsOf(bound, known.hours, purposeOf(question), days, older) : null,
  ]);
  const taken = bySubject(claims);
  const hoursOf = (owner: Owner): readonly Interval[] => windows?.get(owner) ?? ALWAYS;
  const personOf = (
    { rowId, subjectId, timeZoneCode }: Staff,
    barred: readonly Refusal[],
    index: number,
  ): Candidate => ({
    staffId: rowId,
    timeZone: timeZoneCode,
    barred,
    windows: hoursOf(persons[index] as Owner),
    taken: taken.get(subjectId) ?? [],
  });
  return {
    rules,
    needs,
    named,
    things,
    quota,
    barred: barredOf(question, known),
    open: hoursOf(place),
    offered: hoursOf(offer),
    people: staff.map((person, index) =>
      personOf(person, barredFor(person, question, known), index),
    ),
    companions: [
      ...companions.map((person, index) => personOf(person, absent(person), staff.length + index)),
      ...blocked.map(({ rowId, subjectId, timeZoneCode }) => ({
        staffId: rowId,
        timeZone: timeZoneCode,
        barred: [],
        windows: ALWAYS,
        taken: taken.get(subjectId) ?? [],
      })),
    ],
  };
}

/** Reads the hours of all days up to one, for windows that are longer than a week. */
export const earlierHours =
  (reader: Reader, businessId: number): ReadHours =>
  (owners, to) =>
    schedulesOf(reader, businessId, owners, { from: FIRST_DAY, to });

/** The earliest day from which hours can be valid: see LocalDate. */
const FIRST_DAY = '1900-01-01';

/** Time off and private time are independent of working hours. */
const bindsHours = ({ reasonType }: Reason): boolean => reasonType !== ReasonType.PERSONAL;

/** Returns the refusals that apply to any time of this reason at this location for this client. */
export function barredOf(
  { member, reason, location, client, screeningAnswer }: AvailabilityQuery,
  { selected }: Pick<StoredSchedule, 'selected'>,
): Refusal[] {
  const found: Refusal[] = [];
  if (reason.status !== ReasonStatus.ACTIVE) found.push({ rule: AvailabilityRule.REASON_INACTIVE });
  const isBlocked = client && (client.deleted || client.status === ClientStatus.BLACKLISTED);
  // Only staff learn that a client is blocked: others read that the reason is not booked online.
  if (!isStaffSide(member) && (!reason.allowOnline || isBlocked))
    found.push({ rule: AvailabilityRule.REASON_NOT_ONLINE });
  if (!location.active) found.push({ rule: AvailabilityRule.LOCATION_INACTIVE });
  if (
    reason.customWorkSchedule === WorkSchedule.SELECTED_LOCATIONS &&
    !selected.includes(location.rowId)
  )
    found.push({ rule: AvailabilityRule.REASON_NOT_AT_LOCATION });
  if (!isStaffSide(member) && screeningAnswer !== undefined && !screens(reason, screeningAnswer))
    found.push({ rule: AvailabilityRule.SCREENING });
  if (isStaffSide(member) && isBlocked) found.push({ rule: AvailabilityRule.CLIENT_CANNOT_BOOK });
  return found;
}

const absent = ({ rowId, active, acceptsAppointments }: Staff): Refusal[] =>
  active && acceptsAppointments ? [] : [{ rule: AvailabilityRule.STAFF_INACTIVE, staffId: rowId }];

function barredFor(
  person: Staff,
  { reason, location }: AvailabilityQuery,
  { serving, places }: StoredSchedule,
): Refusal[] {
  const found = absent(person);
  const staffId = person.rowId;
  if (!bindsHours(reason)) return found;
  if (serving.length && !serving.some((one) => one.staffId === staffId))
    found.push({ rule: AvailabilityRule.STAFF_NOT_ASSIGNED, staffId });
  const theirs = places.get(staffId);
  if (theirs?.length && !theirs.includes(location.rowId))
    found.push({ rule: AvailabilityRule.STAFF_NOT_AT_LOCATION, staffId });
  return found;
}

const purposeOf = ({ reason, location }: AvailabilityQuery) => ({
  reasonId: reason.rowId,
  locationId: location.rowId,
});

/** Returns the local days, in any time zone, of visits that start in the range. */
export const daysOf = ({ startAt, endAt }: Interval, durationMs = 0): Days => ({
  from: addDays(new Date(startAt).toISOString().slice(0, 10), -1),
  to: addDays(new Date(endAt + durationMs).toISOString().slice(0, 10), 1),
});

/** Returns the interval of claims that can conflict with a visit starting in the range. */
const spanOf = (
  { durationMs, bufferBeforeMs, bufferAfterMs }: Rules,
  { startAt, endAt }: Interval,
): Interval => ({ startAt: startAt - bufferBeforeMs, endAt: endAt + durationMs + bufferAfterMs });

/** Returns the bounds of notice and horizon, which apply to clients and the public. */
export function boundsOf(
  member: Member,
  { apptHrMin, apptDayMax }: Reason,
  now: number,
): Pick<Rules, 'earliest' | 'latest'> {
  const bound = !isStaffSide(member);
  return {
    earliest: bound
      ? Math.max(now + 1, now + (apptHrMin ?? 0) * MS_PER_HOUR)
      : Number.MIN_SAFE_INTEGER,
    latest: bound && apptDayMax !== null ? now + apptDayMax * MS_PER_DAY : Number.MAX_SAFE_INTEGER,
  };
}

function rulesOf({ member, reason, location, durationMinutes, now }: AvailabilityQuery): Rules {
  return {
    durationMs: durationMinutes * MS_PER_MINUTE,
    bufferBeforeMs: reason.bufferBefore * MS_PER_MINUTE,
    bufferAfterMs: reason.bufferAfter * MS_PER_MINUTE,
    stepMs: (reason.slotStepMinutes ?? durationMinutes) * MS_PER_MINUTE,
    alignment: reason.slotAlignment,
    grid: !isStaffSide(member),
    timeZone: location.timeZoneCode,
    ...boundsOf(member, reason, now),
  };
}

function bySubject(held: readonly Held[]): Map<number, Taken[]> {
  const found = new Map<number, Taken[]>();
  for (const { subjectId, startMs, endMs, units, appointmentId } of held) {
    const taken = { startAt: startMs, endAt: endMs, units, appointmentId };
    const known = found.get(subjectId);
    if (known) known.push(taken);
    else found.set(subjectId, [taken]);
  }
  for (const taken of found.values()) taken.sort((one, other) => one.startAt - other.startAt);
  return found;
}

/**
 * Loads the needs of the reason at this location, the named resources, and the hours and claims of
 * each resource.
 */
async function thingsOf(
  reader: Reader,
  question: AvailabilityQuery,
  { needs: stored }: StoredSchedule,
  span: Interval,
  days: Days,
): Promise<Pick<EngineFacts, 'needs' | 'named' | 'things'>> {
  const {
    member: { businessId },
    location,
    resourceIds,
    now,
    exceptAppointmentId,
  } = question;
  if (!stored.length && !resourceIds.length) return { needs: [], named: [], things: new Map() };
  const options = stored.map((need) =>
    need.filter(({ locationId }) => locationId === location.rowId).map(({ takes }) => takes),
  );
  const known = new Map(options.flat(2).map((taken) => [taken.resourceId, taken]));
  const more = await resourcesByIds(
    reader,
    businessId,
    resourceIds.filter((id) => !known.has(id)),
  );
  for (const one of more) known.set(one.resourceId, one);
  const all = [...known.values()];
  const ids = all.map(({ resourceId }) => resourceId);
  const [hours, withHours, held] = await Promise.all([
    schedulesOf(reader, businessId, { resourceIds: ids }, days),
    ownersWithHours(reader, businessId, 'resource_id', ids),
    heldWithin(
      reader,
      all.map(({ subjectId }) => subjectId),
      { businessId, startMs: span.startAt, endMs: span.endAt, exceptAppointmentId, now },
    ),
  ]);
  const taken = bySubject(held);
  return {
    needs: options,
    named: resourceIds,
    things: new Map(
      all.map(({ resourceId, subjectId, quantity }): [number, ResourcePool] => [
        resourceId,
        {
          resourceId,
          subjectId,
          quantity,
          taken: taken.get(subjectId) ?? [],
          windows: workingWindows(
            ownedBy(hours, {
              column: 'resourceId',
              id: resourceId,
              always: !withHours.has(resourceId),
            }),
            purposeOf(question),
            days.from,
            days.to,
            location.timeZoneCode,
          ),
        },
      ]),
    ),
  };
}

/**
 * Returns the owners that have any hours. A location or a resource without hours is always open.
 */
async function ownersWithHours(
  reader: Reader,
  businessId: number,
  column: 'of_location_id' | 'resource_id',
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  const rows = await reader.all<{ id: number }>(sql`
    SELECT DISTINCT ${raw(column)} AS id FROM schedule_period WHERE business_id = ${businessId} AND ${isOneOf(raw(column), ids)}`);
  return new Set(rows.map(({ id }) => id));
}
