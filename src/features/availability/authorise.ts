import { isStaffSide, Role, type Member } from '../../context';
import { at, DomainError, ErrorCode } from '../../errors';

const forbidden = (message: string, field: string): DomainError =>
  new DomainError(ErrorCode.FORBIDDEN, message, { path: at(field) });

/** Whether the member may book at a location. */
export const mayBookAt = ({ role, locationIds }: Member, locationId: number): boolean =>
  role !== Role.LOCATION_SUPER_USER || locationIds.includes(locationId);

/** @throws DomainError FORBIDDEN if the member may not write at this location. */
export function authoriseLocation(member: Member, { rowId }: { rowId: number }): void {
  if (!mayBookAt(member, rowId))
    throw forbidden('Your key cannot book at this location.', 'locationId');
}

/**
 * Rejects additional staff for callers other than staff.
 * @throws DomainError FORBIDDEN
 */
export function authoriseAdditionalStaff(
  member: Member,
  additionalStaffIds: readonly string[] | null | undefined,
): void {
  if (additionalStaffIds != null && !isStaffSide(member))
    throw forbidden('Only staff may set additionalStaffIds.', 'additionalStaffIds');
}
