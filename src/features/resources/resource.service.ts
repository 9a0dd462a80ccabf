import { changedRow, newRow } from '../../db/new-row';
import {
  memberOf,
  requireRole,
  Role,
  type Context,
  type Member,
  type WriteUnit,
} from '../../context';
import { badInput, DomainError, ErrorCode } from '../../errors';
import { changesOf, refuseNull } from '../../lib/patch';
import { insert, remove } from '../../db/table';
import { updateVersion } from '../../db/versions';
import { anyGlobalId, parseGlobalId } from '../../graphql/global-id';
import { authoriseAt } from '../locations/location.rules';
import { locations, primaryLocationOf } from '../locations/location.list';
import { appendRowChange } from '../../log/row-changes';
import { changeCapacity } from '../occupancy/change-capacity';
import { Subject } from '../occupancy/subject.entity';
import type { Reason } from '../reasons/reason.entity';
import { countReasonChange } from '../reasons/lock-reason';
import { reasons } from '../reasons/reason.list';
import {
  Resource,
  ResourceBundle,
  ResourceBundleItem,
  ResourceNeedOption,
} from './resource.entity';
import type {
  CreateResourceBundleInput,
  CreateResourceInput,
  ResourceBundleItemInput,
  ResourceNeedOptionInput,
  SetReasonResourcesInput,
  UpdateResourceBundleInput,
  UpdateResourceInput,
} from './resource.inputs';
import { itemsOfBundle } from './resource.relations';
import { resourceBundles, resources } from './resource.list';

/**
 * Adds a resource and its subject, whose units bookings take.
 * @throws DomainError NOT_FOUND
 */
export async function create(context: Context, input: CreateResourceInput): Promise<Resource> {
  const member = memberOf(context);
  const { businessId } = member;
  const path = ['input', 'locationId'];
  const location =
    input.locationId == null
      ? await primaryLocationOf(context)
      : await locations.getVisible(
          context,
          parseGlobalId('Location', input.locationId, path),
          path,
        );
  authoriseAt(member, location.rowId, path);
  const [rowId, subjectId] = await Promise.all([
    context.ids.next('resource'),
    context.ids.next('subject'),
  ]);
  const now = context.now();
  const resource = newRow(Resource, {
    businessId,
    rowId,
    version: 1,
    subjectId,
    locationId: location.rowId,
    name: input.name.trim(),
    description: input.description ?? null,
    quantity: input.quantity,
    active: true,
    createdAt: now,
    modifiedAt: now,
  });
  return context.db.transaction(async (tx) => {
    await insert(tx, Subject, {
      businessId,
      rowId: subjectId,
      kind: 'RESOURCE',
      capacity: resource.quantity,
    });
    await insert(tx, Resource, resource);
    await appendRowChange({ tx, member, now }, { type: 'Resource', before: null, after: resource });
    return resource;
  });
}

/**
 * @throws DomainError NOT_FOUND; RULE_VIOLATED for a quantity below the units booked at any future
 * instant.
 */
export async function update(context: Context, input: UpdateResourceInput): Promise<Resource> {
  const member = memberOf(context);
  refuseNull(input, ['name', 'quantity', 'active']);
  const before = await resources.getVisible(
    context,
    parseGlobalId('Resource', input.id, ['input', 'id']),
    ['input', 'id'],
  );
  authoriseAt(member, before.locationId, ['input', 'id']);
  const { businessId } = member;
  const now = context.now();
  const changes = {
    ...changesOf(input, ['name', 'description', 'quantity', 'active']),
    modifiedAt: now,
  } as Partial<Resource>;
  const after = changedRow(Resource, before, changes);
  return context.db.transaction(async (tx) => {
    if (changes.quantity !== undefined)
      await changeCapacity(
        { tx, member, now },
        { subjectId: before.subjectId, capacity: changes.quantity },
        ['input', 'quantity'],
      );
    const key = { businessId, rowId: before.rowId };
    const { expectedVersion } = input;
    after.version = await updateVersion(tx, Resource, key, { changes, expectedVersion });
    await appendRowChange({ tx, member, now }, { type: 'Resource', before, after });
    return after;
  });
}

/**
 * @throws DomainError NOT_FOUND; RULE_VIOLATED for resources of several locations, or for more
 * units than exist.
 */
export async function createBundle(
  context: Context,
  input: CreateResourceBundleInput,
): Promise<ResourceBundle> {
  const member = memberOf(context);
  const { locationId, items } = await itemsOf(context, input.items);
  authoriseAt(member, locationId, ['input', 'items']);
  const now = context.now();
  const { businessId } = member;
  const bundle = newRow(ResourceBundle, {
    businessId,
    rowId: await context.ids.next('resource_bundle'),
    version: 1,
    locationId,
    name: input.name.trim(),
    active: true,
    createdAt: now,
    modifiedAt: now,
  });
  return context.db.transaction(async (tx) => {
    await insert(tx, ResourceBundle, bundle);
    await addItems({ tx, member, now }, bundle, items);
    return bundle;
  });
}

/** @throws DomainError NOT_FOUND, RULE_VIOLATED */
export async function updateBundle(
  context: Context,
  input: UpdateResourceBundleInput,
): Promise<ResourceBundle> {
  const member = memberOf(context);
  refuseNull(input, ['name', 'active', 'items']);
  const before = await resourceBundles.getVisible(
    context,
    parseGlobalId('ResourceBundle', input.id, ['input', 'id']),
    ['input', 'id'],
  );
  authoriseAt(member, before.locationId, ['input', 'id']);
  const bundle = input.items ? await itemsOf(context, input.items) : null;
  if (bundle && bundle.locationId !== before.locationId) throw notAtOneLocation(['input', 'items']);
  const { businessId } = member;
  const now = context.now();
  const changes = {
    ...changesOf(input, ['name', 'active']),
    modifiedAt: now,
  } as Partial<ResourceBundle>;
  return context.db.transaction(async (tx) => {
    const key = { businessId, rowId: before.rowId };
    const { expectedVersion } = input;
    const version = await updateVersion(tx, ResourceBundle, key, { changes, expectedVersion });
    if (bundle) {
      await remove(tx, ResourceBundleItem, { businessId, bundleId: before.rowId });
      await addItems({ tx, member, now }, before, bundle.items);
    }
    return Object.assign(before, changes, { version });
  });
}

type Item = Pick<ResourceBundleItem, 'resourceId' | 'units'>;

const addItems = (
  { tx }: WriteUnit,
  { businessId, rowId: bundleId }: ResourceBundle,
  items: readonly Item[],
): Promise<void> =>
  insert(tx, ResourceBundleItem, ...items.map((item) => ({ businessId, bundleId, ...item })));

async function itemsOf(
  context: Context,
  inputs: readonly ResourceBundleItemInput[],
): Promise<{ locationId: number; items: Item[] }> {
  const rows = await Promise.all(
    inputs.map(async ({ resourceId, units }, index) => {
      const path = ['input', 'items', String(index)];
      const resource = await resources.getVisible(
        context,
        parseGlobalId('Resource', resourceId, [...path, 'resourceId']),
        [...path, 'resourceId'],
      );
      refuseMore(resource, units, [...path, 'units']);
      return { resource, units };
    }),
  );
  const [
    {
      resource: { locationId },
    },
  ] = rows as [(typeof rows)[0]];
  if (rows.some(({ resource }) => resource.locationId !== locationId))
    throw notAtOneLocation(['input', 'items']);
  if (new Set(rows.map(({ resource }) => resource.rowId)).size < rows.length) {
    throw badInput('Give each resource only once, with its units.', 'items');
  }
  return {
    locationId,
    items: rows.map(({ resource, units }) => ({ resourceId: resource.rowId, units })),
  };
}

const notAtOneLocation = (path: readonly string[]): DomainError =>
  new DomainError(ErrorCode.RULE_VIOLATED, 'The resources of a bundle must be at one location.', {
    path,
  });

function refuseMore({ name, quantity }: Resource, units: number, path: readonly string[]): void {
  if (units > quantity)
    throw new DomainError(ErrorCode.RULE_VIOLATED, `${name} has only ${quantity} units.`, { path });
}

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
  const reason = await reasons.getVisible(
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
    const bundle = await resourceBundles.getVisible(
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
  const resource = await resources.getVisible(context, parseGlobalId('Resource', id, at), at);
  refuseMore(resource, units, [...path, 'units']);
  return newRow(ResourceNeedOption, { ...row, resourceId: resource.rowId, bundleId: null });
}
