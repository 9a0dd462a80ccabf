import { requireRole, Role, type Context, type Member } from '../../context';
import { at } from '../../errors';
import { FOR_DELETION } from '../../db/sql';
import { parseGlobalId } from '../../graphql/global-id';
import { deleteRow, restoreRow } from '../../log/soft-deletion';
import { refuseBooked } from '../occupancy/future-bookings';
import { ReasonStatus } from './reason-enums';
import { Reason } from './reason.entity';
import type { DeleteReasonInput, RestoreReasonInput } from './reason.inputs';
import { reasons } from './reason.list';
import { modifierOf } from '../../log/actors/stamps';

/**
 * Deletes a reason without bookings to come; past appointments keep it.
 * @throws DomainError NOT_FOUND, RULE_VIOLATED
 */
export async function deleteReason(
  context: Context,
  { id, expectedVersion }: DeleteReasonInput,
): Promise<Reason> {
  const { member, before } = await reasonOf(context, id);
  return deleteRow(context, {
    entity: Reason,
    before,
    expectedVersion,
    changes: marksOf(context, member, ReasonStatus.DELETED),
    lock: FOR_DELETION,
    check: (unit) => refuseBooked(unit, 'Reason', before.rowId),
  });
}

/** Restores a deleted reason, which is inactive. @throws DomainError NOT_FOUND */
export async function restoreReason(
  context: Context,
  { id, expectedVersion }: RestoreReasonInput,
): Promise<Reason> {
  const { member, before } = await reasonOf(context, id);
  const changes = marksOf(context, member, ReasonStatus.DEACTIVE);
  return restoreRow(context, { entity: Reason, before, changes, expectedVersion });
}

const marksOf = (context: Context, member: Member, status: ReasonStatus) => ({
  status,
  modifiedAt: context.now(),
  ...modifierOf(member),
});

async function reasonOf(
  context: Context,
  id: string,
): Promise<{ readonly member: Member; readonly before: Reason }> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  const before = await reasons.getVisible(context, parseGlobalId('Reason', id, at('id')), at('id'));
  return { member, before };
}
