import { isStaffSide, Role, type Member } from '../../context';
import { at, DomainError, ErrorCode } from '../../errors';

const forbidden = (message: string, field: string): DomainError =>
  new DomainError(ErrorCode.FORBIDDEN, message, { path: at(field) });

/** Whether the viewer may book at a location. */
export const mayBookAt = ({ role, locationIds }: Member, locationId: number): boolean =>
  role !== Role.LOCATION_SUPER_USER || locationIds.includes(locationId);

/** @throws DomainError FORBIDDEN unless the viewer may write at this location. */
export function authoriseLocation(member: Member, { rowId }: { rowId: number }): void {
  if (!mayBookAt(member, rowId)) throw forbidden('Your key is for other locations.', 'locationId');
}

/**
 * Refuses additional staff of callers who may not book them.
 * @throws DomainError FORBIDDEN
 */
export function authoriseCompany(
  member: Member,
  additionalStaffIds: readonly string[] | null | undefined,
): void {
  if (additionalStaffIds != null && !isStaffSide(member))
    throw forbidden('Only staff may set additionalStaffIds.', 'additionalStaffIds');
}
