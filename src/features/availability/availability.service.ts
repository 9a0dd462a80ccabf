import { memberOf, type Context } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import { parseGlobalId, parseGlobalIds } from '../../shared/global-id';
import type { Interval } from '../../shared/intervals';
import { addDays, dayStart, MS_PER_MINUTE, text, toLocal } from '../../shared/time-zone';
import { businessOf } from '../businesses/business.loaders';
import type { Client } from '../clients/client.entity';
import { clients } from '../clients/client.source';
import { locations, primaryLocationOf } from '../locations/location.source';
import type { Location } from '../locations/location.entity';
import { ReasonType } from '../reasons/reason.enums';
import { reasons } from '../reasons/reason.source';
import type { Resource } from '../resources/resource.entity';
import { resources } from '../resources/resource.source';
import type { Staff } from '../staff/staff.entity';
import { staff as staffSource } from '../staff/staff.source';
import { boundOf } from './availability.bounds';
import { MAX_DAYS, type Availability, type AvailabilityInput, type AvailableTime, type AvailableUnit, type WishInput } from './availability.type';
import { everybodyFor } from './candidates';
import { offers, type Offer } from './engine';
import { addOnsOf, offeredDuration, resourceFor } from './parts';
import { policyOf } from './round-robin';
import { sessionTimes } from './sessions';
import { factsOf, type Question } from './snapshot';

const at = (field: string) => ['input', field];
const refuse = (message: string, field: string): never => {
  throw new DomainError(ErrorCode.BAD_USER_INPUT, message, { path: at(field) });
};

/** What can be booked. @throws DomainError NOT_FOUND, BAD_USER_INPUT, RULE_VIOLATED; QUERY_TOO_COMPLEX for more than one answer holds */
export async function availability(context: Context, input: AvailabilityInput): Promise<Availability> {
  if (input.to < input.from) refuse('The last day is not before the first.', 'to');
  if (addDays(input.from, MAX_DAYS) <= input.to) refuse(`Ask for at most ${MAX_DAYS} days at once.`, 'to');
  if (input.timeZone != null && input.tzOffset != null) refuse('Give timeZone or tzOffset, not both.', 'tzOffset');
  const [wish, business] = await Promise.all([wishOf(context, input), businessOf(context)]);
  const { reason, location } = wish;
  const clock = clockOf(input, location);
  const range = { startAt: clock.startOf(input.from), endAt: clock.startOf(addDays(input.to, 1)) };
  const locale = input.locale ?? wish.client?.locale ?? business.locale;
  const words = (instant: number) => clock.text(instant, locale);
  const answerOf = (availableTimes: AvailableTime[]): Availability => ({
    availableTimes, firstAvailable: availableTimes[0] ?? null,
    get days() { return [...new Set(availableTimes.map(({ start }) => clock.dateOf(start)))]; },
  });
  if (reason.reasonType === ReasonType.CLASS || reason.reasonType === ReasonType.COURSE) {
    const leaderIds = input.staffIds?.length ? wish.staff.map(({ rowId }) => rowId) : null;
    return answerOf(await sessionTimes(context, { question: { ...wish, range }, seats: input.seats ?? 1, leaderIds }, words));
  }
  return answerOf(await timesOf(context, wish, [...(await offersWithin(context, wish, range, boundOf()))], words));
}

/**
 * What can be booked of a service between two instants, by start, each found when it is asked for; of anything else nothing. `look` is told of each start that
 * is looked at.
 */
export async function offersWithin(context: Context, wish: Wish, range: Interval, look?: (people: number) => void): Promise<Iterable<Offer>> {
  if (wish.reason.reasonType !== ReasonType.SERVICE) return [];
  const facts = await factsOf(context.db, { ...wish, range }, { lists: true });
  return offers(facts, { startAt: Math.max(range.startAt, wish.now + 1), endAt: range.endAt }, { look });
}

/** Offers as they are answered; in the words of the location and the business unless said otherwise. What a month has thousands of is made when it is asked for. */
export async function timesOf(context: Context, wish: Wish, found: readonly Offer[], words?: (instant: number) => string): Promise<AvailableTime[]> {
  const { reason, location, staff, durationMinutes } = wish;
  const business = await businessOf(context);
  const byId = new Map(staff.map((person) => [person.rowId, person]));
  const roundRobin = policyOf(reason, location);
  let taken: ReturnType<typeof resourcesOf> | undefined;
  const unitsOf = async ({ staffIds, takes }: Offer): Promise<AvailableUnit[]> => {
    const known = await (taken ??= resourcesOf(context, found));
    const resources = takes.map(({ resourceId }) => known.get(resourceId) as Resource);
    return staffIds.map((id) => ({ staff: byId.get(id) as Staff, location, reason, roundRobin, resources, resource: resources[0] ?? null }));
  };
  return found.map((offer): AvailableTime => ({
    start: offer.startAt, end: offer.endAt, durationMinutes,
    get text() { return words ? words(offer.startAt) : text(offer.startAt, location.timeZoneCode, business.locale); },
    get units() { return unitsOf(offer); },
  }));
}

/** What of resources the times would take; named to everybody, since they are told to whoever comes. */
async function resourcesOf(context: Context, found: readonly Offer[]): Promise<ReadonlyMap<number, Resource>> {
  const ids = [...new Set(found.flatMap(({ takes }) => takes.map(({ resourceId }) => resourceId)))];
  const rows = await Promise.all(ids.map((id) => resources.granted(context, id)));
  return new Map(ids.map((id, index) => [id, rows[index] as Resource]));
}

export type Wish = Omit<Question, 'range'>;

/** What is wanted, apart from when. @throws DomainError NOT_FOUND, BAD_USER_INPUT, RULE_VIOLATED */
export async function wishOf(context: Context, input: WishInput): Promise<Wish> {
  const member = memberOf(context);
  const reasonId = parseGlobalId('Reason', input.reasonId, at('reasonId'));
  const ids = (type: string, given: readonly string[] | null | undefined, field: string) => [...new Set(parseGlobalIds(type, given ?? [], at(field)))];
  const resourceIds = ids('Resource', input.resourceIds, 'resourceIds');
  const companionIds = ids('Staff', input.additionalStaffIds, 'additionalStaffIds');
  const [reason, location, everybody, companions, addOns, client] = await Promise.all([
    reasons.get(context, reasonId, at('reasonId')),
    input.locationId == null ? primaryLocationOf(context) : locations.get(context, parseGlobalId('Location', input.locationId, at('locationId')), at('locationId')),
    peopleOf(context, reasonId, input.staffIds),
    Promise.all(companionIds.map((id) => staffSource.get(context, id, at('additionalStaffIds')))),
    addOnsOf(context, reasonId, ids('Reason', input.addOnReasonIds, 'addOnReasonIds')),
    clientFor(context, input.clientId),
    Promise.all(resourceIds.map((id) => resourceFor(context, reasonId, id))),
  ]);
  const minutes = offeredDuration(member, reason, input.durationMinutes)?.minutes ?? input.durationMinutes ?? reason.visitMinutes;
  return {
    member, reason, location, client, companions, resourceIds, staff: everybody.filter(({ rowId }) => !companionIds.includes(rowId)), now: context.now(), exceptAppointmentId: 0, screeningAnswer: input.screeningAnswer ?? null,
    durationMinutes: addOns.reduce((total, { visitMinutes }) => total + visitMinutes, minutes),
  };
}

/** For whom: a client's own row unless they name somebody for whom they may book. */
async function clientFor(context: Context, clientId: string | null | undefined): Promise<Client | null> {
  const { clientId: own } = memberOf(context);
  const id = clientId == null ? own : parseGlobalId('Client', clientId, at('clientId'));
  return id === null ? null : clients.get(context, id, at('clientId'));
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

/** Everybody who could serve the reason and whom the viewer sees, or those named. @throws DomainError NOT_FOUND */
async function peopleOf(context: Context, reasonId: number, staffIds: readonly string[] | null | undefined): Promise<readonly Staff[]> {
  if (staffIds?.length) return Promise.all([...new Set(parseGlobalIds('Staff', staffIds, at('staffIds')))].map((id) => staffSource.get(context, id, at('staffIds'))));
  const ids = await everybodyFor(context.db, memberOf(context).businessId, reasonId);
  return (await Promise.all(ids.map((id) => staffSource.granted(context, id)))).filter((person) => person !== null);
}
