import { memberOf, type Context } from '../../context';
import type { Tx } from '../../db/database';
import { FOR_REFERENCE, isOneOf, raw, sql, type Sql } from '../../db/sql';
import { BusinessRule } from '../../business-rule';
import { at, violated } from '../../errors';
import { parseGlobalId } from '../../graphql/global-id';
import { locationIdsIn, reasonIdsIn, undeletedGroupIdsIn } from '../memberships/member-ids';
import { GroupType } from './group.entity';
import { groups } from './group.list';

/** The columns of an appointment that name its groups. */
export interface AssignedGroups {
  readonly locationGroupId: number | null;
  readonly locationSuperGroupId: number | null;
  readonly reasonGroupId: number | null;
}

type GroupField = keyof AssignedGroups;

type GroupsInput = { readonly [K in GroupField]?: string | null };

export const NO_GROUPS: AssignedGroups = {
  locationGroupId: null,
  locationSuperGroupId: null,
  reasonGroupId: null,
};

const TYPES: Readonly<Record<GroupField, GroupType>> = {
  locationGroupId: GroupType.LOCATION,
  locationSuperGroupId: GroupType.SUPER,
  reasonGroupId: GroupType.REASON,
};
const FIELDS = Object.keys(TYPES) as GroupField[];

/** Whether an input names a group. */
export const namesGroups = (input: GroupsInput): boolean =>
  FIELDS.some((field) => input[field] != null);

const idsIn = (input: GroupsInput): number[] =>
  FIELDS.flatMap((field) => {
    const id = input[field];
    return id == null ? [] : [parseGlobalId('Group', id, at(field))];
  });

/**
 * Keeps the groups that an input names from being changed until the transaction ends. Call it
 * before they are read. SQLite has one writer.
 */
export async function keepGroups(tx: Tx, businessId: number, input: GroupsInput): Promise<void> {
  if (tx.dialect === 'sqlite' || !namesGroups(input)) return;
  await tx.all(sql`SELECT id FROM member_group WHERE business_id = ${businessId}
    AND ${isOneOf(raw('id'), idsIn(input))} ORDER BY id ${FOR_REFERENCE}`);
}

/** The reason and the locations of the appointments of a booking. */
interface Booked {
  readonly reasonId: number;
  readonly locationIds: readonly number[];
}

/**
 * Returns the groups that a booking names.
 * @throws DomainError BAD_USER_INPUT, NOT_FOUND; RULE_VIOLATED for a deleted group, one of another
 * type, and one without the reason or the locations
 */
export async function assignedGroups(
  context: Context,
  input: GroupsInput,
  { reasonId, locationIds }: Booked,
): Promise<AssignedGroups> {
  if (!namesGroups(input)) return NO_GROUPS;
  const { businessId } = memberOf(context);
  const assigned: Record<GroupField, number | null> = { ...NO_GROUPS };
  for (const field of FIELDS) assigned[field] = await groupOf(context, input, field);
  const { locationGroupId, locationSuperGroupId, reasonGroupId } = assigned;
  const check = async (field: GroupField, members: Sql, ids: readonly number[]): Promise<void> => {
    const rows = await context.db.all<{ key: number }>(members);
    const found = new Set(rows.map(({ key }) => key));
    if (!ids.every((id) => found.has(id))) throw notInGroup(field);
  };
  if (locationGroupId !== null)
    await check('locationGroupId', locationIdsIn(businessId, [locationGroupId]), locationIds);
  if (locationSuperGroupId !== null)
    await (locationGroupId === null
      ? check(
          'locationSuperGroupId',
          locationIdsIn(businessId, [locationSuperGroupId]),
          locationIds,
        )
      : check('locationSuperGroupId', undeletedGroupIdsIn(businessId, [locationSuperGroupId]), [
          locationGroupId,
        ]));
  if (reasonGroupId !== null)
    await check('reasonGroupId', reasonIdsIn(businessId, [reasonGroupId]), [reasonId]);
  return assigned;
}

async function groupOf(
  context: Context,
  input: GroupsInput,
  field: GroupField,
): Promise<number | null> {
  const id = input[field];
  if (id == null) return null;
  const rowId = parseGlobalId('Group', id, at(field));
  groups.clear(context, rowId);
  const group = await groups.getToRefer(context, rowId, at(field));
  if (group.groupType !== TYPES[field])
    throw violated(
      BusinessRule.GROUP_TYPE,
      `Give a group of type ${TYPES[field]}: this one has the type ${group.groupType}.`,
      field,
    );
  return rowId;
}

const WHAT: Readonly<Record<GroupField, string>> = {
  locationGroupId: 'the location of the booking',
  locationSuperGroupId: 'the location or the location group of the booking',
  reasonGroupId: 'the reason of the booking',
};

const notInGroup = (field: GroupField) =>
  violated(BusinessRule.NOT_IN_GROUP, `The group does not contain ${WHAT[field]}.`, field);
