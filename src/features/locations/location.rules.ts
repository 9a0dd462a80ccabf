import { Role, type Member } from '../../context';
import { DomainError, ErrorCode } from '../../errors';

/**
 * Whether the member may manage rows at a location: administrators at all, location super users at
 * theirs. Null means business-wide.
 */
export const mayManageAt = (member: Member, locationId: number | null): boolean =>
  member.role === Role.ADMINISTRATOR ||
  (member.role === Role.LOCATION_SUPER_USER &&
    locationId !== null &&
    member.locationIds.includes(locationId));

/** @throws DomainError FORBIDDEN */
export function authoriseAt(
  member: Member,
  locationId: number | null,
  path: readonly string[],
): void {
  if (mayManageAt(member, locationId)) return;
  const message =
    member.role === Role.LOCATION_SUPER_USER
      ? 'Your key is for other locations.'
      : `This needs the role ADMINISTRATOR or LOCATION_SUPER_USER; your key has ${member.role}.`;
  throw new DomainError(ErrorCode.FORBIDDEN, message, { path });
}
