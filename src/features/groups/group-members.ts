import type { Context, WriteUnit } from '../../context';
import { changedRow } from '../../db/new-row';
import { find, insert, remove } from '../../db/table';
import { BusinessRule } from '../../business-rule';
import { at, violatedAt } from '../../errors';
import { parseGlobalId } from '../../graphql/global-id';
import type { Repository } from '../../graphql/relations/repository';
import { locations } from '../locations/location.list';
import { groupIdsIn } from '../memberships/member-ids';
import { reasons } from '../reasons/reason.list';
import { staff } from '../staff/staff.list';
import {
  Group,
  GroupGroup,
  GroupLocation,
  GroupReason,
  GroupStaff,
  GroupType,
} from './group.entity';
import { groups } from './group.list';

/** A row of one of the tables of members. */
type Link = Pick<GroupLocation, 'businessId' | 'groupId'>;

/** Where the members of a type of groups are stored. */
interface Store {
  readonly entity: new () => Link;
  /** The property of the member in `entity`. */
  readonly member: string;
  readonly type: string;
  /** The property of the members in an event. */
  readonly logged: string;
  readonly source: Pick<Repository<Member>, 'getToRefer'>;
}

type Member = {
  readonly businessId: number;
  readonly rowId: number;
  readonly groupType?: GroupType;
};

const STORES: Readonly<Record<GroupType, Store>> = {
  [GroupType.LOCATION]: {
    entity: GroupLocation,
    member: 'locationId',
    type: 'Location',
    logged: 'memberLocationIds',
    source: locations,
  },
  [GroupType.REASON]: {
    entity: GroupReason,
    member: 'reasonId',
    type: 'Reason',
    logged: 'memberReasonIds',
    source: reasons,
  },
  [GroupType.STAFF]: {
    entity: GroupStaff,
    member: 'staffId',
    type: 'Staff',
    logged: 'memberStaffIds',
    source: staff,
  },
  [GroupType.SUPER]: {
    entity: GroupGroup,
    member: 'memberId',
    type: 'Group',
    logged: 'memberGroupIds',
    source: groups,
  },
};

const IN_SUPER_GROUPS: ReadonlySet<GroupType | undefined> = new Set([
  GroupType.LOCATION,
  GroupType.SUPER,
]);

/**
 * Returns the distinct ids of the members that an input names, in ascending order.
 * @throws DomainError BAD_USER_INPUT for an id of another type, NOT_FOUND, RULE_VIOLATED for a
 * deleted member and for a group that no super-group can contain
 */
export async function memberIdsToRefer(
  context: Context,
  groupType: GroupType,
  memberIds: readonly string[],
): Promise<number[]> {
  const { source, type } = STORES[groupType];
  const found = await Promise.all(
    memberIds.map(async (id, index) => {
      const path = at('memberIds', String(index));
      const row = await source.getToRefer(context, parseGlobalId(type, id, path), path);
      if (groupType === GroupType.SUPER && !IN_SUPER_GROUPS.has(row.groupType))
        throw violatedAt(
          BusinessRule.GROUP_TYPE,
          'A super-group contains groups of locations and super-groups only.',
          path,
        );
      return row.rowId;
    }),
  );
  return [...new Set(found)].sort((one, other) => one - other);
}

export async function addMembers(
  { tx }: WriteUnit,
  { businessId, rowId: groupId, groupType }: Group,
  ids: readonly number[],
): Promise<void> {
  const { entity, member } = STORES[groupType];
  await insert(tx, entity, ...ids.map((id) => ({ businessId, groupId, [member]: id })));
}

/** Replaces the members, and returns the ids of the earlier ones in ascending order. */
export async function replaceMembers(
  unit: WriteUnit,
  group: Group,
  ids: readonly number[],
): Promise<number[]> {
  const { entity, member } = STORES[group.groupType];
  const key = { businessId: group.businessId, groupId: group.rowId };
  const before = await find(unit.tx, entity, key);
  await remove(unit.tx, entity, key);
  await addMembers(unit, group, ids);
  return before
    .map((link) => (link as unknown as Record<string, number>)[member] as number)
    .sort((one, other) => one - other);
}

/**
 * Refuses members of a super-group that contain it. Call it under the lock of the business: a
 * concurrent change of another super-group could close a cycle.
 * @throws DomainError RULE_VIOLATED
 */
export async function refuseCycle(
  { tx }: WriteUnit,
  { businessId, rowId }: Group,
  memberIds: readonly number[],
): Promise<void> {
  if (!memberIds.length) return;
  const nested = await tx.all<{ id: number }>(groupIdsIn(businessId, memberIds));
  if (nested.some(({ id }) => id === rowId))
    throw violatedAt(
      BusinessRule.GROUP_CYCLE,
      'A super-group cannot contain itself, directly or through other groups.',
      at('memberIds'),
    );
}

/** A group as the log records it: with its members where they are written. */
export type LoggedGroup = Group & Readonly<Record<string, unknown>>;

export const withMembers = (group: Group, ids?: readonly number[]): LoggedGroup =>
  Object.assign(changedRow(Group, group, {}), ids ? { [STORES[group.groupType].logged]: ids } : {});
