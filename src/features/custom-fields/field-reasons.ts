import { isStaffSide, memberOf, type Context } from '../../context';
import type { Reader } from '../../db/database';
import { isOneOf, raw, sql, TRUE } from '../../db/sql';
import { defineLoader, groupByKey } from '../../graphql/relations/loader';
import { reasons } from '../reasons/reason.list';

/**
 * Loads the reasons of fields, ordered by id: all for staff, else those that are visible to the
 * viewer.
 */
export const reasonsByCustomFieldId = defineLoader(
  async (context: Context, ids: readonly number[]) => {
    const member = memberOf(context);
    const { table } = reasons;
    const rows = await context.db.all(sql`
    SELECT l.custom_field_id AS "parentKey", ${table.select('a')} FROM ${raw('custom_field_reason AS l')}
    JOIN ${reasons.from('a')} ON ${table.column('a', 'businessId')} = l.business_id AND ${table.column('a', 'rowId')} = l.reason_id
    WHERE l.business_id = ${member.businessId} AND ${isOneOf(raw('l.custom_field_id'), ids)} AND ${isStaffSide(member) ? TRUE : reasons.visible(member, 'a')}
    ORDER BY l.custom_field_id, ${table.column('a', 'rowId')}`);
    return groupByKey(ids, rows, (row) => row.parentKey as number).map((group) =>
      group.map((row) => table.hydrate(row)),
    );
  },
);

/** Reads the ids of the reasons of fields with one statement. */
export async function reasonIdsOf(
  reader: Reader,
  businessId: number,
  customFieldIds: readonly number[],
): Promise<ReadonlyMap<number, readonly number[]>> {
  const rows = await reader.all<{ customFieldId: number; reasonId: number }>(sql`
    SELECT custom_field_id AS "customFieldId", reason_id AS "reasonId" FROM custom_field_reason
    WHERE business_id = ${businessId} AND ${isOneOf(raw('custom_field_id'), customFieldIds)} ORDER BY custom_field_id, reason_id`);
  return new Map(
    groupByKey(customFieldIds, rows, ({ customFieldId }) => customFieldId).map((group, index) => [
      customFieldIds[index] as number,
      group.map(({ reasonId }) => reasonId),
    ]),
  );
}
