import { changedRow, newRow } from '../../db/new-row';
import { memberOf, type Context, type WriteUnit } from '../../context';
import { BusinessRule } from '../../business-rule';
import { badInput, InputProblemCode, violatedAt, type DomainError } from '../../errors';
import { changesOf, refuseNull } from '../../lib/patch';
import { find, insert, remove } from '../../db/table';
import { parseGlobalId } from '../../graphql/global-id';
import { authoriseAt } from '../locations/location.rules';
import { locations, primaryLocationOf } from '../locations/location.list';
import { appendRowChange } from '../../log/row-changes';
import { refuseDeleted, updateUndeleted } from '../../log/soft-deletion';
import { changeCapacity } from '../occupancy/change-capacity';
import { Subject } from '../occupancy/subject.entity';
import { Resource, ResourceBundle, ResourceBundleItem } from './resource.entity';
import type {
  CreateResourceBundleInput,
  CreateResourceInput,
  ResourceBundleItemInput,
  UpdateResourceBundleInput,
  UpdateResourceInput,
} from './resource.inputs';
import { resourceBundles, resources } from './resource.list';
import { refuseMore } from './resource.rules';

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
      : await locations.getToRefer(
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
    deleted: false,
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
  refuseDeleted(before, 'resource');
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
    after.version = await updateUndeleted(tx, Resource, key, {
      changes,
      expectedVersion,
      noun: 'resource',
    });
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
    deleted: false,
    createdAt: now,
    modifiedAt: now,
  });
  return context.db.transaction(async (tx) => {
    await insert(tx, ResourceBundle, bundle);
    const unit = { tx, member, now };
    await addItems(unit, bundle, items);
    await appendBundleChange(unit, null, withItems(bundle, items));
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
  refuseDeleted(before, 'bundle');
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
    const version = await updateUndeleted(tx, ResourceBundle, key, {
      changes,
      expectedVersion,
      noun: 'bundle',
    });
    const unit = { tx, member, now };
    const old: BundleWithItems = changedRow(ResourceBundle, before, {});
    if (bundle) {
      old.items = await itemsBefore(unit, before);
      await remove(tx, ResourceBundleItem, { businessId, bundleId: before.rowId });
      await addItems(unit, before, bundle.items);
    }
    const after = Object.assign(before, changes, { version });
    await appendBundleChange(unit, old, withItems(after, bundle?.items));
    return after;
  });
}

type Item = Pick<ResourceBundleItem, 'resourceId' | 'units'>;

/** A bundle as the log records it: with its items where they are written. */
type BundleWithItems = ResourceBundle & { items?: readonly Item[] };

const withItems = (bundle: ResourceBundle, items?: readonly Item[]): BundleWithItems =>
  Object.assign(changedRow(ResourceBundle, bundle, {}), { items });

const appendBundleChange = (
  unit: WriteUnit,
  before: BundleWithItems | null,
  after: BundleWithItems,
): Promise<void> =>
  appendRowChange<BundleWithItems>(unit, { type: 'ResourceBundle', before, after });

async function itemsBefore(
  { tx }: WriteUnit,
  { businessId, rowId: bundleId }: ResourceBundle,
): Promise<Item[]> {
  const rows = await find(tx, ResourceBundleItem, { businessId, bundleId });
  return rows.map(({ resourceId, units }) => ({ resourceId, units }));
}

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
      const resource = await resources.getToRefer(
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
    throw badInput(
      InputProblemCode.DUPLICATE,
      'Give each resource only once, with its units.',
      'items',
    );
  }
  return {
    locationId,
    items: rows.map(({ resource, units }) => ({ resourceId: resource.rowId, units })),
  };
}

const notAtOneLocation = (path: readonly string[]): DomainError =>
  violatedAt(
    BusinessRule.RESOURCE_AT_OTHER_LOCATION,
    'The resources of a bundle must be at one location.',
    path,
  );
