import { requireRole, Role, type Context } from '../../context';
import { lockRow } from '../../db/lock-row';
import { changedRow, newRow } from '../../db/new-row';
import { FOR_DELETION } from '../../db/sql';
import { insert } from '../../db/table';
import { updateVersion } from '../../db/versions';
import { at } from '../../errors';
import { parseGlobalId } from '../../graphql/global-id';
import { changesOf, refuseNull } from '../../lib/patch';
import { appendRowChange } from '../../log/row-changes';
import { deleteRow, refuseDeleted, restoreRow } from '../../log/soft-deletion';
import { lockBusiness } from '../businesses/lock-business';
import {
  addMembers,
  memberIdsToRefer,
  refuseCycle,
  replaceMembers,
  withMembers,
  type LoggedGroup,
} from './group-members';
import { Group, GroupType } from './group.entity';
import type {
  CreateGroupInput,
  DeleteGroupInput,
  RestoreGroupInput,
  UpdateGroupInput,
} from './group.inputs';
import { groups } from './group.list';

/** @throws DomainError BAD_USER_INPUT, NOT_FOUND, RULE_VIOLATED for members of another type */
export async function create(context: Context, input: CreateGroupInput): Promise<Group> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  const now = context.now();
  const { name, groupType } = input;
  const [memberIds, rowId] = await Promise.all([
    memberIdsToRefer(context, groupType, input.memberIds),
    context.ids.next('member_group'),
  ]);
  const group = newRow(Group, {
    businessId: member.businessId,
    rowId,
    version: 1,
    name,
    groupType,
    deleted: false,
    createdAt: now,
    modifiedAt: now,
  });
  return context.db.transaction(async (tx) => {
    const unit = { tx, member, now };
    await insert(tx, Group, group);
    await addMembers(unit, group, memberIds);
    await appendRowChange<LoggedGroup>(unit, {
      type: 'Group',
      before: null,
      after: withMembers(group, memberIds),
    });
    return group;
  });
}

/** @throws DomainError as create, and RULE_VIOLATED for a deleted group and for a cycle */
export async function update(context: Context, input: UpdateGroupInput): Promise<Group> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  refuseNull(input, ['name', 'memberIds']);
  const { businessId } = member;
  const now = context.now();
  const { rowId, groupType } = await groupOf(context, input.id);
  const memberIds = input.memberIds
    ? await memberIdsToRefer(context, groupType, input.memberIds)
    : null;
  const changes: Partial<Group> = { ...changesOf(input, ['name']), modifiedAt: now } as object;
  return context.db.transaction(async (tx) => {
    const unit = { tx, member, now };
    if (memberIds && groupType === GroupType.SUPER) await lockBusiness(tx, businessId);
    const key = { businessId, rowId };
    // Against bookings as well, which check that a group contains their location and reason.
    const before = (await lockRow(tx, Group, key, FOR_DELETION)) as Group;
    refuseDeleted(before, 'group');
    if (memberIds && groupType === GroupType.SUPER) await refuseCycle(unit, before, memberIds);
    const after = changedRow(Group, before, changes);
    const { expectedVersion } = input;
    after.version = await updateVersion(tx, Group, key, { changes, expectedVersion });
    const earlier = memberIds ? await replaceMembers(unit, after, memberIds) : undefined;
    await appendRowChange<LoggedGroup>(unit, {
      type: 'Group',
      before: withMembers(before, earlier),
      after: withMembers(after, memberIds ?? undefined),
    });
    groups.clear(context, rowId);
    return after;
  });
}

/** Deletes a group; appointments keep it. @throws DomainError NOT_FOUND */
export async function deleteGroup(context: Context, input: DeleteGroupInput): Promise<Group> {
  requireRole(context, Role.ADMINISTRATOR);
  const before = await groupOf(context, input.id);
  const changes = { deleted: true, modifiedAt: context.now() };
  const { expectedVersion } = input;
  return deleteRow(context, {
    entity: Group,
    before,
    changes,
    expectedVersion,
    lock: FOR_DELETION,
  });
}

/** Restores a deleted group with its members. @throws DomainError NOT_FOUND */
export async function restoreGroup(context: Context, input: RestoreGroupInput): Promise<Group> {
  requireRole(context, Role.ADMINISTRATOR);
  const before = await groupOf(context, input.id);
  const changes = { deleted: false, modifiedAt: context.now() };
  const { expectedVersion } = input;
  return restoreRow(context, { entity: Group, before, changes, expectedVersion });
}

const groupOf = (context: Context, id: string): Promise<Group> =>
  groups.getVisible(context, parseGlobalId('Group', id, at('id')), at('id'));
