import type { Reader } from '../../db/database';
import { findOne, find } from '../../db/table';
import { PackageReason } from './package.entity';
import { PackageSold } from './package-sold.entity';
import type { SoldTerms } from './package.rules';

/** Returns a sale and the reasons of its package. */
export async function soldTermsOf(reader: Reader, sold: PackageSold): Promise<SoldTerms> {
  const { businessId, packageId } = sold;
  const links = await find(reader, PackageReason, { businessId, packageId });
  return { sold, reasonIds: links.map(({ reasonId }) => reasonId) };
}

/** Returns the sale with an id and the reasons of its package. Null if it does not exist. */
export async function soldById(
  reader: Reader,
  businessId: number,
  id: number,
): Promise<SoldTerms | null> {
  const sold = await findOne(reader, PackageSold, { businessId, rowId: id });
  return sold && soldTermsOf(reader, sold);
}
