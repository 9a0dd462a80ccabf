import { isOneOf, raw, sql, TRUE, type Sql } from '../../db/sql';
import { parseGlobalIds } from '../../graphql/global-id';
import { isAmong } from '../../graphql/relations/branches';

/** SQL on the tables of groups, since locations, reasons and staff do not import groups. */

/**
 * Selects the groups with these ids and all groups in them. Without deleted ones, a deleted group
 * hides the groups in it. CROSS JOIN keeps SQLite from scanning the members of all groups.
 */
const withNested = (businessId: number, groupIds: readonly number[], exists: Sql): Sql => sql`
  WITH RECURSIVE nested(id) AS (
    SELECT g.id FROM member_group AS g
    WHERE g.business_id = ${businessId} AND ${isOneOf(raw('g.id'), groupIds)} AND ${exists}
    UNION
    SELECT g.id FROM nested CROSS JOIN group_group AS inner_group CROSS JOIN member_group AS g
    WHERE inner_group.business_id = ${businessId} AND inner_group.group_id = nested.id
      AND g.business_id = inner_group.business_id AND g.id = inner_group.member_id AND ${exists}
  )`;

const UNDELETED = sql`g.deleted = ${false}`;

/** Selects the ids of the locations in the groups, also through super-groups. */
export const locationIdsIn = (businessId: number, groupIds: readonly number[]): Sql => sql`
  ${withNested(businessId, groupIds, UNDELETED)}
  SELECT DISTINCT l.location_id AS key FROM nested CROSS JOIN group_location AS l
  WHERE l.business_id = ${businessId} AND l.group_id = nested.id`;

/** Selects the ids of the groups with these ids and of all groups in them, deleted ones as well. */
export const groupIdsIn = (businessId: number, groupIds: readonly number[]): Sql =>
  sql`${withNested(businessId, groupIds, TRUE)} SELECT nested.id FROM nested`;

/** Selects, in a column `key`, the groups with these ids and all groups in them, undeleted ones. */
export const undeletedGroupIdsIn = (businessId: number, groupIds: readonly number[]): Sql =>
  sql`${withNested(businessId, groupIds, UNDELETED)} SELECT nested.id AS key FROM nested`;

type MemberColumn = 'reason_id' | 'staff_id';

const memberIdsIn = (
  businessId: number,
  column: MemberColumn,
  groupIds: readonly number[],
): Sql => sql`
  SELECT DISTINCT m.${raw(column)} AS key FROM ${raw(column === 'reason_id' ? 'group_reason' : 'group_staff')} AS m
  JOIN member_group AS g ON g.business_id = m.business_id AND g.id = m.group_id AND g.deleted = ${false}
  WHERE m.business_id = ${businessId} AND ${isOneOf(raw('m.group_id'), groupIds)}`;

/** Selects the ids of the reasons in the groups. */
export const reasonIdsIn = (businessId: number, groupIds: readonly number[]): Sql =>
  memberIdsIn(businessId, 'reason_id', groupIds);

/** The filters by groups, and how each selects the ids of its members. */
const SELECTIONS = {
  locationGroupIds: locationIdsIn,
  reasonGroupIds: reasonIdsIn,
  staffGroupIds: (businessId: number, ids: readonly number[]) =>
    memberIdsIn(businessId, 'staff_id', ids),
} as const;

type GroupFilter = { readonly [K in keyof typeof SELECTIONS]?: readonly string[] | null };

/**
 * Selects the ids of the members of the groups that a filter names, as of now, in a column `key`.
 * Null if the filter names none. An unknown or deleted group has no members.
 * @throws DomainError BAD_USER_INPUT for a malformed id
 */
export function membersIn(
  filter: GroupFilter,
  name: keyof typeof SELECTIONS,
  businessId: number,
): Sql | null {
  const ids = filter[name];
  return ids ? SELECTIONS[name](businessId, parseGlobalIds('Group', ids, ['filter', name])) : null;
}

/** Returns the condition that a column of ids is among those members. Null without groups. */
export function inGroups(
  filter: GroupFilter,
  name: keyof typeof SELECTIONS,
  businessId: number,
): ((id: Sql) => Sql) | null {
  const members = membersIn(filter, name, businessId);
  return members && ((id) => isAmong(id, members));
}

/** Returns that condition on a column, in a list that is empty if the filter names no group. */
export const whereInGroups = (
  filter: GroupFilter,
  name: keyof typeof SELECTIONS,
  businessId: number,
  column: Sql,
): Sql[] => {
  const condition = inGroups(filter, name, businessId);
  return condition ? [condition(column)] : [];
};
