import type { WriteUnit } from '../../context';
import { changedRow } from '../../db/new-row';
import { find } from '../../db/table';
import { updateVersion } from '../../db/versions';
import { appendRowChange } from '../../log/row-changes';
import { PackageSold } from '../packages/package-sold.entity';
import type { ClientMove } from './move-appointments';

/** Moves the packages that the duplicate bought, with their uses. */
export async function movePackages(
  unit: WriteUnit,
  { fromId, toId: clientId }: ClientMove,
): Promise<void> {
  const { tx, member, now } = unit;
  const { businessId } = member;
  const sold = await find(tx, PackageSold, { businessId, clientId: fromId });
  for (const before of sold.sort((one, other) => one.rowId - other.rowId)) {
    const changes = { clientId, modifiedAt: now };
    const after = changedRow(PackageSold, before, changes);
    const key = { businessId, rowId: before.rowId };
    after.version = await updateVersion(tx, PackageSold, key, { changes });
    await appendRowChange(unit, { type: 'PackageSold', before, after });
  }
}
