import { requireRole, Role, type Context } from '../../context';
import { BusinessRule } from '../../business-rule';
import { at, violated } from '../../errors';
import { FOR_DELETION } from '../../db/sql';
import { parseGlobalId } from '../../graphql/global-id';
import { deleteRow, restoreRow } from '../../log/soft-deletion';
import { refuseBooked } from '../occupancy/future-bookings';
import { Location } from './location.entity';
import type { DeleteLocationInput, RestoreLocationInput } from './location.inputs';
import { locations } from './location.list';

/**
 * Deletes a location without bookings to come; past appointments keep it.
 * @throws DomainError NOT_FOUND; RULE_VIOLATED for the primary location, and for bookings to come
 */
export async function deleteLocation(
  context: Context,
  { id, expectedVersion }: DeleteLocationInput,
): Promise<Location> {
  const before = await locationOf(context, id);
  if (before.primary)
    throw violated(
      BusinessRule.PRIMARY_LOCATION_REQUIRED,
      'Make another location primary before you delete this one.',
      'id',
    );
  return deleteRow(context, {
    entity: Location,
    before,
    expectedVersion,
    changes: { deleted: true, active: false, modifiedAt: context.now() },
    lock: FOR_DELETION,
    check: (unit) => refuseBooked(unit, 'Location', before.rowId),
  });
}

/** Restores a deleted location, which is inactive. @throws DomainError NOT_FOUND */
export async function restoreLocation(
  context: Context,
  { id, expectedVersion }: RestoreLocationInput,
): Promise<Location> {
  const before = await locationOf(context, id);
  const changes = { deleted: false, modifiedAt: context.now() };
  return restoreRow(context, { entity: Location, before, changes, expectedVersion });
}

function locationOf(context: Context, id: string): Promise<Location> {
  requireRole(context, Role.ADMINISTRATOR);
  return locations.getVisible(context, parseGlobalId('Location', id, at('id')), at('id'));
}
