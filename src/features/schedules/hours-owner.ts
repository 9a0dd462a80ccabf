import { Role, type Context, type Member } from '../../context';
import { BusinessRule } from '../../business-rule';
import { badValue, DomainError, ErrorCode, InputProblemCode, violatedAt } from '../../errors';
import { findOne } from '../../db/table';
import { anyGlobalId } from '../../graphql/global-id';
import type { Repository } from '../../graphql/relations/repository';
import type { TenantRow } from '../../graphql/relations/rowset';
import type { Location } from '../locations/location.entity';
import { mayManageAt } from '../locations/location.rules';
import { locations } from '../locations/location.list';
import type { Reason } from '../reasons/reason.entity';
import { reasons } from '../reasons/reason.list';
import type { Resource } from '../resources/resource.entity';
import { resources } from '../resources/resource.list';
import { StaffLocation, type Staff } from '../staff/staff.entity';
import { staff } from '../staff/staff.list';

/** Owner column of the hours tables for each type of owner. */
export const OWNERS = {
  Staff: 'staffId',
  Location: 'ofLocationId',
  Reason: 'ofReasonId',
  Resource: 'resourceId',
} as const;
export type OwnerType = keyof typeof OWNERS;
export type OwnerColumns = Record<(typeof OWNERS)[OwnerType], number | null>;

const SOURCES = {
  Staff: staff,
  Location: locations,
  Reason: reasons,
  Resource: resources,
} as unknown as Record<OwnerType, Repository<TenantRow & Owner['row']>>;

export type Owner =
  | { readonly type: 'Staff'; readonly row: Staff }
  | { readonly type: 'Location'; readonly row: Location }
  | { readonly type: 'Reason'; readonly row: Reason }
  | { readonly type: 'Resource'; readonly row: Resource };

/** @throws DomainError BAD_USER_INPUT for an id of a type that has no hours. */
export function parseOwnerId(id: string, path: readonly string[]): { type: OwnerType; id: number } {
  const parsed = anyGlobalId(id, path);
  if (!(parsed.type in OWNERS))
    throw badValue(
      InputProblemCode.NOT_ALLOWED,
      'Hours belong to a Staff, a Location, a Reason or a Resource: give the id of one.',
      path,
    );
  return parsed as { type: OwnerType; id: number };
}

/** @throws DomainError BAD_USER_INPUT, NOT_FOUND */
export async function ownerById(
  context: Context,
  id: string,
  path: readonly string[],
): Promise<Owner> {
  const parsed = parseOwnerId(id, path);
  return {
    type: parsed.type,
    row: await SOURCES[parsed.type].getToRefer(context, parsed.id, path),
  } as Owner;
}

/** Returns the owner of a row of hours. */
export async function ownerOf(context: Context, row: OwnerColumns): Promise<Owner> {
  const type = (Object.keys(OWNERS) as OwnerType[]).find(
    (one) => row[OWNERS[one]] !== null,
  ) as OwnerType;
  return { type, row: await SOURCES[type].findById(context, row[OWNERS[type]] as number) } as Owner;
}

export const ownerColumns = ({ type, row: { rowId } }: Owner): OwnerColumns => ({
  staffId: null,
  ofLocationId: null,
  ofReasonId: null,
  resourceId: null,
  [OWNERS[type]]: rowId,
});

/**
 * Returns the location that decides who may write the hours; null if they concern several
 * locations.
 */
function decidingLocationId({ type, row }: Owner, locationId: number | null): number | null {
  if (type === 'Location') return row.rowId;
  return type === 'Resource' ? row.locationId : locationId;
}

/**
 * Administrators write all hours, location super users those at their locations, staff users their
 * own.
 * @throws DomainError FORBIDDEN
 */
export function authoriseHours(
  member: Member,
  owner: Owner,
  locationId: number | null,
  path: readonly string[],
): void {
  if (
    member.role === Role.STAFF_USER &&
    owner.type === 'Staff' &&
    owner.row.rowId === member.staffId
  )
    return;
  if (mayManageAt(member, decidingLocationId(owner, locationId))) return;
  throw new DomainError(
    ErrorCode.FORBIDDEN,
    {
      [Role.STAFF_USER]: 'Your key may change only your own hours.',
      [Role.LOCATION_SUPER_USER]:
        'Your key may change only hours at your locations: give one of them.',
    }[member.role as string] ??
      'This requires the role ADMINISTRATOR, LOCATION_SUPER_USER or STAFF_USER; your key ' +
        `has ${member.role}.`,
    { path },
  );
}

/** @throws DomainError RULE_VIOLATED if the owner cannot have hours at this location. */
export async function checkPlace(
  context: Context,
  owner: Owner,
  locationId: number | null,
  path: readonly string[],
): Promise<void> {
  if (locationId === null || owner.type === 'Reason') return;
  if (owner.type !== 'Staff')
    throw violatedAt(
      BusinessRule.FIXED_BY_OWNER,
      'Hours of a location or of a resource cannot name a location: leave locationId out.',
      path,
    );
  const { businessId, rowId: staffId, fullName } = owner.row;
  if (!(await findOne(context.db, StaffLocation, { businessId, staffId, locationId }))) {
    throw violatedAt(
      BusinessRule.STAFF_NOT_AT_LOCATION,
      `${fullName} does not serve at this location: add it to their locations first.`,
      path,
    );
  }
}
