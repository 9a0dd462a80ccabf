import { isStaffSide, memberOf, type Context, type Member } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import type { Reason } from '../reasons/reason.entity';
import { addOnIdsOf } from '../reasons/reason.loaders';
import { reasons } from '../reasons/reason.source';
import type { ReasonDuration } from '../reasons/reason.type';
import { resourceNeedsOf } from '../resources/resource.loaders';
import { resources } from '../resources/resource.source';

/**
 * The length that is asked for, if the reason offers it; staff may ask for any.
 * @throws DomainError BAD_USER_INPUT
 */
export function offeredDuration(
  member: Member,
  { visitMinutes, durations }: Reason,
  asked: number | null | undefined,
): ReasonDuration | null {
  if (asked == null) return null;
  const found = durations.find(({ minutes }) => minutes === asked);
  if (found) return found;
  if (asked !== visitMinutes && !isStaffSide(member))
    throw new DomainError(ErrorCode.BAD_USER_INPUT, 'The reason does not offer this length.', {
      path: ['input', 'durationMinutes'],
    });
  return null;
}

/**
 * The add-ons that are asked for with a reason.
 * @throws DomainError NOT_FOUND; RULE_VIOLATED for what does not go with it.
 */
export async function addOnsOf(
  context: Context,
  reasonId: number,
  ids: readonly number[],
): Promise<Reason[]> {
  if (!ids.length) return [];
  const path = ['input', 'addOnReasonIds'];
  const [known, rows] = await Promise.all([
    addOnIdsOf(context.db, memberOf(context).businessId, [reasonId]),
    Promise.all(ids.map((id) => reasons.getVisible(context, id, path))),
  ]);
  const stranger = rows.find(({ rowId }) => !known.get(reasonId)?.includes(rowId));
  if (stranger)
    throw new DomainError(
      ErrorCode.RULE_VIOLATED,
      `${stranger.reasonDesc} does not go with this reason.`,
      { path },
    );
  return rows;
}

/**
 * Staff name any resource that is theirs to see; others one of those that the reason needs.
 * @throws DomainError NOT_FOUND, RULE_VIOLATED
 */
export async function resourceFor(context: Context, reasonId: number, id: number): Promise<number> {
  const member = memberOf(context);
  const path = ['input', 'resourceIds'];
  if (isStaffSide(member)) {
    const { active, name, rowId } = await resources.getVisible(context, id, path);
    if (!active)
      throw new DomainError(ErrorCode.RULE_VIOLATED, `${name} is no longer in use.`, { path });
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
  throw new DomainError(ErrorCode.NOT_FOUND, 'This reason needs no such resource.', { path });
}
