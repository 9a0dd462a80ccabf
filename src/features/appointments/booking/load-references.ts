import { allInOrder } from '../../../lib/all-in-order';
import { isStaffSide, Role, type Context, type Member } from '../../../context';
import { BusinessRule } from '../../../business-rule';
import { at, badInput, DomainError, ErrorCode, InputProblemCode, violated } from '../../../errors';
import { refuseBoth } from '../../../lib/choice';
import { parseGlobalId } from '../../../graphql/global-id';
import { authoriseLocation } from '../../availability/authorise';
import { addOnsOf, resourceFor } from '../../availability/booking-options';
import { businessOf } from '../../businesses/business.list';
import type { Client } from '../../clients/client.entity';
import { clientOf } from '../../clients/find-clients';
import { clients } from '../../clients/client.list';
import { acceptAppointmentFields } from '../../custom-fields/values/write';
import { assignedGroups } from '../../groups/assigned-groups';
import { locations } from '../../locations/location.list';
import { reductionOf } from '../../prices/reduction';
import { reasons } from '../../reasons/reason.list';
import type { Staff } from '../../staff/staff.entity';
import { staff as staffSource } from '../../staff/staff.list';
import type { Booking, BookingReferences, BookingView, ClientDraft } from './booking';
import type { CreateAppointmentInput } from './inputs';
import type { ResolvedRequest } from './parse';

/**
 * Loads the references of a booking that are visible to the caller.
 * @throws DomainError NOT_FOUND, BAD_USER_INPUT, FORBIDDEN, RULE_VIOLATED
 */
export async function loadReferences(
  { context, member, now, client: loadClient }: BookingView,
  { input, hold }: Booking,
  request: ResolvedRequest,
): Promise<BookingReferences> {
  const { reasonId, candidateIds, additionalIds, blockedIds, coordinatorId } = request;
  const staffAt = (ids: readonly number[], field: string) =>
    allInOrder(ids.map((id) => staffSource.getVisible(context, id, at(field))));
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
  ] = await allInOrder([
    businessOf(context),
    reasons.getVisible(context, reasonId, at('reasonId')),
    locations.getVisible(context, request.locationId, at('locationId')),
    isForAnyStaff(input)
      ? allInOrder(candidateIds.map((id) => staffSource.getById(context, id)))
      : staffAt(candidateIds, input.staffId == null ? 'candidateStaffIds' : 'staffId'),
    staffAt(additionalIds, 'additionalStaffIds'),
    staffAt(
      blockedIds.filter((id) => !additionalIds.includes(id)),
      'blockedStaffIds',
    ),
    coordinatorId === null
      ? null
      : staffSource.getVisible(context, coordinatorId, at('coordinatorStaffId')),
    loadClient(),
    addOnsOf(context, reasonId, request.addOnIds),
    acceptAppointmentFields(context, reasonId, {
      submitted: input.fields,
      complete: hold === null,
      path: at('fields'),
    }),
    allInOrder(request.resourceIds.map((id) => resourceFor(context, reasonId, id))),
  ]);
  authoriseLocation(member, location);
  const reduction = await reductionOf(context, member, input, { reason, client, now });
  return {
    member,
    business,
    reason,
    location,
    candidates: possibleCandidates(input, candidates, additional, blocked),
    additional,
    blocked,
    coordinatorStaffId: coordinator?.rowId ?? null,
    client,
    addOns,
    fieldValues,
    reduction,
    groups: await assignedGroups(context, input, { reasonId, locationIds: [location.rowId] }),
  };
}

const isForAnyStaff = ({ staffId, candidateStaffIds }: CreateAppointmentInput): boolean =>
  staffId == null && !candidateStaffIds?.length;

/**
 * Returns the candidates who can serve beside the additional staff.
 * @throws DomainError RULE_VIOLATED, BAD_USER_INPUT
 */
function possibleCandidates(
  input: CreateAppointmentInput,
  candidates: readonly Staff[],
  additional: readonly Staff[],
  blocked: readonly Staff[],
): readonly Staff[] {
  const isAdditional = ({ rowId }: Staff) => additional.some((other) => other.rowId === rowId);
  if (!candidates.length)
    throw violated(BusinessRule.NO_STAFF, 'No staff member takes appointments.', 'reasonId');
  const others = isForAnyStaff(input)
    ? candidates.filter((person) => !isAdditional(person))
    : candidates;
  if (!others.length)
    throw violated(
      BusinessRule.NO_STAFF,
      'All staff who could serve are additional staff already.',
      'additionalStaffIds',
    );
  const gone = blocked.find(({ active }) => !active);
  if (gone)
    throw violated(
      BusinessRule.STAFF_NOT_BOOKABLE,
      `${gone.fullName} takes no appointments.`,
      'blockedStaffIds',
    );
  const twice = others.find(isAdditional);
  if (twice)
    throw badInput(
      InputProblemCode.DUPLICATE,
      `${twice.fullName} cannot be main and additional staff at once.`,
      'additionalStaffIds',
    );
  return others;
}

/** Returns the client described by the input; null if the client is named by id or omitted. */
export async function describedClient(
  context: Context,
  member: Member,
  input: Pick<CreateAppointmentInput, 'client' | 'clientId'>,
): Promise<ClientDraft | null> {
  if (input.client == null) return null;
  refuseBoth(input, 'clientId', 'client');
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
  const own = member.role === Role.CLIENT ? member.clientId : null;
  const id = input.clientId == null ? own : parseGlobalId('Client', input.clientId, path);
  if (id !== null) return clients.getVisible(context, id, path);
  if (!later && !isStaffSide(member))
    throw violated(
      BusinessRule.CLIENT_REQUIRED,
      'A client is required: give client with a name and an e-mail address.',
      'client',
    );
  return null;
}
