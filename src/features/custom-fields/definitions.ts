import { memberOf, type Context } from '../../context';
import { raw, sql, type Sql } from '../../db/sql';
import { tableOf } from '../../db/table';
import { defineLoader } from '../../graphql/relations/loader';
import { ReasonType } from '../reasons/reason.enums';
import { CustomField } from './custom-field.entity';

/** That a field, by its alias, is asked for a reason: it is named, or all are meant; which never means time off. */
export const askedFor = (
  alias: Sql,
  reasonId: number,
): Sql => sql`CASE WHEN ${alias}.filter_by_service = ${true}
  THEN EXISTS (SELECT 1 FROM ${raw('custom_field_reason AS l')} WHERE l.business_id = ${alias}.business_id AND l.custom_field_id = ${alias}.id AND l.reason_id = ${reasonId})
  ELSE ${alias}.mode = 'CLIENT' OR EXISTS (SELECT 1 FROM ${raw('reason AS r')} WHERE r.business_id = ${alias}.business_id AND r.id = ${reasonId} AND r.reason_type <> ${ReasonType.PERSONAL}) END`;

/** A field, and whether it is asked for the reason in question. */
export interface Definition {
  readonly field: CustomField;
  readonly asked: boolean;
}

/** For no reason in particular: of clients. */
export const NO_REASON = 0;

/** Every field of the business, whoever looks, and whether it is asked for a reason: one statement for each reason. */
export const definitionsFor = defineLoader((context: Context, reasonIds: readonly number[]) =>
  Promise.all(reasonIds.map((reasonId) => read(context, reasonId))),
);

async function read(context: Context, reasonId: number): Promise<Definition[]> {
  const table = tableOf(CustomField);
  const rows = await context.db.all<Record<string, unknown>>(sql`
    SELECT ${table.select('f')}, ${askedFor(raw('f'), reasonId)} AS asked FROM ${raw('custom_field AS f')}
    WHERE f.business_id = ${memberOf(context).businessId} ORDER BY f.sort_order, f.id`);
  return rows.map((row) => ({ field: table.hydrate(row), asked: Boolean(row.asked) }));
}
