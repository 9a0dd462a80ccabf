import { memberOf, type Context } from '../../context';
import { raw, sql, type Sql } from '../../db/sql';
import { tableOf } from '../../db/table';
import { defineLoader } from '../../graphql/relations/loader';
import { ReasonType } from '../reasons/reason-enums';
import { CustomField } from './custom-field.entity';

/**
 * Whether a field, by its alias, applies to a reason: one of its reasons, or any except PERSONAL
 * ones without `filterByService`.
 */
export const appliesTo = (
  alias: Sql,
  reasonId: number,
): Sql => sql`CASE WHEN ${alias}.filter_by_service = ${true}
  THEN EXISTS (SELECT 1 FROM ${raw('custom_field_reason AS l')} WHERE l.business_id = ${alias}.business_id AND l.custom_field_id = ${alias}.id AND l.reason_id = ${reasonId})
  ELSE ${alias}.mode = 'CLIENT' OR EXISTS (SELECT 1 FROM ${raw('reason AS r')} WHERE r.business_id = ${alias}.business_id AND r.id = ${reasonId} AND r.reason_type <> ${ReasonType.PERSONAL}) END`;

/** A field, and whether it applies to a reason. */
export interface FieldDefinition {
  readonly field: CustomField;
  readonly applies: boolean;
}

/** The reason id for fields of clients, which apply to no particular reason. */
export const NO_REASON = 0;

/** Loads all fields of the business, independent of the viewer, with one statement per reason. */
export const definitionsFor = defineLoader((context: Context, reasonIds: readonly number[]) =>
  Promise.all(reasonIds.map((reasonId) => read(context, reasonId))),
);

async function read(context: Context, reasonId: number): Promise<FieldDefinition[]> {
  const table = tableOf(CustomField);
  const rows = await context.db.all<Record<string, unknown>>(sql`
    SELECT ${table.select('f')}, ${appliesTo(raw('f'), reasonId)} AS applies FROM ${raw('custom_field AS f')}
    WHERE f.business_id = ${memberOf(context).businessId} ORDER BY f.sort_order, f.id`);
  return rows.map((row) => ({ field: table.hydrate(row), applies: Boolean(row.applies) }));
}
