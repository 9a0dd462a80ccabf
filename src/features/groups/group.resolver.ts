import {
  Arg,
  Args,
  createUnionType,
  Ctx,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Context } from '../../context';
import { PageArgs, type Page } from '../../graphql/connection';
import { parseGlobalId } from '../../graphql/global-id';
import { answer, payloadOf } from '../../graphql/payload';
import { PageOf, RowById } from '../../graphql/relations/relation-field';
import { Location } from '../locations/location.entity';
import { Reason } from '../reasons/reason.entity';
import { Staff } from '../staff/staff.entity';
import { Group } from './group.entity';
import {
  CreateGroupInput,
  DeleteGroupInput,
  GroupFilter,
  GroupOrder,
  RestoreGroupInput,
  UpdateGroupInput,
} from './group.inputs';
import { groupList } from './group.list';
import { GroupConnection, membersOf, type GroupMember } from './group.relations';
import * as service from './group.service';

const CreateGroupPayload = payloadOf('CreateGroup', 'group', () => Group);
const UpdateGroupPayload = payloadOf('UpdateGroup', 'group', () => Group);
const DeleteGroupPayload = payloadOf('DeleteGroup', 'group', () => Group);
const RestoreGroupPayload = payloadOf('RestoreGroup', 'group', () => Group);

const MemberUnion = createUnionType({
  name: 'GroupMember',
  description: 'A member of a group. Its type is that of the groupType of the group.',
  types: () => [Location, Reason, Staff, Group] as const,
});

@Resolver(() => Group)
export class GroupResolver {
  @Query(() => Group, {
    nullable: true,
    description: 'The group with this id. Null if none is visible to the caller.',
  })
  @RowById(groupList)
  group(@Ctx() context: Context, @Arg('id', () => ID) id: string): Promise<Group | null> {
    return groupList.source.findVisible(context, parseGlobalId('Group', id, ['id']));
  }

  @Query(() => GroupConnection, {
    description: 'Groups by name, by default. Callers other than staff see no deleted ones.',
  })
  @PageOf(groupList)
  groups(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => GroupFilter, { nullable: true }) filter?: GroupFilter,
    @Arg('orderBy', () => [GroupOrder], { nullable: true }) orderBy?: GroupOrder[],
  ): Page<Group> {
    return groupList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => CreateGroupPayload, {
    description: 'Adds a group. Requires role: ADMINISTRATOR.',
  })
  createGroup(
    @Ctx() context: Context,
    @Arg('input', () => CreateGroupInput) input: CreateGroupInput,
  ) {
    return answer(context, 'group', () => service.create(context, input));
  }

  @Mutation(() => UpdateGroupPayload, {
    description:
      'Changes the name or the members of a group. Appointments keep it. Requires role: ' +
      'ADMINISTRATOR.',
  })
  updateGroup(
    @Ctx() context: Context,
    @Arg('input', () => UpdateGroupInput) input: UpdateGroupInput,
  ) {
    return answer(context, 'group', () => service.update(context, input));
  }

  @Mutation(() => DeleteGroupPayload, {
    description:
      'Deletes a group, which appointments keep. Filters and super-groups ignore it. Requires ' +
      'role: ADMINISTRATOR.',
  })
  deleteGroup(
    @Ctx() context: Context,
    @Arg('input', () => DeleteGroupInput) input: DeleteGroupInput,
  ) {
    return answer(context, 'group', () => service.deleteGroup(context, input));
  }

  @Mutation(() => RestoreGroupPayload, {
    description: 'Restores a deleted group with its members. Requires role: ADMINISTRATOR.',
  })
  restoreGroup(
    @Ctx() context: Context,
    @Arg('input', () => RestoreGroupInput) input: RestoreGroupInput,
  ) {
    return answer(context, 'group', () => service.restoreGroup(context, input));
  }

  @FieldResolver(() => [MemberUnion], {
    description:
      'Members that are not deleted and that the caller sees, ordered by id. Maximum 500. The ' +
      'members of a super-group are its groups.',
  })
  members(@Root() group: Group, @Ctx() context: Context): Promise<readonly GroupMember[]> {
    return membersOf(group, context);
  }
}
