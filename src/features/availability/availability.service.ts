import { isStaffSide, memberOf, type Context } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import { parseGlobalId, parseGlobalIds } from '../../shared/global-id';
import { addDays, dayStart, MS_PER_DAY, MS_PER_MINUTE, text, toLocal } from '../../shared/time-zone';
import { businessOf } from '../businesses/business.loaders';
import { locations, primaryLocationOf } from '../locations/location.source';
import type { Location } from '../locations/location.entity';
import { RoundRobin } from '../locations/round-robin';
import { ReasonStatus, ReasonType, type Reason } from '../reasons/reason.entity';
import { reasons } from '../reasons/reason.source';
import type { Staff } from '../staff/staff.entity';
import { staff as staffSource, staffList } from '../staff/staff.source';
import { MAX_DAYS, type Availability, type AvailabilityInput, type AvailableTime } from './availability.type';
import { isOffered, offers } from './engine';
import { factsOf } from './snapshot';

const at = (field: string) => ['input', field];
const refuse = (message: string, field: string): never => {
  throw new DomainError(ErrorCode.BAD_USER_INPUT, message, { path: at(field) });
};

/** What can be booked. @throws DomainError NOT_FOUND, BAD_USER_INPUT */
export async function availability(context: Context, input: AvailabilityInput): Promise<Availability> {
  const member = memberOf(context);
  if (input.to < input.from) refuse('The last day is not before the first.', 'to');
  if (addDays(input.from, MAX_DAYS) <= input.to) refuse(`Ask for at most ${MAX_DAYS} days at once.`, 'to');
  if (input.timeZone != null && input.tzOffset != null) refuse('Give timeZone or tzOffset, not both.', 'tzOffset');
  const [business, reason, location] = await Promise.all([
    businessOf(context), reasons.get(context, parseGlobalId('Reason', input.reasonId, at('reasonId')), at('reasonId')),
    input.locationId == null ? primaryLocationOf(context) : locations.get(context, parseGlobalId('Location', input.locationId, at('locationId')), at('locationId')),
  ]);
  const durationMinutes = durationOf(input, reason, isStaffSide(member));
  const people = await peopleOf(context, input);
  const clock = clockOf(input, location);
  const none = reason.status !== ReasonStatus.ACTIVE || reason.reasonType !== ReasonType.SERVICE || !location.active;
  const range = { startAt: clock.startOf(input.from), endAt: clock.startOf(addDays(input.to, 1)) };
  const { rules, candidates } = await factsOf(context.db, { member, reason, location, staff: none ? [] : people, range, durationMinutes, now: context.now() });
  const byId = new Map(people.map((person) => [person.rowId, person]));
  const roundRobin = reason.roundRobin ?? location.roundRobin ?? RoundRobin.NONE;
  const found = offers(rules, candidates, range);
  const availableTimes = found.map(({ startAt, endAt, staffIds }): AvailableTime => ({
    start: startAt, end: endAt, durationMinutes,
    // Made when it is asked for: a month has thousands.
    get text() { return clock.text(startAt, business.locale); },
    units: staffIds.map((id) => ({ staff: byId.get(id) as Staff, location, reason, roundRobin })),
  }));
  return { availableTimes, firstAvailable: availableTimes[0] ?? null, days: [...new Set(found.map(({ startAt }) => clock.dateOf(startAt)))] };
}

/** GMT+5:30 */
const labelOf = (minutes: number): string => {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `GMT${minutes < 0 ? '-' : '+'}${hours}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`;
};

/** Days and words as the viewer has them: of a zone, or of an offset that is always the same. */
function clockOf({ timeZone, tzOffset }: AvailabilityInput, location: Location) {
  const east = (tzOffset ?? 0) * MS_PER_MINUTE;
  const zone = tzOffset == null ? timeZone ?? location.timeZoneCode : 'UTC';
  return {
    startOf: (date: string) => dayStart(date, zone) - east,
    dateOf: (instant: number) => toLocal(instant + east, zone).date,
    text(instant: number, locale: string) {
      const words = text(instant + east, zone, locale);
      return tzOffset ? words.replace('UTC', labelOf(tzOffset)) : words;
    },
  };
}

function durationOf({ durationMinutes }: AvailabilityInput, { visitMinutes, durations }: Reason, free: boolean): number {
  if (durationMinutes == null) return visitMinutes;
  const known = durationMinutes === visitMinutes || durations.some(({ minutes }) => minutes === durationMinutes);
  return known || free ? durationMinutes : refuse('The reason does not offer this length.', 'durationMinutes');
}

/** Everybody whom the viewer sees, or those named. */
async function peopleOf(context: Context, { staffIds }: AvailabilityInput): Promise<readonly Staff[]> {
  if (staffIds) return Promise.all([...new Set(parseGlobalIds('Staff', staffIds, at('staffIds')))].map((id) => staffSource.get(context, id, at('staffIds'))));
  const found: Staff[] = [];
  for (let page = 0; page < MAX_STAFF / 100; page += 1) {
    const rows = await staffList.page(context, { first: 100, offset: page * 100, filter: { acceptsAppointments: true, active: true } }).nodes;
    found.push(...rows);
    if (rows.length < 100) break;
  }
  return found;
}

const MAX_STAFF = 1_000;

/**
 * Whether a time can be booked by this viewer, by the same engine as the query. For whoever writes: on the snapshot of its transaction, claims
 * apart, which the write itself looks at.
 */
export async function isBookable(context: Context, { reason, location, person, startAt, endAt }: { reason: Reason; location: Location; person: Staff; startAt: number; endAt: number }, now: number): Promise<boolean> {
  const range = { startAt: startAt - MS_PER_DAY, endAt: startAt + MS_PER_DAY };
  const { rules, candidates } = await factsOf(context.db, { member: memberOf(context), reason, location, staff: [person], range, durationMinutes: (endAt - startAt) / MS_PER_MINUTE, now });
  return candidates.some((candidate) => isOffered(rules, { ...candidate, taken: [] }, startAt));
}
