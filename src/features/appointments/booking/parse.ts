import { memberOf, type Context } from '../../../context';
import { at, badInput, InputProblemCode } from '../../../errors';
import { refuseBoth } from '../../../lib/choice';
import { parseGlobalId, parseGlobalIds } from '../../../graphql/global-id';
import { candidateIdsFor } from '../../availability/candidates';
import type { Location } from '../../locations/location.entity';
import { primaryLocationOf } from '../../locations/location.list';
import type { CreateAppointmentInput } from './inputs';

/** Ids of a booking, as given by the caller. */
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

/**
 * Parses the ids of a booking. Reads nothing.
 * @throws DomainError BAD_USER_INPUT
 */
export function parseBookingRequest(input: CreateAppointmentInput): BookingRequest {
  if (input.candidateStaffIds?.length) refuseBoth(input, 'staffId', 'candidateStaffIds');
  const ofSession = (['classScheduleId', 'courseSetId', 'seats'] as const).find(
    (field) => input[field] != null,
  );
  if (ofSession)
    throw badInput(
      InputProblemCode.NOT_ALLOWED,
      `Seats are booked by session: leave ${ofSession} out.`,
      ofSession,
    );
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

/** A request with its default candidates and its location. */
export type ResolvedRequest = BookingRequest & { readonly locationId: number };

/**
 * Adds the default candidates (staff who serve the reason, else all staff) and the primary
 * location.
 */
export async function withDefaults(
  context: Context,
  request: BookingRequest,
): Promise<ResolvedRequest> {
  const [candidateIds, location] = await Promise.all([
    request.candidateIds.length
      ? request.candidateIds
      : candidateIdsFor(context.db, memberOf(context), request.reasonId),
    request.locationId === null ? primaryLocationOf(context) : null,
  ]);
  return {
    ...request,
    candidateIds,
    locationId: request.locationId ?? (location as Location).rowId,
  };
}
