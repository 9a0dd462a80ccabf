import { memberOf, type Context } from '../../context';
import { findOne } from '../../shared/db/table';
import { defineLoader } from '../../shared/loader';
import { Business } from './business.entity';

const byId = defineLoader((context: Context, ids: readonly number[]) => Promise.all(ids.map((rowId) => findOne(context.db, Business, { rowId }))));

/** The viewer's business. A context has one, so there is never more than one to load. */
export async function businessOf(context: Context): Promise<Business> {
  return (await byId(context).load(memberOf(context).businessId)) as Business;
}
