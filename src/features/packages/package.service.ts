import { requireRole, Role, type Context, type WriteUnit } from '../../context';
import { lockRow } from '../../db/lock-row';
import { changedRow, newRow } from '../../db/new-row';
import { find, insert, remove } from '../../db/table';
import { updateVersion } from '../../db/versions';
import { at, badInput, InputProblemCode } from '../../errors';
import { parseGlobalId } from '../../graphql/global-id';
import { isNegative } from '../../lib/money';
import { changesOf, refuseNull } from '../../lib/patch';
import { appendRowChange } from '../../log/row-changes';
import { deleteRow, refuseDeleted, restoreRow } from '../../log/soft-deletion';
import { businessOf } from '../businesses/business.list';
import { reasonIdsToRefer } from '../reasons/reason-ids';
import { Package, PackageReason } from './package.entity';
import type {
  CreatePackageInput,
  DeletePackageInput,
  RestorePackageInput,
  UpdatePackageInput,
} from './package.inputs';
import { packages } from './package.list';

/** @throws DomainError BAD_USER_INPUT, NOT_FOUND, RULE_VIOLATED for a deleted reason */
export async function create(context: Context, input: CreatePackageInput): Promise<Package> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  const { businessId } = member;
  const now = context.now();
  refuseNegative(input.price, 'price');
  const [{ currency }, reasonIds, rowId] = await Promise.all([
    businessOf(context),
    reasonIdsToRefer(context, input.reasonIds ?? []),
    context.ids.next('package'),
  ]);
  const created = newRow(Package, {
    businessId,
    rowId,
    version: 1,
    name: input.name.trim(),
    price: input.price ?? null,
    currency,
    uses: input.uses,
    validDays: input.validDays ?? null,
    active: input.active,
    deleted: false,
    createdAt: now,
    modifiedAt: now,
  });
  return context.db.transaction(async (tx) => {
    const unit = { tx, member, now };
    await insert(tx, Package, created);
    await link(unit, created, reasonIds);
    await appendRowChange<WithReasons>(unit, {
      type: 'Package',
      before: null,
      after: withReasons(created, reasonIds),
    });
    return created;
  });
}

/** A package as the log records it. */
type WithReasons = Package & { readonly reasonIds?: readonly number[] };

const withReasons = (row: Package, reasonIds?: readonly number[]): WithReasons =>
  Object.assign(changedRow(Package, row, {}), { reasonIds });

/** @throws DomainError as create, and RULE_VIOLATED for a deleted package */
export async function update(context: Context, input: UpdatePackageInput): Promise<Package> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  refuseNull(input, ['name', 'uses', 'active', 'reasonIds']);
  refuseNegative(input.price, 'price');
  const { businessId } = member;
  const now = context.now();
  const { rowId } = await packageOf(context, input.id);
  const reasonIds = input.reasonIds ? await reasonIdsToRefer(context, input.reasonIds) : null;
  const changes = {
    ...changesOf(input, ['price', 'uses', 'validDays', 'active']),
    ...(input.name == null ? {} : { name: input.name.trim() }),
    modifiedAt: now,
  } as Partial<Package>;
  return context.db.transaction(async (tx) => {
    const unit = { tx, member, now };
    const key = { businessId, rowId };
    const before = (await lockRow(tx, Package, key)) as Package;
    refuseDeleted(before, 'package');
    const after = changedRow(Package, before, changes);
    const { expectedVersion } = input;
    after.version = await updateVersion(tx, Package, key, { changes, expectedVersion });
    const linked = reasonIds ? await relink(unit, after, reasonIds) : undefined;
    await appendRowChange<WithReasons>(unit, {
      type: 'Package',
      before: withReasons(before, linked),
      after: withReasons(after, reasonIds ?? undefined),
    });
    packages.clear(context, rowId);
    return after;
  });
}

/** Deletes a package; sold ones remain valid. @throws DomainError NOT_FOUND */
export async function deletePackage(context: Context, input: DeletePackageInput): Promise<Package> {
  requireRole(context, Role.ADMINISTRATOR);
  const before = await packageOf(context, input.id);
  const changes = { deleted: true, active: false, modifiedAt: context.now() };
  const { expectedVersion } = input;
  return deleteRow(context, { entity: Package, before, changes, expectedVersion });
}

/** Restores a deleted package, which is inactive. @throws DomainError NOT_FOUND */
export async function restorePackage(
  context: Context,
  input: RestorePackageInput,
): Promise<Package> {
  requireRole(context, Role.ADMINISTRATOR);
  const before = await packageOf(context, input.id);
  const changes = { deleted: false, modifiedAt: context.now() };
  const { expectedVersion } = input;
  return restoreRow(context, { entity: Package, before, changes, expectedVersion });
}

const packageOf = (context: Context, id: string): Promise<Package> =>
  packages.getVisible(context, parseGlobalId('Package', id, at('id')), at('id'));

/** @throws DomainError BAD_USER_INPUT */
export function refuseNegative(amount: string | null | undefined, field: string): void {
  if (amount && isNegative(amount))
    throw badInput(InputProblemCode.OUT_OF_RANGE, `${field} must not be negative.`, field);
}

const link = (
  { tx }: WriteUnit,
  { businessId, rowId: packageId }: Package,
  reasonIds: readonly number[],
): Promise<void> =>
  insert(tx, PackageReason, ...reasonIds.map((reasonId) => ({ businessId, packageId, reasonId })));

/** Replaces the reasons and returns the earlier ones. */
async function relink(
  unit: WriteUnit,
  changed: Package,
  reasonIds: readonly number[],
): Promise<number[]> {
  const key = { businessId: changed.businessId, packageId: changed.rowId };
  const before = await find(unit.tx, PackageReason, key);
  await remove(unit.tx, PackageReason, key);
  await link(unit, changed, reasonIds);
  return before.map(({ reasonId }) => reasonId).sort((one, other) => one - other);
}
