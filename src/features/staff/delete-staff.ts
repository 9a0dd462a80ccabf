import { requireRole, Role, type Context } from '../../context';
import { at } from '../../errors';
import { parseGlobalId } from '../../graphql/global-id';
import { deleteRow, restoreRow } from '../../log/soft-deletion';
import { refuseBooked } from '../occupancy/future-bookings';
import { lockSubjects } from '../occupancy/occupancy.service';
import { Staff } from './staff.entity';
import type { DeleteStaffInput, RestoreStaffInput } from './staff.inputs';
import { staff } from './staff.list';

/**
 * Deletes a staff member without bookings to come; past appointments keep them.
 * @throws DomainError NOT_FOUND, RULE_VIOLATED
 */
export async function deleteStaff(
  context: Context,
  { id, expectedVersion }: DeleteStaffInput,
): Promise<Staff> {
  const before = await staffMemberOf(context, id);
  const { businessId, rowId, subjectId } = before;
  return deleteRow(context, {
    entity: Staff,
    before,
    expectedVersion,
    changes: { deleted: true, active: false, modifiedAt: context.now() },
    async check(unit) {
      await lockSubjects(unit.tx, businessId, [subjectId], unit.now);
      await refuseBooked(unit, 'Staff', rowId);
    },
  });
}

/** Restores a deleted staff member, who is inactive. @throws DomainError NOT_FOUND */
export async function restoreStaff(
  context: Context,
  { id, expectedVersion }: RestoreStaffInput,
): Promise<Staff> {
  const before = await staffMemberOf(context, id);
  const changes = { deleted: false, modifiedAt: context.now() };
  return restoreRow(context, { entity: Staff, before, changes, expectedVersion });
}

function staffMemberOf(context: Context, id: string): Promise<Staff> {
  requireRole(context, Role.ADMINISTRATOR);
  return staff.getVisible(context, parseGlobalId('Staff', id, at('id')), at('id'));
}
