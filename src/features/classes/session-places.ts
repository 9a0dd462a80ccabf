import type { Context, Member } from '../../context';
import { BusinessRule } from '../../business-rule';
import { at, DomainError, ErrorCode, violated } from '../../errors';
import { parseGlobalId, toGlobalId } from '../../graphql/global-id';
import { authoriseAt } from '../locations/location.rules';
import { LocationType, type Location } from '../locations/location.entity';
import { locations, primaryLocationOf } from '../locations/location.list';
import type { Occupancy } from '../occupancy/occupancy.service';
import type { Reason } from '../reasons/reason.entity';
import { ReasonStatus, type ReasonType } from '../reasons/reason-enums';
import { reasons } from '../reasons/reason.list';
import type { Resource } from '../resources/resource.entity';
import { resources } from '../resources/resource.list';
import type { Staff } from '../staff/staff.entity';
import { staff } from '../staff/staff.list';
import type { ClassSchedule } from './class-schedule.entity';
import type { SessionsInput } from './class.inputs';
import type { SessionConflict } from './class-payloads';

/** Reason, leader, location and room of sessions. */
export interface Places {
  readonly reason: Reason;
  readonly leader: Staff;
  readonly location: Location;
  readonly resource: Resource | null;
}

/** @throws DomainError NOT_FOUND, FORBIDDEN, RULE_VIOLATED */
export async function requestedPlaces(
  context: Context,
  member: Member,
  input: SessionsInput & { reasonId: string },
  type: ReasonType,
): Promise<Places> {
  const [reason, leader, location, resource] = await Promise.all([
    reasons.getVisible(
      context,
      parseGlobalId('Reason', input.reasonId, at('reasonId')),
      at('reasonId'),
    ),
    staff.getVisible(context, parseGlobalId('Staff', input.staffId, at('staffId')), at('staffId')),
    input.locationId == null
      ? primaryLocationOf(context)
      : locations.getVisible(
          context,
          parseGlobalId('Location', input.locationId, at('locationId')),
          at('locationId'),
        ),
    input.resourceId == null
      ? null
      : resources.getVisible(
          context,
          parseGlobalId('Resource', input.resourceId, at('resourceId')),
          at('resourceId'),
        ),
  ]);
  authoriseAt(member, location.rowId, at('locationId'));
  if (reason.reasonType !== type)
    throw violated(BusinessRule.REASON_TYPE, `This needs a reason of type ${type}.`, 'reasonId');
  if (reason.status !== ReasonStatus.ACTIVE)
    throw violated(
      BusinessRule.REASON_INACTIVE,
      'This reason is inactive and cannot be booked.',
      'reasonId',
    );
  checkPlaces({ leader, location, resource, address: input.address ?? null });
  return { reason, leader, location, resource };
}

/** @throws DomainError RULE_VIOLATED */
export function checkPlaces({
  leader,
  location,
  resource,
  address,
}: Omit<Places, 'reason'> & { address: string | null }): void {
  if (!leader.active)
    throw violated(BusinessRule.STAFF_NOT_BOOKABLE, `${leader.fullName} is inactive.`, 'staffId');
  if (!location.active)
    throw violated(
      BusinessRule.LOCATION_INACTIVE,
      'This location takes no appointments.',
      'locationId',
    );
  if (location.locationType === LocationType.VARIABLE && !address)
    throw violated(
      BusinessRule.ADDRESS_REQUIRED,
      'This location has no address of its own: give one.',
      'address',
    );
  if (resource && !resource.active)
    throw violated(BusinessRule.RESOURCE_INACTIVE, `${resource.name} is inactive.`, 'resourceId');
  if (resource && resource.locationId !== location.rowId)
    throw violated(
      BusinessRule.RESOURCE_AT_OTHER_LOCATION,
      `${resource.name} is at another location.`,
      'resourceId',
    );
}

/** Returns the occupancies of leader and room, including buffers. */
export const occupanciesOf = (
  { staffStartAt: startMs, staffEndAt: endMs }: ClassSchedule,
  { leader, resource }: Pick<Places, 'leader' | 'resource'>,
): Occupancy[] =>
  [leader.subjectId, ...(resource ? [resource.subjectId] : [])].map((subjectId) => ({
    subjectId,
    startMs,
    endMs,
    units: 1,
  }));

/** Returns the error of conflicts, which names the leader and the room that are not free. */
export function timesUnavailable(
  { leader, resource }: Pick<Places, 'leader' | 'resource'>,
  conflicts: readonly SessionConflict[],
): DomainError {
  const isLeaderTaken = conflicts.some(({ staffId }) => staffId !== null);
  const names = [
    ...(isLeaderTaken ? [leader.fullName] : []),
    ...(conflicts.some(({ resourceId }) => resourceId !== null) ? [resource?.name] : []),
  ].join(' and ');
  const times = conflicts.length > 1 ? `${conflicts.length} of these times` : 'this time';
  return new DomainError(
    ErrorCode.TIME_UNAVAILABLE,
    `${names}: not free at ${times}. Choose other times, another leader or another room.`,
    {
      path: at('start'),
      staffIds: isLeaderTaken ? [toGlobalId('Staff', leader.rowId)] : [],
      conflicts,
    },
  );
}
