import { isStaffSide } from '../../context';
import { isOneOf, raw, sql, TRUE } from '../../db/sql';
import { parseGlobalId, parseGlobalIds } from '../../graphql/global-id';
import { defineList } from '../../graphql/relations/list';
import { OrderDirection } from '../../graphql/connection';
import { defineRepository } from '../../graphql/relations/repository';
import { CustomField } from './custom-field.entity';
import type { CustomFieldFilter } from './custom-field.inputs';
import { appliesTo } from './definitions';

/** Custom fields. Staff see all of their business, other viewers those that they may set. */
export const customFields = defineRepository(CustomField, (viewer, column) =>
  isStaffSide(viewer)
    ? TRUE
    : sql`${column('active')} = ${true} AND ${column('visible')} = ${true} AND ${column('visibleOnScheduler')} = ${true}`,
);

export const customFieldList = defineList<CustomField, CustomFieldFilter>({
  source: customFields,
  orders: { SORT_ORDER: ['sortOrder'] },
  defaultOrder: { field: 'SORT_ORDER', direction: OrderDirection.ASC },
  filter: ({ ids, mode, active, code, reasonId }, column, alias) => [
    ...(ids
      ? [isOneOf(column('rowId'), parseGlobalIds('CustomField', ids, ['filter', 'ids']))]
      : []),
    ...(mode ? [sql`${column('mode')} = ${mode}`] : []),
    ...(active == null ? [] : [sql`${column('active')} = ${active}`]),
    ...(code == null ? [] : [sql`${column('code')} = ${code}`]),
    ...(reasonId == null
      ? []
      : [appliesTo(raw(`"${alias}"`), parseGlobalId('Reason', reasonId, ['filter', 'reasonId']))]),
  ],
});
