import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { isStaffSide, type Context } from '../../context';
import { parseGlobalId } from '../../graphql/global-id';
import { PageArgs, type Page } from '../../graphql/connection';
import { Reads } from '../../graphql/relations/column-field';
import { TimeZone, timeZoneOf } from '../../graphql/time-zone';
import { answer, payloadOf } from '../../graphql/payload';
import { Staff } from './staff.entity';
import { deleteStaff, restoreStaff } from './delete-staff';
import {
  CreateStaffInput,
  DeleteStaffInput,
  RestoreStaffInput,
  StaffFilter,
  StaffOrder,
  UpdateStaffInput,
} from './staff.inputs';
import * as service from './staff.service';
import { staffList } from './staff.list';
import { RowById, PageOf } from '../../graphql/relations/relation-field';
import { StaffConnection } from './staff.relations';
import { StaffOnly } from '../../graphql/sdl/required-role';

const CreateStaffPayload = payloadOf('CreateStaff', 'staff', () => Staff);
const UpdateStaffPayload = payloadOf('UpdateStaff', 'staff', () => Staff);
const DeleteStaffPayload = payloadOf('DeleteStaff', 'staff', () => Staff);
const RestoreStaffPayload = payloadOf('RestoreStaff', 'staff', () => Staff);

@Resolver(() => Staff)
export class StaffResolver {
  @Query(() => Staff, {
    nullable: true,
    description:
      'The staff member with this id. Null if they do not exist or are not visible to the viewer.',
  })
  @RowById(staffList)
  staffMember(@Ctx() context: Context, @Arg('id', () => ID) id: string): Promise<Staff | null> {
    return staffList.source.findVisible(context, parseGlobalId('Staff', id, ['id']));
  }

  @Query(() => StaffConnection, {
    description: 'Staff who are visible to the viewer, ordered by name.',
  })
  @PageOf(staffList)
  staff(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => StaffFilter, { nullable: true }) filter?: StaffFilter,
    @Arg('orderBy', () => [StaffOrder], { nullable: true }) orderBy?: StaffOrder[],
  ): Page<Staff> {
    return staffList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => CreateStaffPayload, {
    description: 'Creates a staff member. Requires role: ADMINISTRATOR.',
  })
  createStaff(
    @Ctx() context: Context,
    @Arg('input', () => CreateStaffInput) input: CreateStaffInput,
  ) {
    return answer(context, 'staff', () => service.create(context, input));
  }

  @Mutation(() => UpdateStaffPayload, {
    description: 'Updates a staff member. Requires role: ADMINISTRATOR.',
  })
  updateStaff(
    @Ctx() context: Context,
    @Arg('input', () => UpdateStaffInput) input: UpdateStaffInput,
  ) {
    return answer(context, 'staff', () => service.update(context, input));
  }

  @Mutation(() => DeleteStaffPayload, {
    description:
      'Deletes a staff member, whom past appointments keep. Refused while appointments or ' +
      'sessions are still to come. Requires role: ADMINISTRATOR.',
  })
  deleteStaff(
    @Ctx() context: Context,
    @Arg('input', () => DeleteStaffInput) input: DeleteStaffInput,
  ) {
    return answer(context, 'staff', () => deleteStaff(context, input));
  }

  @Mutation(() => RestoreStaffPayload, {
    description:
      'Restores a deleted staff member, who is inactive until updateStaff activates them. ' +
      'Requires role: ADMINISTRATOR.',
  })
  restoreStaff(
    @Ctx() context: Context,
    @Arg('input', () => RestoreStaffInput) input: RestoreStaffInput,
  ) {
    return answer(context, 'staff', () => restoreStaff(context, input));
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Login name, unique in the business. Null for viewers who are not staff.',
  })
  @Reads<Staff>('userName')
  @StaffOnly()
  userName(@Root() { userName }: Staff, @Ctx() { viewer }: Context): string | null {
    return isStaffSide(viewer) ? userName : null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'E-mail address. Null for viewers who are not staff.',
  })
  @Reads<Staff>('email')
  @StaffOnly()
  email(@Root() { email }: Staff, @Ctx() { viewer }: Context): string | null {
    return isStaffSide(viewer) ? email : null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Phone number in E.164 format. Null for viewers who are not staff.',
  })
  @Reads<Staff>('phone')
  @StaffOnly()
  phone(@Root() { phone }: Staff, @Ctx() { viewer }: Context): string | null {
    return isStaffSide(viewer) ? phone : null;
  }

  @FieldResolver(() => TimeZone)
  @Reads<Staff>('timeZoneCode')
  timeZone(@Root() { timeZoneCode }: Staff, @Ctx() { now }: Context): TimeZone {
    return timeZoneOf(timeZoneCode, now());
  }
}
