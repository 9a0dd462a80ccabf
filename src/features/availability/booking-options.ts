import { allInOrder } from '../../lib/all-in-order';
import { isStaffSide, memberOf, type Context, type Member } from '../../context';
import { BusinessRule } from '../../business-rule';
import { badValue, DomainError, ErrorCode, InputProblemCode, violatedAt } from '../../errors';
import type { Reason } from '../reasons/reason.entity';
import { addOnIdsOf } from '../reasons/links/active-links';
import { reasons } from '../reasons/reason.list';
import type { Duration } from '../reasons/reason-values';
import { resourceNeedsOf } from '../resources/resource-needs';
import { resources } from '../resources/resource.list';

/**
 * Returns the requested length if the reason offers it; null for another length, which only staff
 * may request.
 * @throws DomainError BAD_USER_INPUT
 */
export function offeredDuration(
  member: Member,
  { visitMinutes, durations }: Reason,
  requestedMinutes: number | null | undefined,
): Duration | null {
  if (requestedMinutes == null) return null;
  const found = durations.find(({ minutes }) => minutes === requestedMinutes);
  if (found) return found;
  if (requestedMinutes !== visitMinutes && !isStaffSide(member))
    throw badValue(InputProblemCode.NOT_AN_OPTION, 'The reason does not offer this length.', [
      'input',
      'durationMinutes',
    ]);
  return null;
}

/**
 * Returns the requested add-ons.
 * @throws DomainError NOT_FOUND; RULE_VIOLATED for an add-on that is not linked to the reason.
 */
export async function addOnsOf(
  context: Context,
  reasonId: number,
  ids: readonly number[],
): Promise<Reason[]> {
  if (!ids.length) return [];
  const path = ['input', 'addOnReasonIds'];
  const [known, rows] = await allInOrder([
    addOnIdsOf(context.db, memberOf(context).businessId, [reasonId]),
    allInOrder(ids.map((id) => reasons.getVisible(context, id, path))),
  ]);
  const stranger = rows.find(({ rowId }) => !known.get(reasonId)?.includes(rowId));
  if (stranger)
    throw violatedAt(
      BusinessRule.ADD_ON_NOT_OFFERED,
      `${stranger.reasonDesc} cannot be booked with this reason.`,
      path,
    );
  return rows;
}

/**
 * Returns the id of a named resource. Staff may name any visible resource, other callers only those
 * that the reason needs.
 * @throws DomainError NOT_FOUND, RULE_VIOLATED
 */
export async function resourceFor(context: Context, reasonId: number, id: number): Promise<number> {
  const member = memberOf(context);
  const path = ['input', 'resourceIds'];
  if (isStaffSide(member)) {
    const { active, name, rowId } = await resources.getVisible(context, id, path);
    if (!active)
      throw violatedAt(BusinessRule.RESOURCE_INACTIVE, `${name} is no longer in use.`, path);
    return rowId;
  }
  const needs = await resourceNeedsOf(context.db, member.businessId, [reasonId]);
  if (
    needs
      .get(reasonId)
      ?.flat()
      .some(({ takes }) => takes.some((taken) => taken.resourceId === id))
  )
    return id;
  throw new DomainError(ErrorCode.NOT_FOUND, 'This reason does not need such a resource.', {
    path,
  });
}
