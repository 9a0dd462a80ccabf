import { requireStaff, type Context } from '../../context';
import { BusinessRule } from '../../business-rule';
import { lockRow } from '../../db/lock-row';
import { changedRow, newRow } from '../../db/new-row';
import { insert } from '../../db/table';
import { updateVersion } from '../../db/versions';
import { at, badInput, InputProblemCode, violated } from '../../errors';
import { parseGlobalId } from '../../graphql/global-id';
import { changesOf, refuseNull } from '../../lib/patch';
import { MS_PER_DAY } from '../../lib/time-zone';
import { appendRowChange } from '../../log/row-changes';
import { deleteRow, refuseDeleted, restoreRow } from '../../log/soft-deletion';
import { clients } from '../clients/client.list';
import { PackageSold } from './package-sold.entity';
import type {
  DeletePackageSoldInput,
  RestorePackageSoldInput,
  SellPackageInput,
  UpdatePackageSoldInput,
} from './package-sold.inputs';
import { packages, packagesSold } from './package.list';
import { refuseNegative } from './package.service';

/**
 * Records that a client bought a package.
 * @throws DomainError NOT_FOUND, RULE_VIOLATED for an inactive package or a deleted client
 */
export async function sellPackage(context: Context, input: SellPackageInput): Promise<PackageSold> {
  const member = requireStaff(context);
  const now = context.now();
  refuseNegative(input.pricePaid, 'pricePaid');
  const [offered, client, rowId] = await Promise.all([
    packages.getToRefer(
      context,
      parseGlobalId('Package', input.packageId, at('packageId')),
      at('packageId'),
    ),
    clients.getToRefer(
      context,
      parseGlobalId('Client', input.clientId, at('clientId')),
      at('clientId'),
    ),
    context.ids.next('package_sold'),
  ]);
  if (!offered.active)
    throw violated(
      BusinessRule.PACKAGE_INACTIVE,
      'This package can no longer be sold.',
      'packageId',
    );
  const sold = newRow(PackageSold, {
    businessId: member.businessId,
    rowId,
    version: 1,
    packageId: offered.rowId,
    clientId: client.rowId,
    uses: offered.uses,
    usesLeft: offered.uses,
    pricePaid: input.pricePaid ?? offered.price,
    currency: offered.currency,
    soldAt: now,
    expiresAt: offered.validDays === null ? null : now + offered.validDays * MS_PER_DAY,
    deleted: false,
    modifiedAt: now,
  });
  return context.db.transaction(async (tx) => {
    await insert(tx, PackageSold, sold);
    await appendRowChange({ tx, member, now }, { type: 'PackageSold', before: null, after: sold });
    return sold;
  });
}

/** @throws DomainError NOT_FOUND, RULE_VIOLATED; BAD_USER_INPUT for fewer uses than are taken */
export async function updatePackageSold(
  context: Context,
  input: UpdatePackageSoldInput,
): Promise<PackageSold> {
  const member = requireStaff(context);
  refuseNull(input, ['uses']);
  refuseNegative(input.pricePaid, 'pricePaid');
  const now = context.now();
  const { businessId, rowId } = await saleOf(context, input.id);
  return context.db.transaction(async (tx) => {
    const key = { businessId, rowId };
    // Under the lock, no booking takes a use before the new balance is written.
    const before = (await lockRow(tx, PackageSold, key)) as PackageSold;
    refuseDeleted(before, 'sale');
    const changes = {
      ...changesOf(input, ['uses', 'expiresAt', 'pricePaid']),
      ...balanceAfter(before, input),
      modifiedAt: now,
    } as Partial<PackageSold>;
    const after = changedRow(PackageSold, before, changes);
    const { expectedVersion } = input;
    after.version = await updateVersion(tx, PackageSold, key, { changes, expectedVersion });
    await appendRowChange({ tx, member, now }, { type: 'PackageSold', before, after });
    packagesSold.clear(context, rowId);
    return after;
  });
}

/** @throws DomainError BAD_USER_INPUT for fewer uses than are taken */
function balanceAfter(before: PackageSold, { uses }: UpdatePackageSoldInput): Partial<PackageSold> {
  if (uses == null) return {};
  const taken = before.uses - before.usesLeft;
  if (uses < taken)
    throw badInput(
      InputProblemCode.OUT_OF_RANGE,
      `${taken} uses are taken: give at least ${taken}.`,
      'uses',
    );
  return { usesLeft: uses - taken };
}

/** Deletes a sale; appointments keep it. @throws DomainError NOT_FOUND */
export async function deletePackageSold(
  context: Context,
  input: DeletePackageSoldInput,
): Promise<PackageSold> {
  requireStaff(context);
  const before = await saleOf(context, input.id);
  const changes = { deleted: true, modifiedAt: context.now() };
  const { expectedVersion } = input;
  return deleteRow(context, { entity: PackageSold, before, changes, expectedVersion });
}

/** Restores a deleted sale. @throws DomainError NOT_FOUND */
export async function restorePackageSold(
  context: Context,
  input: RestorePackageSoldInput,
): Promise<PackageSold> {
  requireStaff(context);
  const before = await saleOf(context, input.id);
  const changes = { deleted: false, modifiedAt: context.now() };
  const { expectedVersion } = input;
  return restoreRow(context, { entity: PackageSold, before, changes, expectedVersion });
}

const saleOf = (context: Context, id: string): Promise<PackageSold> =>
  packagesSold.getVisible(context, parseGlobalId('PackageSold', id, at('id')), at('id'));
