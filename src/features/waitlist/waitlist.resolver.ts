import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { isStaffSide, Role, type Context } from '../../context';
import { parseGlobalId } from '../../graphql/global-id';
import { PageArgs, type Page } from '../../graphql/connection';
import { Reads } from '../../graphql/relations/column-field';
import { answer, payloadOf } from '../../graphql/payload';
import { Appointment } from '../appointments/model/appointment.entity';
import { Business } from '../businesses/business.entity';
import { BookingNotification } from '../notifications/notification';
import { Staff } from '../staff/staff.entity';
import { staff } from '../staff/staff.list';
import { claimUrlOf } from './invitations/claim-token';
import { WaitlistEntry } from './model/waitlist-entry.entity';
import { WaitlistSettings } from './model/waitlist-settings.entity';
import { bookFromWaitlist } from './invitations/book';
import { candidatesFor } from './invitations/candidates';
import { claimInvitation } from './invitations/claim';
import {
  BookFromWaitlistInput,
  ClaimWaitlistInvitationInput,
  InviteFromWaitlistInput,
  JoinWaitlistInput,
  LeaveWaitlistInput,
  RemoveWaitlistEntryInput,
  UpdateWaitlistEntryInput,
  UpdateWaitlistSettingsInput,
} from './waitlist.inputs';
import { WaitlistFilter, WaitlistOrder } from './model/waitlist.filter';
import { inviteFromWaitlist } from './invitations/invite';
import { joinWaitlist } from './join';
import { leaveWaitlist, removeWaitlistEntry } from './leave';
import { updateWaitlistEntry } from './update-entry';
import { bookedByAppointmentId, invitedByAppointmentId } from './model/entries-of-appointment';
import { settings, updateSettings } from './model/settings';
import { waitlistEntries, waitlistEntryList } from './model/waitlist.list';
import { WaitlistStatus } from './model/status';
import { RowById, PageOf } from '../../graphql/relations/relation-field';
import { WaitlistEntryConnection } from './waitlist.relations';
import { StaffOnly } from '../../graphql/sdl/required-role';

const JoinWaitlistPayload = payloadOf('JoinWaitlist', 'waitlistEntry', () => WaitlistEntry);
const LeaveWaitlistPayload = payloadOf('LeaveWaitlist', 'waitlistEntry', () => WaitlistEntry);
const UpdateWaitlistEntryPayload = payloadOf(
  'UpdateWaitlistEntry',
  'waitlistEntry',
  () => WaitlistEntry,
);
const RemoveWaitlistEntryPayload = payloadOf(
  'RemoveWaitlistEntry',
  'waitlistEntry',
  () => WaitlistEntry,
);
const InviteFromWaitlistPayload = payloadOf('InviteFromWaitlist', 'appointment', () => Appointment);
const BookFromWaitlistPayload = payloadOf('BookFromWaitlist', 'waitlistEntry', () => WaitlistEntry);
const ClaimWaitlistInvitationPayload = payloadOf(
  'ClaimWaitlistInvitation',
  'waitlistEntry',
  () => WaitlistEntry,
);
const UpdateWaitlistSettingsPayload = payloadOf(
  'UpdateWaitlistSettings',
  'waitlistSettings',
  () => WaitlistSettings,
);

@Resolver(() => WaitlistEntry)
export class WaitlistEntryResolver {
  @Query(() => WaitlistEntry, {
    nullable: true,
    description:
      'The waitlist entry with an id. Null if it does not exist or is not visible to the caller.',
  })
  @RowById(waitlistEntryList)
  waitlistEntry(
    @Ctx() context: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<WaitlistEntry | null> {
    return waitlistEntryList.source.findVisible(
      context,
      parseGlobalId('WaitlistEntry', id, ['id']),
    );
  }

  @Query(() => WaitlistEntryConnection, {
    description: 'Waitlist entries visible to the caller, in the order of joining.',
  })
  @PageOf(waitlistEntryList)
  waitlistEntries(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => WaitlistFilter, { nullable: true }) filter?: WaitlistFilter,
    @Arg('orderBy', () => [WaitlistOrder], { nullable: true }) orderBy?: WaitlistOrder[],
  ): Page<WaitlistEntry> {
    return waitlistEntryList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => JoinWaitlistPayload, {
    description:
      'Adds a client to a waitlist: staff any client, a client itself, the public a new client.',
  })
  joinWaitlist(
    @Ctx() context: Context,
    @Arg('input', () => JoinWaitlistInput) input: JoinWaitlistInput,
  ) {
    return answer(context, 'waitlistEntry', () => joinWaitlist(context, input));
  }

  @Mutation(() => UpdateWaitlistEntryPayload, {
    description:
      'Changes wish, staff, address or note of an entry that waits: staff any entry, clients ' +
      'their own, by its id with secret or token also the public.',
  })
  updateWaitlistEntry(
    @Ctx() context: Context,
    @Arg('input', () => UpdateWaitlistEntryInput) input: UpdateWaitlistEntryInput,
  ) {
    return answer(context, 'waitlistEntry', () => updateWaitlistEntry(context, input));
  }

  @Mutation(() => LeaveWaitlistPayload, {
    description:
      'Removes an entry at the request of its client. Releases a place held only for this entry.',
  })
  leaveWaitlist(
    @Ctx() context: Context,
    @Arg('input', () => LeaveWaitlistInput) input: LeaveWaitlistInput,
  ) {
    return answer(context, 'waitlistEntry', () => leaveWaitlist(context, input));
  }

  @Mutation(() => RemoveWaitlistEntryPayload, {
    description: 'Removes an entry from a waitlist. Staff only.',
  })
  removeWaitlistEntry(
    @Ctx() context: Context,
    @Arg('input', () => RemoveWaitlistEntryInput) input: RemoveWaitlistEntryInput,
  ) {
    return answer(context, 'waitlistEntry', () => removeWaitlistEntry(context, input));
  }

  @Mutation(() => InviteFromWaitlistPayload, {
    description: 'Holds a time and invites entries to it. The first claim wins. Staff only.',
  })
  inviteFromWaitlist(
    @Ctx() context: Context,
    @Arg('input', () => InviteFromWaitlistInput) input: InviteFromWaitlistInput,
  ) {
    return answer(context, 'appointment', () => inviteFromWaitlist(context, input));
  }

  @Mutation(() => BookFromWaitlistPayload, {
    description: 'Books the client of an entry without an invitation. Staff only.',
  })
  bookFromWaitlist(
    @Ctx() context: Context,
    @Arg('input', () => BookFromWaitlistInput) input: BookFromWaitlistInput,
  ) {
    return answer(context, 'waitlistEntry', () => bookFromWaitlist(context, input));
  }

  @Mutation(() => ClaimWaitlistInvitationPayload, {
    description:
      'Books the place held for an invited entry, unless another invited entry has claimed it.',
  })
  claimWaitlistInvitation(
    @Ctx() context: Context,
    @Arg('input', () => ClaimWaitlistInvitationInput) input: ClaimWaitlistInvitationInput,
  ) {
    return answer(context, 'waitlistEntry', () => claimInvitation(context, input));
  }

  @FieldResolver(() => WaitlistStatus, {
    description: 'Status of the entry. EXPIRED from invitationExpiresAt on.',
  })
  @Reads<WaitlistEntry>('status', 'invitationExpiresAt')
  status(
    @Root() { status, invitationExpiresAt }: WaitlistEntry,
    @Ctx() { now }: Context,
  ): WaitlistStatus {
    return status === WaitlistStatus.INVITED && (invitationExpiresAt as number) <= now()
      ? WaitlistStatus.EXPIRED
      : status;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Page for claiming and leaving without a login. Visible to staff and to the client. ' +
      'Null for other roles, and for an entry that is neither WAITING nor INVITED.',
  })
  claimUrl(@Root() row: WaitlistEntry, @Ctx() { viewer, links }: Context): string | null {
    const open = row.status === WaitlistStatus.WAITING || row.status === WaitlistStatus.INVITED;
    return open && (isStaffSide(viewer) || viewer.role === Role.CLIENT)
      ? claimUrlOf(links, row)
      : null;
  }

  @FieldResolver(() => [Staff], { description: 'Accepted staff members. Empty for any.' })
  async staff(
    @Root() { staffIds }: WaitlistEntry,
    @Ctx() context: Context,
  ): Promise<(Staff | null)[]> {
    return Promise.all(staffIds.map((id) => staff.findById(context, id)));
  }
}

@Resolver(() => Appointment)
export class AppointmentWaitlistResolver {
  @FieldResolver(() => WaitlistEntry, {
    nullable: true,
    description: 'Waitlist entry from which the appointment was booked.',
  })
  waitlistEntry(
    @Root() { rowId }: Appointment,
    @Ctx() context: Context,
  ): Promise<WaitlistEntry | null> {
    return bookedByAppointmentId(context).load(rowId);
  }

  @FieldResolver(() => [WaitlistEntry], {
    nullable: true,
    description:
      'Waitlist entries that could take the time of the appointment if it became free, in ' +
      'the order of joining. Staff only: null for other roles.',
  })
  @StaffOnly()
  waitlistCandidates(
    @Root() row: Appointment,
    @Ctx() context: Context,
  ): Promise<WaitlistEntry[] | null> {
    return candidatesFor(context, row);
  }

  @FieldResolver(() => [WaitlistEntry], {
    nullable: true,
    description: 'Waitlist entries invited to the held place. Staff only: null for other roles.',
  })
  @StaffOnly()
  async waitlistInvitations(
    @Root() { rowId }: Appointment,
    @Ctx() context: Context,
  ): Promise<WaitlistEntry[] | null> {
    return isStaffSide(context.viewer) ? invitedByAppointmentId(context).load(rowId) : null;
  }
}

@Resolver(() => BookingNotification)
export class NotificationWaitlistResolver {
  @FieldResolver(() => WaitlistEntry, {
    nullable: true,
    description:
      'Current state of the waitlist entry that the event concerns. Null for other events, ' +
      'and if the entry is not visible to the caller.',
  })
  waitlistEntry(
    @Root() { waitlistEntryId }: BookingNotification,
    @Ctx() context: Context,
  ): Promise<WaitlistEntry | null> | null {
    return waitlistEntryId === null ? null : waitlistEntries.findVisible(context, waitlistEntryId);
  }
}

@Resolver(() => Business)
export class BusinessWaitlistResolver {
  @FieldResolver(() => WaitlistSettings, {
    description: 'Settings of automatic waitlist invitations.',
  })
  waitlistSettings(@Ctx() context: Context): Promise<WaitlistSettings> {
    return settings(context);
  }

  @Mutation(() => UpdateWaitlistSettingsPayload, {
    description:
      'Changes the settings of automatic waitlist invitations. Requires role: ADMINISTRATOR.',
  })
  updateWaitlistSettings(
    @Ctx() context: Context,
    @Arg('input', () => UpdateWaitlistSettingsInput) input: UpdateWaitlistSettingsInput,
  ) {
    return answer(context, 'waitlistSettings', () => updateSettings(context, input));
  }
}
