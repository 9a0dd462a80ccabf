import type { Context } from '../../context';
import { sql, type Sql } from '../../db/sql';
import { connectionOf } from '../../graphql/connection';
import { toManyVia } from '../../graphql/relations/relation';
import type { Location } from '../locations/location.entity';
import { locations } from '../locations/location.list';
import { ReasonStatus } from '../reasons/reason-enums';
import type { Reason } from '../reasons/reason.entity';
import { reasons } from '../reasons/reason.list';
import type { Staff } from '../staff/staff.entity';
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

export const GroupConnection = connectionOf(Group, 'Group');

export type GroupMember = Location | Reason | Staff | Group;

const undeleted = {
  where: (_member: unknown, column: (property: 'deleted') => Sql): Sql =>
    sql`${column('deleted')} = ${false}`,
};

/** Members by the type of the group, ordered by id, without deleted ones. */
const MEMBERS = {
  [GroupType.LOCATION]: toManyVia<Group, Location, GroupLocation>(
    { entity: GroupLocation, from: 'groupId', to: 'locationId' },
    locations,
    undeleted,
  ),
  [GroupType.REASON]: toManyVia<Group, Reason, GroupReason>(
    { entity: GroupReason, from: 'groupId', to: 'reasonId' },
    reasons,
    { where: (_member, column) => sql`${column('status')} <> ${ReasonStatus.DELETED}` },
  ),
  [GroupType.STAFF]: toManyVia<Group, Staff, GroupStaff>(
    { entity: GroupStaff, from: 'groupId', to: 'staffId' },
    staff,
    undeleted,
  ),
  [GroupType.SUPER]: toManyVia<Group, Group, GroupGroup>(
    { entity: GroupGroup, from: 'groupId', to: 'memberId' },
    groups,
    undeleted,
  ),
};

/** Returns the members of a group. Batched: one statement for each type of group. */
export const membersOf = async (group: Group, context: Context): Promise<readonly GroupMember[]> =>
  MEMBERS[group.groupType](group, context);
