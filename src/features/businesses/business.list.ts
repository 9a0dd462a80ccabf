import { memberOf, type Context } from '../../context';
import type { Reader } from '../../db/database';
import { raw, sql, TRUE } from '../../db/sql';
import { defineRepository } from '../../graphql/relations/repository';
import { Business } from './business.entity';

export const businesses = defineRepository(Business, () => TRUE);

/** Returns the business of the viewer. */
export async function businessOf(context: Context): Promise<Business> {
  return (await businesses.findById(context, memberOf(context).businessId)) as Business;
}

/** Whether the database contains a business. */
export async function hasBusiness(db: Reader): Promise<boolean> {
  return (await db.all(sql`SELECT 1 AS one FROM ${raw('business')} LIMIT 1`)).length > 0;
}
