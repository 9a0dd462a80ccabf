import { isStaffSide, type Member } from '../../context';
import type { Reader } from '../../shared/db/database';
import { isOneOf, raw, sql } from '../../shared/db/sql';
import { ALWAYS, type Interval } from '../../shared/intervals';
import { addDays, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '../../shared/time-zone';
import { ClientStatus, type Client } from '../clients/client.entity';
import type { Location } from '../locations/location.entity';
import { heldWithin, type Held } from '../occupancy/occupancy.service';
import type { Reason } from '../reasons/reason.entity';
import { ReasonStatus, ReasonType, WorkSchedule } from '../reasons/reason.enums';
import { selectedLocationsOf, servingOf, type Serving } from '../reasons/reason.loaders';
import { screens } from '../reasons/reason.rules';
import { resourceNeedsOf, resourcesByIds, type TakenResource, type UsableNeed } from '../resources/resource.loaders';
import { schedulesOf, type StoredHours } from '../schedules/schedule.loaders';
import { workingWindows, type OwnedHours } from '../schedules/windows';
import type { Staff } from '../staff/staff.entity';
import { locationIdsOfStaff } from '../staff/staff.loaders';
import { AvailabilityRule } from './availability.rules';
import type { Facts, Need, Person, Refusal, Rules, Taken, Thing } from './engine';
import { quotaOf } from './quota';

/** What is asked: times for a reason at a place, of these people, between two instants. */
export interface Question {
  readonly member: Member;
  readonly reason: Reason;
  readonly location: Location;
  readonly client: Client | null;
  /** Who could serve, and who has to be there as well. */
  readonly staff: readonly Staff[];
  readonly companions: readonly Staff[];
  /** Taken as well, or before the other options of a need. */
  readonly resourceIds: readonly number[];
  readonly range: Interval;
  readonly durationMinutes: number;
  readonly now: number;
  /** What was answered to the screening question; left out where it was answered before. */
  readonly screeningAnswer?: string | null;
  /** What it has itself is in nobody's way: of an appointment that moves. */
  readonly exceptAppointmentId: number;
}

/** What is stored of ids alone: can be read before it is known whose they are. */
export interface Stored {
  readonly hours: StoredHours;
  readonly placeHasHours: boolean;
  readonly serving: readonly Serving[];
  readonly places: ReadonlyMap<number, readonly number[]>;
  readonly needs: readonly UsableNeed[];
  readonly selected: readonly number[];
}

export interface Named {
  readonly reasonId: number;
  readonly locationId: number;
  readonly staffIds: readonly number[];
  readonly days: Days;
}

export interface Days { readonly from: string; readonly to: string }

export async function readStored(reader: Reader, businessId: number, { reasonId, locationId, staffIds, days }: Named): Promise<Stored> {
  const [hours, placeHasHours, serving, places, needs, selected] = await Promise.all([
    schedulesOf(reader, businessId, { staffIds, locationIds: [locationId], reasonIds: [reasonId] }, days),
    ownersWithHours(reader, businessId, 'of_location_id', [locationId]),
    servingOf(reader, businessId, [reasonId]),
    locationIdsOfStaff(reader, businessId, staffIds),
    resourceNeedsOf(reader, businessId, [reasonId]),
    selectedLocationsOf(reader, businessId, [reasonId]),
  ]);
  return {
    hours, placeHasHours: placeHasHours.has(locationId), serving: serving.get(reasonId) ?? [], places, needs: needs.get(reasonId) ?? [], selected: selected.get(reasonId) ?? [],
  };
}

/**
 * Everything that the engine has to know, by a number of statements that does not depend on how many people there are.
 * `held` are the claims of the people around the range, where whoever asks has them already.
 */
export async function factsOf(reader: Reader, question: Question, stored?: Stored, held?: readonly Held[]): Promise<Facts> {
  const { member: { businessId }, reason, location, staff, companions, range, now } = question;
  const rules = rulesOf(question);
  const days = daysOf(range);
  const everybody = [...staff, ...companions];
  const span = spanOf(rules, range);
  const [known, claims] = await Promise.all([
    stored ?? readStored(reader, businessId, { reasonId: reason.rowId, locationId: location.rowId, staffIds: everybody.map(({ rowId }) => rowId), days }),
    held ?? heldWithin(reader, businessId, everybody.map(({ subjectId }) => subjectId), span.startAt, span.endAt, question.exceptAppointmentId, now),
  ]);
  const [{ needs, things }, quota] = await Promise.all([thingsOf(reader, question, known, span, days), quotaOf(reader, question)]);
  const taken = bySubject(claims);
  const bound = bindsHours(reason);
  const purpose = purposeOf(question);
  const personOf = ({ rowId, subjectId, timeZoneCode }: Staff, barred: readonly Refusal[]): Person => ({
    staffId: rowId, timeZone: timeZoneCode, barred,
    windows: bound ? workingWindows(ownedBy(known.hours, 'staffId', rowId, false), purpose, days.from, days.to, timeZoneCode) : ALWAYS,
    taken: taken.get(subjectId) ?? [],
  });
  return {
    rules, needs, things, quota,
    barred: barredOf(question, known),
    open: bound ? workingWindows(ownedBy(known.hours, 'ofLocationId', location.rowId, !known.placeHasHours), purpose, days.from, days.to, location.timeZoneCode) : ALWAYS,
    offered: bound ? workingWindows(ownedBy(known.hours, 'ofReasonId', reason.rowId, reason.customWorkSchedule !== WorkSchedule.CUSTOM_SCHEDULE), purpose, days.from, days.to, location.timeZoneCode) : ALWAYS,
    people: staff.map((person) => personOf(person, barredFor(person, question, known))),
    companions: companions.map((person) => personOf(person, absent(person))),
  };
}

/** Time off and private time are nobody's working hours. */
const bindsHours = ({ reasonType }: Reason): boolean => reasonType !== ReasonType.PERSONAL;

/** What refuses any time of this reason at this place for this client. */
export function barredOf({ member, reason, location, client, screeningAnswer }: Question, { selected }: Pick<Stored, 'selected'>): Refusal[] {
  const found: Refusal[] = [];
  if (reason.status !== ReasonStatus.ACTIVE) found.push({ rule: AvailabilityRule.REASON_INACTIVE });
  if (!isStaffSide(member) && !reason.allowOnline) found.push({ rule: AvailabilityRule.REASON_NOT_ONLINE });
  if (!location.active) found.push({ rule: AvailabilityRule.LOCATION_INACTIVE });
  if (reason.customWorkSchedule === WorkSchedule.SELECTED_LOCATIONS && !selected.includes(location.rowId)) found.push({ rule: AvailabilityRule.REASON_NOT_AT_LOCATION });
  if (!isStaffSide(member) && screeningAnswer !== undefined && !screens(reason, screeningAnswer)) found.push({ rule: AvailabilityRule.SCREENING });
  if (client && (client.deleted || client.status === ClientStatus.BLACKLISTED)) found.push({ rule: AvailabilityRule.CLIENT_CANNOT_BOOK });
  return found;
}

const absent = ({ rowId, active, acceptsAppointments }: Staff): Refusal[] =>
  active && acceptsAppointments ? [] : [{ rule: AvailabilityRule.STAFF_INACTIVE, staffId: rowId }];

function barredFor(person: Staff, { reason, location }: Question, { serving, places }: Stored): Refusal[] {
  const found = absent(person);
  const staffId = person.rowId;
  if (!bindsHours(reason)) return found;
  if (serving.length && !serving.some((one) => one.staffId === staffId)) found.push({ rule: AvailabilityRule.STAFF_NOT_ASSIGNED, staffId });
  const theirs = places.get(staffId);
  if (theirs?.length && !theirs.includes(location.rowId)) found.push({ rule: AvailabilityRule.STAFF_NOT_AT_LOCATION, staffId });
  return found;
}

const purposeOf = ({ reason, location }: Question) => ({ reasonId: reason.rowId, locationId: location.rowId });

/** Local days of every zone that the range touches. */
export const daysOf = ({ startAt, endAt }: Interval): Days =>
  ({ from: addDays(new Date(startAt).toISOString().slice(0, 10), -1), to: addDays(new Date(endAt).toISOString().slice(0, 10), 1) });

/** What may be in the way of whatever starts in the range. */
const spanOf = ({ durationMs, bufferBeforeMs, bufferAfterMs }: Rules, { startAt, endAt }: Interval): Interval =>
  ({ startAt: startAt - bufferBeforeMs, endAt: endAt + durationMs + bufferAfterMs });

/** Notice and horizon: they bind clients and the public. */
export function boundsOf(member: Member, { apptHrMin, apptDayMax }: Reason, now: number): Pick<Rules, 'earliest' | 'latest'> {
  const bound = !isStaffSide(member);
  return {
    earliest: bound ? Math.max(now + 1, now + (apptHrMin ?? 0) * MS_PER_HOUR) : Number.MIN_SAFE_INTEGER,
    latest: bound && apptDayMax !== null ? now + apptDayMax * MS_PER_DAY : Number.MAX_SAFE_INTEGER,
  };
}

function rulesOf({ member, reason, location, durationMinutes, now }: Question): Rules {
  return {
    durationMs: durationMinutes * MS_PER_MINUTE, bufferBeforeMs: reason.bufferBefore * MS_PER_MINUTE, bufferAfterMs: reason.bufferAfter * MS_PER_MINUTE,
    stepMs: (reason.slotStepMinutes ?? durationMinutes) * MS_PER_MINUTE, alignment: reason.slotAlignment, grid: !isStaffSide(member), timeZone: location.timeZoneCode,
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

/** What the reason needs at this place, with what is named put first, and when each of it is open and in use. */
async function thingsOf(reader: Reader, question: Question, { needs: stored }: Stored, span: Interval, days: Days): Promise<{ needs: readonly Need[]; things: ReadonlyMap<number, Thing> }> {
  const { member: { businessId }, location, resourceIds, now, exceptAppointmentId } = question;
  if (!stored.length && !resourceIds.length) return { needs: [], things: new Map() };
  const options = stored.map((need) => need.filter(({ locationId }) => locationId === location.rowId).map(({ takes }) => takes));
  const known = new Map(options.flat(2).map((taken) => [taken.resourceId, taken]));
  const more = await resourcesByIds(reader, businessId, resourceIds.filter((id) => !known.has(id)));
  for (const one of more) known.set(one.resourceId, one);
  const all = [...known.values()];
  const ids = all.map(({ resourceId }) => resourceId);
  const [hours, withHours, held] = await Promise.all([
    schedulesOf(reader, businessId, { resourceIds: ids }, days), ownersWithHours(reader, businessId, 'resource_id', ids),
    heldWithin(reader, businessId, all.map(({ subjectId }) => subjectId), span.startAt, span.endAt, exceptAppointmentId, now),
  ]);
  const taken = bySubject(held);
  return {
    needs: withNamed(options, resourceIds),
    things: new Map(all.map(({ resourceId, subjectId, quantity }): [number, Thing] => [resourceId, {
      resourceId, subjectId, quantity, taken: taken.get(subjectId) ?? [],
      windows: workingWindows(ownedBy(hours, 'resourceId', resourceId, !withHours.has(resourceId)), purposeOf(question), days.from, days.to, location.timeZoneCode),
    }])),
  };
}

/** Each resource that is named meets the first need that it can; one that meets none is a need of its own. */
function withNamed(needs: readonly (readonly (readonly TakenResource[])[])[], named: readonly number[]): Need[] {
  const found: Need[] = needs.map((need) => [...need]);
  const settled = new Set<number>();
  const takes = (id: number) => (option: Need[number]) => option.some(({ resourceId }) => resourceId === id);
  for (const id of named) {
    const index = found.findIndex((need, place) => !settled.has(place) && need.some(takes(id)));
    if (index < 0) found.push([[{ resourceId: id, units: 1 }]]);
    else found[index] = (found[index] as Need).filter(takes(id));
    settled.add(index < 0 ? found.length - 1 : index);
  }
  return found;
}

type OwnerColumn = 'staffId' | 'ofLocationId' | 'ofReasonId' | 'resourceId';

const ownedBy = ({ periods, overrides }: StoredHours, column: OwnerColumn, id: number, always: boolean): OwnedHours =>
  ({ periods: periods.filter((period) => period[column] === id), overrides: overrides.filter((override) => override[column] === id), always });

/** Of whom hours are kept at all: a place or a thing that has none is open at any time. */
async function ownersWithHours(reader: Reader, businessId: number, column: 'of_location_id' | 'resource_id', ids: readonly number[]): Promise<ReadonlySet<number>> {
  const rows = await reader.all<{ id: number }>(sql`
    SELECT DISTINCT ${raw(column)} AS id FROM schedule_period WHERE business_id = ${businessId} AND ${isOneOf(raw(column), ids)}`);
  return new Set(rows.map(({ id }) => id));
}
