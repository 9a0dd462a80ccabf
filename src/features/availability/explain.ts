import { isStaffSide, type Context } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import { raw, isOneOf, sql } from '../../shared/db/sql';
import { parseGlobalId } from '../../shared/global-id';
import type { Node } from '../../shared/node';
import { MS_PER_DAY, MS_PER_MINUTE, toLocal } from '../../shared/time-zone';
import type { Reason } from '../reasons/reason.entity';
import { ReasonType } from '../reasons/reason.enums';
import { resources } from '../resources/resource.source';
import { dateOverrides } from '../schedules/schedule.source';
import type { Staff } from '../staff/staff.entity';
import { staff as staffSource } from '../staff/staff.source';
import { AvailabilityRule } from './availability.rules';
import { timesOf, wishOf, type Wish } from './availability.service';
import { allocate, isBarred, needsAt, refusals, type Facts, type Needed, type Person, type Refusal } from './engine';
import { AvailabilityChangeKind, type AvailabilityChange, type AvailabilityExplanation, type AvailabilityRefusal, type ExplainAvailabilityInput, type ExplainedCandidate } from './explain.type';
import { nearest } from './nearest';
import { mayOverride } from './override';
import { sentenceOf } from './refused';
import { daysOf, factsOf, readStored, type Stored } from './snapshot';

/** How far to either side other times are looked for. */
const AROUND_MS = 14 * MS_PER_DAY;
const NEAREST = 3;

/** Why a time can be booked with each candidate, or not. @throws DomainError NOT_FOUND, BAD_USER_INPUT, RULE_VIOLATED */
export async function explain(context: Context, input: ExplainAvailabilityInput): Promise<AvailabilityExplanation> {
  const [wish, exceptAppointmentId] = await Promise.all([wishOf(context, input), movedBy(context, input.appointmentId)]);
  if (wish.reason.reasonType === ReasonType.CLASS || wish.reason.reasonType === ReasonType.COURSE) {
    throw new DomainError(ErrorCode.RULE_VIOLATED, 'Classes and courses are booked by their sessions: availability answers those that have seats.', { path: ['input', 'reasonId'] });
  }
  const { start } = input;
  const range = { startAt: start - AROUND_MS, endAt: start + AROUND_MS };
  const stored = await readStored(context.db, wish.member.businessId, {
    reasonId: wish.reason.rowId, locationId: wish.location.rowId, staffIds: [...wish.staff, ...wish.companions].map(({ rowId }) => rowId), days: daysOf(range),
  });
  const facts = await factsOf(context.db, { ...wish, range, exceptAppointmentId }, stored);
  const needed = needsAt(facts);
  const found = wish.reason.reasonType === ReasonType.SERVICE ? nearest(facts, { startAt: Math.max(range.startAt, wish.now + 1), endAt: range.endAt }, start, NEAREST, needed) : [];
  const candidates = await Promise.all(facts.people.map(async (person, index): Promise<ExplainedCandidate> => {
    const against = refusals(facts, person, start);
    return {
      staff: wish.staff[index] as Staff, bookable: against.length === 0,
      refusals: await Promise.all(against.map((refusal) => shown(context, wish, stored, refusal, start))),
      smallestChange: against.length ? smallestChange(wish, facts, person, start, against, needed) : null,
    };
  }));
  return {
    start, end: start + facts.rules.durationMs, bookable: candidates.some(({ bookable }) => bookable), candidates, nearestTimes: await timesOf(context, wish, found),
  };
}

/** The appointment that would move, whose own time is in nobody's way: for staff any, for clients one of theirs. */
async function movedBy({ db, viewer }: Context, id: string | null | undefined): Promise<number> {
  if (id == null) return 0;
  const rowId = parseGlobalId('Appointment', id, ['input', 'appointmentId']);
  if (isStaffSide(viewer)) return rowId;
  const rows = await db.all(sql`SELECT id FROM appointment WHERE business_id = ${viewer.businessId} AND id = ${rowId} AND ${isOneOf(raw('client_id'), viewer.clientIds)}`);
  return rows.length ? rowId : 0;
}

async function shown(context: Context, wish: Wish, stored: Stored, refusal: Refusal, start: number): Promise<AvailabilityRefusal> {
  const { rule, resourceIds = [], taken = [] } = refusal;
  return {
    rule, message: sentenceOf(rule), row: await rowOf(context, wish, stored, refusal, start),
    resources: (await Promise.all(resourceIds.map((id) => resources.granted(context, id)))).filter((row) => row !== null), appointmentIds: [...new Set(taken.map(({ appointmentId }) => appointmentId))],
  };
}

/** The row that the rule comes from, as far as the viewer may see it: the override of a day goes before whose day it is. */
async function rowOf(context: Context, { reason, location, client }: Wish, { hours }: Stored, { rule, staffId, resourceIds }: Refusal, start: number): Promise<Node | null> {
  const override = async (column: 'staffId' | 'ofLocationId' | 'ofReasonId', id: number, timeZone: string) => {
    const { date } = toLocal(start, timeZone);
    const row = hours.overrides.find((one) => one[column] === id && one.date === date);
    return row ? dateOverrides.find(context, row.rowId) : null;
  };
  switch (rule) {
    case AvailabilityRule.LOCATION_CLOSED: return (await override('ofLocationId', location.rowId, location.timeZoneCode)) ?? location;
    case AvailabilityRule.LOCATION_INACTIVE: return location;
    case AvailabilityRule.REASON_NOT_OFFERED: return (await override('ofReasonId', reason.rowId, location.timeZoneCode)) ?? reason;
    case AvailabilityRule.CLIENT_CANNOT_BOOK: return client;
    case AvailabilityRule.RESOURCE_TAKEN: return resourceIds?.[0] === undefined ? reason : resources.granted(context, resourceIds[0]);
    case AvailabilityRule.STAFF_NOT_WORKING: {
      const person = (await staffSource.granted(context, staffId as number)) as Staff;
      return (await override('staffId', person.rowId, person.timeZoneCode)) ?? person;
    }
    default: return staffId === undefined ? reason : staffSource.granted(context, staffId);
  }
}

/** The least that has to change so that this person can be booked: another start or less time, in minutes; else an override, for those who may. */
function smallestChange(wish: Wish, facts: Facts, person: Person, start: number, against: readonly Refusal[], needed: Needed): AvailabilityChange | null {
  const changes = isBarred(facts, person) ? [] : [otherStart(wish, facts, person, start, needed), lessTime(wish, facts, person, start)].filter((change) => change !== null);
  const [least] = changes.sort((one, other) => one.minutes - other.minutes);
  if (least) return least;
  return mayOverride(wish, against) && allocate(facts, start, true) ? { kind: AvailabilityChangeKind.OVERRIDE, start, durationMinutes: wish.durationMinutes, minutes: 0 } : null;
}

function otherStart({ now, durationMinutes }: Wish, facts: Facts, person: Person, start: number, needed: Needed): AvailabilityChange | null {
  const range = { startAt: Math.max(start - AROUND_MS, now + 1), endAt: start + AROUND_MS };
  const offered = nearest({ ...facts, people: [person] }, range, start, 1, needed).map(({ startAt }) => startAt);
  const edges = facts.rules.grid ? [] : edgesOf(facts, person).filter((at) => at >= range.startAt && at < range.endAt);
  const starts = [...offered, ...edges].sort((one, other) => Math.abs(one - start) - Math.abs(other - start) || one - other);
  const first = starts.find((at) => refusals(facts, person, at).length === 0);
  return first === undefined ? null : { kind: AvailabilityChangeKind.START, start: first, durationMinutes, minutes: Math.abs(first - start) / MS_PER_MINUTE };
}

/** Where something begins to fit, for those who need not keep to the steps: right behind what is in the way, right before it, and at the ends of hours. */
function edgesOf({ rules, open, offered, things, companions }: Facts, person: Person): number[] {
  const { durationMs, bufferBeforeMs, bufferAfterMs } = rules;
  const owners = [person, ...companions, ...things.values()];
  return [
    ...owners.flatMap(({ taken }) => taken).flatMap(({ startAt, endAt }) => [endAt + bufferBeforeMs, startAt - bufferAfterMs - durationMs]),
    ...[...owners.map(({ windows }) => windows), open, offered].flat().flatMap(({ startAt, endAt }) => [startAt, endAt - durationMs]),
  ];
}

const STEP_MINUTES = 5;

function lessTime({ reason, member, durationMinutes }: Wish, facts: Facts, person: Person, start: number): AvailabilityChange | null {
  const shorter = isStaffSide(member)
    ? Array.from({ length: Math.ceil(durationMinutes / STEP_MINUTES) - 1 }, (_, index) => (Math.ceil(durationMinutes / STEP_MINUTES) - 1 - index) * STEP_MINUTES)
    : offeredLengths(reason).filter((minutes) => minutes < durationMinutes);
  const fits = shorter.find((minutes) => {
    const stepMs = reason.slotStepMinutes === null ? minutes * MS_PER_MINUTE : facts.rules.stepMs;
    return refusals({ ...facts, rules: { ...facts.rules, durationMs: minutes * MS_PER_MINUTE, stepMs } }, person, start).length === 0;
  });
  return fits === undefined ? null : { kind: AvailabilityChangeKind.DURATION, start, durationMinutes: fits, minutes: durationMinutes - fits };
}

/** The longest first. */
const offeredLengths = ({ visitMinutes, durations }: Reason): number[] => [visitMinutes, ...durations.map(({ minutes }) => minutes)].sort((one, other) => other - one);
