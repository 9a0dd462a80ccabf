import { requireRole, Role, type Context, type Member } from '../../context';
import { newRow } from '../../db/new-row';
import { insert, remove } from '../../db/table';
import { anyGlobalId, parseGlobalId } from '../../graphql/global-id';
import type { Reason } from '../reasons/reason.entity';
import { countReasonChange } from '../reasons/lock-reason';
import { reasons } from '../reasons/reason.list';
import { ResourceNeedOption } from './resource.entity';
import type { ResourceNeedOptionInput, SetReasonResourcesInput } from './resource.inputs';
import { resourceBundles, resources } from './resource.list';
import { itemsOfBundle } from './resource.relations';
import { refuseMore } from './resource.rules';

/**
 * Replaces the needs of a reason.
 * @throws DomainError NOT_FOUND, RULE_VIOLATED
 */
export async function setReasonResources(
  context: Context,
  input: SetReasonResourcesInput,
): Promise<Reason> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  const { businessId } = member;
  const reason = await reasons.getToRefer(
    context,
    parseGlobalId('Reason', input.reasonId, ['input', 'reasonId']),
    ['input', 'reasonId'],
  );
  const rows = await Promise.all(
    input.needs.flatMap(({ options }, need) =>
      options.map((option, choice) =>
        newOption(context, member, { reasonId: reason.rowId, need, choice }, option),
      ),
    ),
  );
  return context.db.transaction(async (tx) => {
    await countReasonChange(tx, reason, input);
    await remove(tx, ResourceNeedOption, { businessId, reasonId: reason.rowId });
    await insert(tx, ResourceNeedOption, ...rows);
    return reason;
  });
}

async function newOption(
  context: Context,
  { businessId }: Member,
  { reasonId, need, choice }: Pick<ResourceNeedOption, 'reasonId' | 'need' | 'choice'>,
  { id, units }: ResourceNeedOptionInput,
): Promise<ResourceNeedOption> {
  const path = ['input', 'needs', String(need), 'options', String(choice)];
  const at = [...path, 'id'];
  const row = { businessId, reasonId, need, choice, units };
  if (anyGlobalId(id, at).type === 'ResourceBundle') {
    const bundle = await resourceBundles.getToRefer(
      context,
      parseGlobalId('ResourceBundle', id, at),
      at,
    );
    const items = await itemsOfBundle(bundle, context);
    const taken = await Promise.all(
      items.map(async (item) => ({
        item,
        resource: await resources.getById(context, item.resourceId),
      })),
    );
    for (const { item, resource } of taken)
      refuseMore(resource, units * item.units, [...path, 'units']);
    return newRow(ResourceNeedOption, { ...row, resourceId: null, bundleId: bundle.rowId });
  }
  const resource = await resources.getToRefer(context, parseGlobalId('Resource', id, at), at);
  refuseMore(resource, units, [...path, 'units']);
  return newRow(ResourceNeedOption, { ...row, resourceId: resource.rowId, bundleId: null });
}
