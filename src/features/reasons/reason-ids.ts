import type { Context } from '../../context';
import { at } from '../../errors';
import { parseGlobalId } from '../../graphql/global-id';
import { reasons } from './reason.list';

/**
 * Returns the distinct ids of the reasons that `input.reasonIds` names, in ascending order.
 * @throws DomainError BAD_USER_INPUT, NOT_FOUND; RULE_VIOLATED for a deleted reason
 */
export async function reasonIdsToRefer(
  context: Context,
  reasonIds: readonly string[],
): Promise<number[]> {
  const found = await Promise.all(
    reasonIds.map((id, index) => {
      const path = at('reasonIds', String(index));
      return reasons.getToRefer(context, parseGlobalId('Reason', id, path), path);
    }),
  );
  return [...new Set(found.map(({ rowId }) => rowId))].sort((one, other) => one - other);
}
