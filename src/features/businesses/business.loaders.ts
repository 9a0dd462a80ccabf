import { memberOf, type Context } from '../../context';
import { TRUE } from '../../shared/db/sql';
import { defineSource } from '../../shared/source';
import { Business } from './business.entity';

export const businesses = defineSource(Business, () => TRUE);

/** The viewer's business. */
export async function businessOf(context: Context): Promise<Business> {
  return (await businesses.granted(context, memberOf(context).businessId)) as Business;
}
