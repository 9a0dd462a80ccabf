import { memberOf, type Context, type WriteUnit } from '../../context';
import { raw, sql, type Sql } from '../../db/sql';
import { BusinessRule } from '../../business-rule';
import { at, violated } from '../../errors';
import { parseGlobalId } from '../../graphql/global-id';
import { deleteRow, restoreRow } from '../../log/soft-deletion';
import { authoriseAt } from '../locations/location.rules';
import { refuseBooked } from '../occupancy/future-bookings';
import { lockSubjects } from '../occupancy/occupancy.service';
import { Resource, ResourceBundle } from './resource.entity';
import type {
  DeleteResourceBundleInput,
  DeleteResourceInput,
  RestoreResourceBundleInput,
  RestoreResourceInput,
} from './resource.inputs';
import { resourceBundles, resources } from './resource.list';

/**
 * Deletes a resource that no booking to come, no reason and no bundle needs; past appointments keep
 * it.
 * @throws DomainError NOT_FOUND, FORBIDDEN, RULE_VIOLATED
 */
export async function deleteResource(
  context: Context,
  { id, expectedVersion }: DeleteResourceInput,
): Promise<Resource> {
  const before = await resourceOf(context, id);
  const { businessId, rowId, subjectId } = before;
  return deleteRow(context, {
    entity: Resource,
    before,
    expectedVersion,
    changes: { deleted: true, active: false, modifiedAt: context.now() },
    async check(unit) {
      await lockSubjects(unit.tx, businessId, [subjectId], unit.now);
      await refuseBooked(unit, 'Resource', rowId);
      await refuseNeeded(unit, 'resource', sql`o.resource_id = ${rowId}`);
      await refuseBundled(unit, rowId);
    },
  });
}

/** Restores a deleted resource, which is inactive. @throws DomainError NOT_FOUND, FORBIDDEN */
export async function restoreResource(
  context: Context,
  { id, expectedVersion }: RestoreResourceInput,
): Promise<Resource> {
  const before = await resourceOf(context, id);
  const changes = { deleted: false, modifiedAt: context.now() };
  return restoreRow(context, { entity: Resource, before, changes, expectedVersion });
}

/**
 * Deletes a bundle that no reason needs. Its resources stay.
 * @throws DomainError NOT_FOUND, FORBIDDEN, RULE_VIOLATED
 */
export async function deleteResourceBundle(
  context: Context,
  { id, expectedVersion }: DeleteResourceBundleInput,
): Promise<ResourceBundle> {
  const before = await bundleOf(context, id);
  return deleteRow(context, {
    entity: ResourceBundle,
    before,
    expectedVersion,
    changes: { deleted: true, active: false, modifiedAt: context.now() },
    check: (unit) => refuseNeeded(unit, 'bundle', sql`o.bundle_id = ${before.rowId}`),
  });
}

/** Restores a deleted bundle, which is inactive. @throws DomainError NOT_FOUND, FORBIDDEN */
export async function restoreResourceBundle(
  context: Context,
  { id, expectedVersion }: RestoreResourceBundleInput,
): Promise<ResourceBundle> {
  const before = await bundleOf(context, id);
  const changes = { deleted: false, modifiedAt: context.now() };
  return restoreRow(context, { entity: ResourceBundle, before, changes, expectedVersion });
}

async function resourceOf(context: Context, id: string): Promise<Resource> {
  const rowId = parseGlobalId('Resource', id, at('id'));
  const resource = await resources.getVisible(context, rowId, at('id'));
  authoriseAt(memberOf(context), resource.locationId, at('id'));
  return resource;
}

async function bundleOf(context: Context, id: string): Promise<ResourceBundle> {
  const rowId = parseGlobalId('ResourceBundle', id, at('id'));
  const bundle = await resourceBundles.getVisible(context, rowId, at('id'));
  authoriseAt(memberOf(context), bundle.locationId, at('id'));
  return bundle;
}

/** @throws DomainError RULE_VIOLATED with the name of a reason that needs it */
async function refuseNeeded(
  { tx, member: { businessId } }: WriteUnit,
  noun: string,
  isOption: Sql,
): Promise<void> {
  const [needed] = await tx.all<{ name: string }>(sql`
    SELECT r.reason_desc AS name FROM ${raw('resource_need_option AS o JOIN reason AS r ON r.business_id = o.business_id AND r.id = o.reason_id')}
    WHERE o.business_id = ${businessId} AND ${isOption} AND r.status <> 'DELETED' ORDER BY r.id LIMIT 1`);
  if (needed)
    throw violated(
      BusinessRule.IN_USE,
      `The reason "${needed.name}" needs this ${noun}. Change it by setReasonResources first.`,
      'id',
    );
}

/** @throws DomainError RULE_VIOLATED with the name of a bundle that contains the resource */
async function refuseBundled(
  { tx, member: { businessId } }: WriteUnit,
  resourceId: number,
): Promise<void> {
  const [bundle] = await tx.all<{ name: string }>(sql`
    SELECT b.name FROM ${raw('resource_bundle_item AS i JOIN resource_bundle AS b ON b.business_id = i.business_id AND b.id = i.bundle_id')}
    WHERE i.business_id = ${businessId} AND i.resource_id = ${resourceId} AND b.deleted = ${false} ORDER BY b.id LIMIT 1`);
  if (bundle)
    throw violated(
      BusinessRule.IN_USE,
      `The bundle "${bundle.name}" contains this resource. Change the bundle first.`,
      'id',
    );
}
