import { allInOrder } from '../../lib/all-in-order';
import { memberOf, type Context } from '../../context';
import { BusinessRule } from '../../business-rule';
import { at, badInput, InputProblemCode, violated } from '../../errors';
import { parseGlobalId, parseGlobalIds } from '../../graphql/global-id';
import type { Client } from '../clients/client.entity';
import { clients } from '../clients/client.list';
import { locations, primaryLocationOf } from '../locations/location.list';
import type { Reason } from '../reasons/reason.entity';
import { ReasonType } from '../reasons/reason-enums';
import type { Duration } from '../reasons/reason-values';
import { reasons } from '../reasons/reason.list';
import type { Staff } from '../staff/staff.entity';
import { staff as staffSource } from '../staff/staff.list';
import { authoriseAdditionalStaff, authoriseLocation } from './authorise';
import type { WishInput } from './graphql/availability';
import { candidateIdsFor } from './candidates';
import { addOnsOf, offeredDuration, resourceFor } from './booking-options';
import type { AvailabilityQuery } from './facts/query';

/** What is requested, without the range in which times are searched. */
export interface Wish extends Omit<AvailabilityQuery, 'range'> {
  readonly addOns: readonly Reason[];
  /** The requested length, if the reason offers it. Null for another length. */
  readonly duration: Duration | null;
  /** The requested length without add-ons. Null for the length of the reason. */
  readonly requestedMinutes: number | null;
}

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
  const ids = (type: string, globalIds: readonly string[] | null | undefined, field: string) => [
    ...new Set(parseGlobalIds(type, globalIds ?? [], at(field))),
  ];
  const resourceIds = ids('Resource', input.resourceIds, 'resourceIds');
  const companionIds = ids('Staff', input.additionalStaffIds, 'additionalStaffIds');
  const [reason, location, servingStaff, companions, addOns, client] = await allInOrder([
    reasons.getVisible(context, reasonId, at('reasonId')),
    input.locationId == null
      ? primaryLocationOf(context)
      : locations.getVisible(
          context,
          parseGlobalId('Location', input.locationId, at('locationId')),
          at('locationId'),
        ),
    loadCandidates(context, reasonId, input.staffIds),
    allInOrder(
      companionIds.map((id) => staffSource.getVisible(context, id, at('additionalStaffIds'))),
    ),
    addOnsOf(context, reasonId, ids('Reason', input.addOnReasonIds, 'addOnReasonIds')),
    clientFor(context, input.clientId),
    isKept ? null : allInOrder(resourceIds.map((id) => resourceFor(context, reasonId, id))),
  ]);
  // Checks in the order of a booking, so that the first fault reported is the same.
  rejectMisplacedInputs(reason, input);
  authoriseLocation(member, location);
  const candidates = candidatesOf(servingStaff, companions, input);
  const requestedMinutes = input.durationMinutes ?? null;
  const duration = isKept
    ? (reason.durations.find((offered) => offered.minutes === requestedMinutes) ?? null)
    : offeredDuration(member, reason, requestedMinutes);
  const minutes = duration?.minutes ?? requestedMinutes ?? reason.visitMinutes;
  if (reason.reasonType === ReasonType.ADDON)
    throw violated(BusinessRule.ADD_ON_ALONE, 'An add-on cannot be booked on its own.', 'reasonId');
  return {
    member,
    reason,
    location,
    client,
    companions,
    resourceIds,
    addOns,
    duration,
    requestedMinutes,
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
      throw badInput(
        InputProblemCode.NOT_ALLOWED,
        'Only a class or a course has seats: leave seats out.',
        'seats',
      );
    return;
  }
  const field = NOT_FOR_SESSIONS.find((name) =>
    Array.isArray(input[name]) ? input[name].length > 0 : input[name] != null,
  );
  if (field)
    throw badInput(
      InputProblemCode.NOT_ALLOWED,
      `The session defines time, location and leader: leave ${field} out.`,
      field,
    );
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
  servingStaff: readonly Staff[],
  companions: readonly Staff[],
  { staffIds }: WishInput,
): readonly Staff[] {
  const others = servingStaff.filter(
    ({ rowId }) => !companions.some((companion) => companion.rowId === rowId),
  );
  const twice = staffIds?.length
    ? servingStaff.find((person) => !others.includes(person))
    : undefined;
  if (twice)
    throw badInput(
      InputProblemCode.DUPLICATE,
      `${twice.fullName} cannot be main and additional staff at once.`,
      'additionalStaffIds',
    );
  if (servingStaff.length && !others.length)
    throw violated(
      BusinessRule.NO_STAFF,
      'All staff who could serve are additional staff already.',
      'additionalStaffIds',
    );
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
    return allInOrder(
      [...new Set(parseGlobalIds('Staff', staffIds, at('staffIds')))].map((id) =>
        staffSource.getVisible(context, id, at('staffIds')),
      ),
    );
  const ids = await candidateIdsFor(context.db, memberOf(context), reasonId);
  return (await allInOrder(ids.map((id) => staffSource.findById(context, id)))).filter(
    (person) => person !== null,
  );
}
