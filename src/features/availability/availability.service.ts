import { memberOf, type Context } from '../../context';
import { DomainError, ErrorCode, violated } from '../../errors';
import { parseGlobalId, parseGlobalIds } from '../../graphql/global-id';
import type { Interval } from '../../lib/intervals';
import { addDays } from '../../lib/time-zone';
import { businessOf } from '../businesses/business.list';
import type { Client } from '../clients/client.entity';
import { clients } from '../clients/client.list';
import { locations, primaryLocationOf } from '../locations/location.list';
import type { Reason } from '../reasons/reason.entity';
import { ReasonType } from '../reasons/reason-enums';
import { reasons } from '../reasons/reason.list';
import type { Resource } from '../resources/resource.entity';
import { resources } from '../resources/resource.list';
import type { Staff } from '../staff/staff.entity';
import { staff as staffSource } from '../staff/staff.list';
import { authoriseAdditionalStaff, authoriseLocation } from './authorise';
import { boundOf } from './engine/bounds';
import {
  MAX_DAYS,
  type Availability,
  type AvailabilityInput,
  type AvailableTime,
  type AvailableUnit,
  type WishInput,
} from './graphql/availability';
import { candidateIdsFor } from './candidates';
import { clockOf, type Clock } from './clock';
import { offers, type Offer } from './engine/engine';
import { addOnsOf, offeredDuration, resourceFor } from './booking-options';
import { policyOf } from './round-robin';
import { sessionTimes } from './sessions';
import { loadEngineFacts, type AvailabilityQuery } from './engine-facts';

const at = (field: string) => ['input', field];
const refuse = (message: string, field: string): never => {
  throw new DomainError(ErrorCode.BAD_USER_INPUT, message, { path: at(field) });
};

/** An appointment for which another time is sought. Its own claims do not count. */
export interface MovedAppointment {
  readonly rowId: number;
  /** Staff who do not serve, but whose time it blocks. */
  readonly blocked: readonly Staff[];
}

export const exceptOf = (
  moved: MovedAppointment | null,
): Pick<AvailabilityQuery, 'exceptAppointmentId' | 'blocked'> => ({
  exceptAppointmentId: moved?.rowId ?? 0,
  blocked: moved?.blocked ?? [],
});

/**
 * Returns the times that can be booked, or to which an appointment can move.
 * @throws DomainError NOT_FOUND, BAD_USER_INPUT, RULE_VIOLATED; QUERY_TOO_COMPLEX beyond the limits
 * of one response
 */
export async function availability(
  context: Context,
  input: AvailabilityInput,
  moved: MovedAppointment | null = null,
): Promise<Availability> {
  if (input.to < input.from) refuse('The last day must not be before the first.', 'to');
  if (addDays(input.from, MAX_DAYS) <= input.to)
    refuse(`Request at most ${MAX_DAYS} days at once.`, 'to');
  if (input.timeZone != null && input.tzOffset != null)
    refuse('Give timeZone or tzOffset, not both.', 'tzOffset');
  const [request, business] = await Promise.all([
    wishOf(context, input, moved !== null),
    businessOf(context),
  ]);
  // The screening question was answered when the appointment was booked.
  const wish: Wish = {
    ...request,
    ...exceptOf(moved),
    screeningAnswer: moved ? undefined : request.screeningAnswer,
  };
  const { reason, location } = wish;
  const clock = clockOf(
    { ...input, locale: input.locale ?? wish.client?.locale ?? business.locale },
    location,
  );
  const range = { startAt: clock.startOf(input.from), endAt: clock.startOf(addDays(input.to, 1)) };
  const answerOf = (availableTimes: AvailableTime[]): Availability => ({
    availableTimes,
    firstAvailable: availableTimes[0] ?? null,
    get days() {
      return [...new Set(availableTimes.map(({ start }) => clock.dateOf(start)))];
    },
  });
  if (reason.reasonType === ReasonType.CLASS || reason.reasonType === ReasonType.COURSE) {
    const leaderIds = input.staffIds?.length ? wish.staff.map(({ rowId }) => rowId) : null;
    return answerOf(
      await sessionTimes(
        context,
        { question: { ...wish, range }, seats: input.seats ?? 1, leaderIds },
        clock,
      ),
    );
  }
  return answerOf(
    await timesOf(context, wish, [...(await offersWithin(context, wish, range, boundOf()))], clock),
  );
}

/**
 * Returns the bookable starts of a service between two instants, in order, computed lazily. Empty
 * for other types. Calls `look` for each start considered.
 */
export async function offersWithin(
  context: Context,
  wish: Wish,
  range: Interval,
  look?: (people: number) => void,
): Promise<Iterable<Offer>> {
  if (wish.reason.reasonType !== ReasonType.SERVICE) return [];
  const facts = await loadEngineFacts(context.db, { ...wish, range }, { lists: true });
  return offers(
    facts,
    { startAt: Math.max(range.startAt, wish.now + 1), endAt: range.endAt },
    { look },
  );
}

/**
 * Maps offers to AvailableTime, by default in the words of the location and the business. Computes
 * costly fields lazily, since a month may have thousands of times.
 */
export async function timesOf(
  context: Context,
  wish: Wish,
  found: readonly Offer[],
  given?: Clock,
): Promise<AvailableTime[]> {
  const { reason, location, staff, durationMinutes } = wish;
  const business = await businessOf(context);
  const clock = given ?? clockOf({ locale: business.locale }, location);
  const byId = new Map(staff.map((person) => [person.rowId, person]));
  const roundRobin = policyOf(reason, location);
  let taken: ReturnType<typeof resourcesOf> | undefined;
  const unitsOf = async ({ staffIds, takes }: Offer): Promise<AvailableUnit[]> => {
    const known = await (taken ??= resourcesOf(context, found));
    const resources = takes.map(({ resourceId }) => known.get(resourceId) as Resource);
    return staffIds.map((id) => ({
      staff: byId.get(id) as Staff,
      location,
      reason,
      roundRobin,
      resources,
      resource: resources[0] ?? null,
    }));
  };
  return found.map((offer): AvailableTime => ({
    start: offer.startAt,
    end: offer.endAt,
    durationMinutes,
    get localStart() {
      return clock.wallOf(offer.startAt);
    },
    get localEnd() {
      return clock.wallOf(offer.endAt);
    },
    get timeZone() {
      return clock.zoneAt(offer.startAt);
    },
    get text() {
      return clock.read(
        offer.startAt,
        offer.endAt,
        offer.staffIds.map((id) => (byId.get(id) as Staff).fullName),
      );
    },
    get units() {
      return unitsOf(offer);
    },
  }));
}

/**
 * Returns the resources that each offer would take. They are visible to all viewers, as part of the
 * booking.
 */
async function resourcesOf(
  context: Context,
  found: readonly Offer[],
): Promise<ReadonlyMap<number, Resource>> {
  const ids = [...new Set(found.flatMap(({ takes }) => takes.map(({ resourceId }) => resourceId)))];
  const rows = await Promise.all(ids.map((id) => resources.findById(context, id)));
  return new Map(ids.map((id, index) => [id, rows[index] as Resource]));
}

export type Wish = Omit<AvailabilityQuery, 'range'>;

/** Number of seats in a class or a course. */
interface SeatsInput {
  seats?: number | null;
}

/**
 * Loads the requested references and rejects what a booking would reject, with the same codes.
 * `isKept`: for an existing appointment, whose length and staff are not checked again.
 * @throws DomainError NOT_FOUND, BAD_USER_INPUT, FORBIDDEN, RULE_VIOLATED
 */
export async function wishOf(
  context: Context,
  input: WishInput & SeatsInput,
  isKept = false,
): Promise<Wish> {
  const member = memberOf(context);
  if (!isKept) authoriseAdditionalStaff(member, input.additionalStaffIds);
  const reasonId = parseGlobalId('Reason', input.reasonId, at('reasonId'));
  const ids = (type: string, given: readonly string[] | null | undefined, field: string) => [
    ...new Set(parseGlobalIds(type, given ?? [], at(field))),
  ];
  const resourceIds = ids('Resource', input.resourceIds, 'resourceIds');
  const companionIds = ids('Staff', input.additionalStaffIds, 'additionalStaffIds');
  const [reason, location, everybody, companions, addOns, client] = await Promise.all([
    reasons.getVisible(context, reasonId, at('reasonId')),
    input.locationId == null
      ? primaryLocationOf(context)
      : locations.getVisible(
          context,
          parseGlobalId('Location', input.locationId, at('locationId')),
          at('locationId'),
        ),
    loadCandidates(context, reasonId, input.staffIds),
    Promise.all(
      companionIds.map((id) => staffSource.getVisible(context, id, at('additionalStaffIds'))),
    ),
    addOnsOf(context, reasonId, ids('Reason', input.addOnReasonIds, 'addOnReasonIds')),
    clientFor(context, input.clientId),
    isKept ? null : Promise.all(resourceIds.map((id) => resourceFor(context, reasonId, id))),
  ]);
  // Checks in the order of a booking, so that the first fault reported is the same.
  rejectMisplacedInputs(reason, input);
  authoriseLocation(member, location);
  const candidates = candidatesOf(everybody, companions, input);
  const minutes =
    (isKept ? null : offeredDuration(member, reason, input.durationMinutes)?.minutes) ??
    input.durationMinutes ??
    reason.visitMinutes;
  if (reason.reasonType === ReasonType.ADDON)
    throw violated('An add-on cannot be booked on its own.', 'reasonId');
  return {
    member,
    reason,
    location,
    client,
    companions,
    resourceIds,
    staff: candidates,
    now: context.now(),
    exceptAppointmentId: 0,
    screeningAnswer: input.screeningAnswer ?? null,
    durationMinutes: addOns.reduce((total, { visitMinutes }) => total + visitMinutes, minutes),
  };
}

/**
 * Rejects seats of anything but a class or a course, and fields that a session defines.
 * @throws DomainError BAD_USER_INPUT
 */
function rejectMisplacedInputs({ reasonType }: Reason, input: WishInput & SeatsInput): void {
  if (reasonType !== ReasonType.CLASS && reasonType !== ReasonType.COURSE) {
    if (input.seats != null)
      refuse('Only a class or a course has seats: leave seats out.', 'seats');
    return;
  }
  const field = NOT_FOR_SESSIONS.find((name) =>
    Array.isArray(input[name]) ? input[name].length > 0 : input[name] != null,
  );
  if (field) refuse(`The session defines time, location and leader: leave ${field} out.`, field);
}

const NOT_FOR_SESSIONS = [
  'durationMinutes',
  'additionalStaffIds',
  'resourceIds',
  'addOnReasonIds',
] as const;

/**
 * Returns the staff who could serve, without the additional staff.
 * @throws DomainError BAD_USER_INPUT for staff named as both; RULE_VIOLATED if none is left
 */
function candidatesOf(
  everybody: readonly Staff[],
  companions: readonly Staff[],
  { staffIds }: WishInput,
): readonly Staff[] {
  const others = everybody.filter(
    ({ rowId }) => !companions.some((companion) => companion.rowId === rowId),
  );
  const twice = staffIds?.length ? everybody.find((person) => !others.includes(person)) : undefined;
  if (twice)
    refuse(`${twice.fullName} cannot be main and additional staff at once.`, 'additionalStaffIds');
  if (everybody.length && !others.length)
    throw violated('All staff who could serve are additional staff already.', 'additionalStaffIds');
  return others;
}

/**
 * Returns the named client, for whom the caller may book; else the caller's own row, if the caller
 * is a client.
 */
async function clientFor(
  context: Context,
  clientId: string | null | undefined,
): Promise<Client | null> {
  const { clientId: own } = memberOf(context);
  const id = clientId == null ? own : parseGlobalId('Client', clientId, at('clientId'));
  return id === null ? null : clients.getVisible(context, id, at('clientId'));
}

/**
 * Returns the named staff, else all visible staff who serve the reason.
 * @throws DomainError NOT_FOUND
 */
async function loadCandidates(
  context: Context,
  reasonId: number,
  staffIds: readonly string[] | null | undefined,
): Promise<readonly Staff[]> {
  if (staffIds?.length)
    return Promise.all(
      [...new Set(parseGlobalIds('Staff', staffIds, at('staffIds')))].map((id) =>
        staffSource.getVisible(context, id, at('staffIds')),
      ),
    );
  const ids = await candidateIdsFor(context.db, memberOf(context), reasonId);
  return (await Promise.all(ids.map((id) => staffSource.findById(context, id)))).filter(
    (person) => person !== null,
  );
}
