import { isStaffSide, memberOf, Role, type Context, type Member } from '../../../context';
import { at, badInput, DomainError, ErrorCode, violated } from '../../../errors';
import { parseGlobalId, parseGlobalIds } from '../../../graphql/global-id';
import { authoriseLocation } from '../../availability/authorise';
import { candidateIdsFor } from '../../availability/candidates';
import { addOnsOf, resourceFor } from '../../availability/booking-options';
import type { Business } from '../../businesses/business.entity';
import { businessOf } from '../../businesses/business.loaders';
import type { Client } from '../../clients/client.entity';
import { clientOf } from '../../clients/client.service';
import { clients } from '../../clients/client.source';
import type { FieldValues } from '../../custom-fields/values/field-value.type';
import { acceptAppointmentFields } from '../../custom-fields/values/write';
import type { Location } from '../../locations/location.entity';
import { locations, primaryLocationOf } from '../../locations/location.source';
import type { Reason } from '../../reasons/reason.entity';
import { reasons } from '../../reasons/reason.source';
import type { Staff } from '../../staff/staff.entity';
import { staff as staffSource } from '../../staff/staff.source';
import type { CreateAppointmentInput } from './inputs';

export interface BookingReferences {
  readonly member: Member;
  readonly business: Business;
  readonly reason: Reason;
  readonly location: Location;
  /** Candidates in order of preference. Exactly one if the caller names the staff member. */
  readonly candidates: readonly Staff[];
  readonly additional: readonly Staff[];
  /** Staff who do not serve, but whose time is blocked. */
  readonly blocked: readonly Staff[];
  readonly coordinatorStaffId: number | null;
  readonly client: Client | null;
  readonly addOns: readonly Reason[];
  readonly fieldValues: FieldValues;
}

/** Ids of a booking, as given by the caller. Resolved without reads. */
export interface BookingRequest {
  readonly reasonId: number;
  readonly locationId: number | null;
  readonly candidateIds: readonly number[];
  readonly additionalIds: readonly number[];
  readonly blockedIds: readonly number[];
  readonly coordinatorId: number | null;
  readonly resourceIds: readonly number[];
  readonly addOnIds: readonly number[];
}

/** @throws DomainError BAD_USER_INPUT */
export function nameOf(input: CreateAppointmentInput): BookingRequest {
  if (input.staffId != null && input.candidateStaffIds?.length) {
    throw badInput('Give staffId or candidateStaffIds, not both.', 'staffId');
  }
  const ofSession = (['classScheduleId', 'courseSetId', 'seats'] as const).find(
    (field) => input[field] != null,
  );
  if (ofSession) throw badInput(`Seats are booked by session: leave ${ofSession} out.`, ofSession);
  const unique = (type: string, ids: readonly string[] | null | undefined, field: string) => [
    ...new Set(parseGlobalIds(type, ids ?? [], at(field))),
  ];
  return {
    reasonId: parseGlobalId('Reason', input.reasonId, at('reasonId')),
    locationId:
      input.locationId == null
        ? null
        : parseGlobalId('Location', input.locationId, at('locationId')),
    candidateIds:
      input.staffId != null
        ? [parseGlobalId('Staff', input.staffId, at('staffId'))]
        : unique('Staff', input.candidateStaffIds, 'candidateStaffIds'),
    additionalIds: unique('Staff', input.additionalStaffIds, 'additionalStaffIds'),
    blockedIds: unique('Staff', input.blockedStaffIds, 'blockedStaffIds'),
    coordinatorId:
      input.coordinatorStaffId == null
        ? null
        : parseGlobalId('Staff', input.coordinatorStaffId, at('coordinatorStaffId')),
    resourceIds: unique('Resource', input.resourceIds, 'resourceIds'),
    addOnIds: unique('Reason', input.addOnReasonIds, 'addOnReasonIds'),
  };
}

/**
 * Adds the default candidates (staff who serve the reason, else all staff) and the primary
 * location.
 */
export async function withDefaults(
  context: Context,
  named: BookingRequest,
): Promise<BookingRequest & { locationId: number }> {
  const [candidateIds, location] = await Promise.all([
    named.candidateIds.length
      ? named.candidateIds
      : candidateIdsFor(context.db, memberOf(context), named.reasonId),
    named.locationId === null ? primaryLocationOf(context) : null,
  ]);
  return { ...named, candidateIds, locationId: named.locationId ?? (location as Location).rowId };
}

/**
 * Loads the references of a booking that are visible to the caller. `comes` is the client.
 * @throws DomainError NOT_FOUND, BAD_USER_INPUT, FORBIDDEN, RULE_VIOLATED, INVALID_FIELDS
 */
export async function parse(
  context: Context,
  member: Member,
  input: CreateAppointmentInput,
  named: BookingRequest & { locationId: number },
  comes: Client | null | Promise<Client | null>,
  later: boolean,
): Promise<BookingReferences> {
  const {
    reasonId,
    locationId,
    candidateIds,
    additionalIds,
    blockedIds,
    coordinatorId,
    resourceIds,
    addOnIds,
  } = named;
  const staffAt = (ids: readonly number[], field: string) =>
    Promise.all(ids.map((id) => staffSource.getVisible(context, id, at(field))));
  const anybody = input.staffId == null && !input.candidateStaffIds?.length;
  const [
    business,
    reason,
    location,
    candidates,
    additional,
    blocked,
    coordinator,
    client,
    addOns,
    fieldValues,
  ] = await Promise.all([
    businessOf(context),
    reasons.getVisible(context, reasonId, at('reasonId')),
    locations.getVisible(context, locationId, at('locationId')),
    anybody
      ? Promise.all(candidateIds.map((id) => staffSource.getById(context, id)))
      : staffAt(candidateIds, input.staffId == null ? 'candidateStaffIds' : 'staffId'),
    staffAt(additionalIds, 'additionalStaffIds'),
    staffAt(
      blockedIds.filter((id) => !additionalIds.includes(id)),
      'blockedStaffIds',
    ),
    coordinatorId === null
      ? null
      : staffSource.getVisible(context, coordinatorId, at('coordinatorStaffId')),
    comes,
    addOnsOf(context, reasonId, addOnIds),
    acceptAppointmentFields(context, reasonId, {
      given: input.fields,
      complete: !later,
      path: at('fields'),
    }),
    Promise.all(resourceIds.map((id) => resourceFor(context, reasonId, id))),
  ]);
  authoriseLocation(member, location);
  if (!candidates.length) throw violated('No staff member takes appointments.', 'reasonId');
  const others = anybody
    ? candidates.filter((person) => !additionalIds.includes(person.rowId))
    : candidates;
  if (!others.length)
    throw new DomainError(
      ErrorCode.RULE_VIOLATED,
      'All staff who could serve are additional staff already.',
      { path: at('additionalStaffIds') },
    );
  const gone = blocked.find(({ active }) => !active);
  if (gone) throw violated(`${gone.fullName} takes no appointments.`, 'blockedStaffIds');
  const twice = others.find((person) => additionalIds.includes(person.rowId));
  if (twice)
    throw badInput(
      `${twice.fullName} cannot be main and additional staff at once.`,
      'additionalStaffIds',
    );
  return {
    member,
    business,
    reason,
    location,
    candidates: others,
    additional,
    blocked,
    coordinatorStaffId: coordinator?.rowId ?? null,
    client,
    addOns,
    fieldValues,
  };
}

export type ClientDraft = Awaited<ReturnType<typeof clientOf>>;

/** Returns the client described by the input; null if the client is named by id or omitted. */
export async function describedClient(
  context: Context,
  member: Member,
  input: Pick<CreateAppointmentInput, 'client' | 'clientId'>,
): Promise<ClientDraft | null> {
  if (input.client == null) return null;
  if (input.clientId != null) throw badInput('Give clientId or client, not both.', 'clientId');
  if (member.role === Role.CLIENT)
    throw new DomainError(ErrorCode.FORBIDDEN, 'A client books for themself: leave client out.', {
      path: ['input', 'client'],
    });
  return clientOf(context, input.client);
}

/**
 * Returns the client named by id; null if it is omitted, which `later` allows also to callers other
 * than staff.
 */
export async function knownClient(
  context: Context,
  member: Member,
  input: CreateAppointmentInput,
  later: boolean,
): Promise<Client | null> {
  const path = ['input', 'clientId'];
  const id =
    input.clientId != null
      ? parseGlobalId('Client', input.clientId, path)
      : member.role === Role.CLIENT
        ? member.clientId
        : null;
  if (id !== null) return clients.getVisible(context, id, path);
  if (!later && !isStaffSide(member))
    throw violated(
      'A client is required: give client with a name and an e-mail address.',
      'client',
    );
  return null;
}
