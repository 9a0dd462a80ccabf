import { isStaffSide } from '../../context';
import { isOneOf, sql, TRUE } from '../../db/sql';
import { containsWords } from '../../db/search';
import { OrderDirection } from '../../graphql/connection';
import { parseGlobalIds } from '../../graphql/global-id';
import { defineList } from '../../graphql/relations/list';
import { defineRepository } from '../../graphql/relations/repository';
import { Group } from './group.entity';
import type { GroupFilter } from './group.inputs';

/** Groups. Staff see all of their business, other viewers those that are not deleted. */
export const groups = defineRepository(
  Group,
  (viewer, column) => (isStaffSide(viewer) ? TRUE : sql`${column('deleted')} = ${false}`),
  {
    summary: ['version', 'name', 'groupType', 'members', 'deleted', 'createdAt', 'modifiedAt'],
  },
);

export const groupList = defineList<Group, GroupFilter>({
  source: groups,
  orders: { NAME: ['name'], CREATED_AT: ['createdAt'] },
  defaultOrder: { field: 'NAME', direction: OrderDirection.ASC },
  filter: ({ ids, groupTypes, search, includeDeleted }, column) => [
    ...(includeDeleted ? [] : [sql`${column('deleted')} = ${false}`]),
    ...(ids ? [isOneOf(column('rowId'), parseGlobalIds('Group', ids, ['filter', 'ids']))] : []),
    ...(groupTypes ? [isOneOf(column('groupType'), groupTypes)] : []),
    ...(search ? containsWords(sql`lower(${column('name')})`, search) : []),
  ],
});
