import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { isStaffSide, Role, type Context } from '../../context';
import { parseGlobalId } from '../../graphql/global-id';
import { connectionOf, PageArgs, type Page } from '../../graphql/connection';
import { Reads } from '../../graphql/relations/column-field';
import { answer, payloadOf } from '../../graphql/payload';
import { Appointment } from '../appointments/model/appointment.entity';
import { Business } from '../businesses/business.entity';
import { ClassSchedule } from '../classes/class-schedule.entity';
import { Client } from '../clients/client.entity';
import { Location } from '../locations/location.entity';
import { BookingNotification } from '../notifications/notification.type';
import { Reason } from '../reasons/reason.entity';
import { Staff } from '../staff/staff.entity';
import { staff } from '../staff/staff.source';
import { claimUrlOf } from './invitations/claim-token';
import { WaitlistEntry } from './model/waitlist-entry.entity';
import { WaitlistStep } from './model/waitlist-step.type';
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
  UpdateWaitlistSettingsInput,
  WaitlistFilter,
  WaitlistOrder,
} from './waitlist.inputs';
import { inviteFromWaitlist } from './invitations/invite';
import { joinWaitlist } from './join';
import { leaveWaitlist, removeWaitlistEntry } from './leave';
import { bookedByAppointmentId, invitedByAppointmentId } from './model/waitlist.loaders';
import * as relations from './waitlist.relations';
import { settings, updateSettings } from './model/settings';
import { waitlistEntries, waitlistEntryList } from './model/waitlist.list';
import { WaitlistStatus } from './model/status';

const WaitlistEntryConnection = connectionOf(WaitlistEntry, 'WaitlistEntry');
const JoinWaitlistPayload = payloadOf('JoinWaitlist', 'waitlistEntry', () => WaitlistEntry);
const LeaveWaitlistPayload = payloadOf('LeaveWaitlist', 'waitlistEntry', () => WaitlistEntry);
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
    description: 'Null where there is none that your key may see.',
  })
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
    description: 'Who waits for a place, in the order in which they joined.',
  })
  waitlistEntries(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => WaitlistFilter, { nullable: true }) filter?: WaitlistFilter,
    @Arg('orderBy', () => WaitlistOrder, { nullable: true }) orderBy?: WaitlistOrder,
  ): Page<WaitlistEntry> {
    return waitlistEntryList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => JoinWaitlistPayload, {
    description:
      'Waits for a place: staff for any client, a client for itself, the public as a new client.',
  })
  joinWaitlist(
    @Ctx() context: Context,
    @Arg('input', () => JoinWaitlistInput) input: JoinWaitlistInput,
  ) {
    return answer(context, 'waitlistEntry', () => joinWaitlist(context, input));
  }

  @Mutation(() => LeaveWaitlistPayload, {
    description: 'Waits no longer. What was held for them alone is free again.',
  })
  leaveWaitlist(
    @Ctx() context: Context,
    @Arg('input', () => LeaveWaitlistInput) input: LeaveWaitlistInput,
  ) {
    return answer(context, 'waitlistEntry', () => leaveWaitlist(context, input));
  }

  @Mutation(() => RemoveWaitlistEntryPayload, {
    description: 'Takes somebody off the list. For staff.',
  })
  removeWaitlistEntry(
    @Ctx() context: Context,
    @Arg('input', () => RemoveWaitlistEntryInput) input: RemoveWaitlistEntryInput,
  ) {
    return answer(context, 'waitlistEntry', () => removeWaitlistEntry(context, input));
  }

  @Mutation(() => InviteFromWaitlistPayload, {
    description:
      'Holds a time for those who are invited: the first who claims it gets it. For staff.',
  })
  inviteFromWaitlist(
    @Ctx() context: Context,
    @Arg('input', () => InviteFromWaitlistInput) input: InviteFromWaitlistInput,
  ) {
    return answer(context, 'appointment', () => inviteFromWaitlist(context, input));
  }

  @Mutation(() => BookFromWaitlistPayload, {
    description: 'Books somebody who waits, without an invitation. For staff.',
  })
  bookFromWaitlist(
    @Ctx() context: Context,
    @Arg('input', () => BookFromWaitlistInput) input: BookFromWaitlistInput,
  ) {
    return answer(context, 'waitlistEntry', () => bookFromWaitlist(context, input));
  }

  @Mutation(() => ClaimWaitlistInvitationPayload, {
    description:
      'Books the place that is held for who was invited, unless another of them was first.',
  })
  claimWaitlistInvitation(
    @Ctx() context: Context,
    @Arg('input', () => ClaimWaitlistInvitationInput) input: ClaimWaitlistInvitationInput,
  ) {
    return answer(context, 'waitlistEntry', () => claimInvitation(context, input));
  }

  @FieldResolver(() => WaitlistStatus, {
    description: 'EXPIRED from the instant at which the invitation ends.',
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

  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'Place among those who wait for the same reason at the same location, or for the same session, 1 for the first; null unless they are WAITING.',
  })
  position(@Root() row: WaitlistEntry, @Ctx() context: Context): Promise<number | null> {
    return relations.positionOfEntry(row, context);
  }

  @FieldResolver(() => Reason)
  reason(@Root() row: WaitlistEntry, @Ctx() context: Context) {
    return relations.reasonOfEntry(row, context);
  }

  @FieldResolver(() => Location)
  location(@Root() row: WaitlistEntry, @Ctx() context: Context) {
    return relations.locationOfEntry(row, context);
  }

  @FieldResolver(() => ClassSchedule, {
    nullable: true,
    description: 'Of the kind SESSION: what they wait for seats in.',
  })
  classSchedule(@Root() row: WaitlistEntry, @Ctx() context: Context) {
    return relations.sessionOfEntry(row, context);
  }

  @FieldResolver(() => Client)
  client(@Root() row: WaitlistEntry, @Ctx() context: Context) {
    return relations.clientOfEntry(row, context);
  }

  @FieldResolver(() => Appointment, {
    nullable: true,
    description: 'What is held for them while they are INVITED, and theirs once BOOKED.',
  })
  appointment(@Root() row: WaitlistEntry, @Ctx() context: Context) {
    return relations.appointmentOfEntry(row, context);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Lets them claim and leave without a login. For staff, and for clients who see it; null for others, and once it is over.',
  })
  claimUrl(@Root() row: WaitlistEntry, @Ctx() { viewer, links }: Context): string | null {
    const open = row.status === WaitlistStatus.WAITING || row.status === WaitlistStatus.INVITED;
    return open && (isStaffSide(viewer) || viewer.role === Role.CLIENT)
      ? claimUrlOf(links, row)
      : null;
  }

  @FieldResolver(() => [Staff], { description: 'Who may serve; empty for anybody.' })
  async staff(
    @Root() { staffIds }: WaitlistEntry,
    @Ctx() context: Context,
  ): Promise<(Staff | null)[]> {
    return Promise.all(staffIds.map((id) => staff.findById(context, id)));
  }

  @FieldResolver(() => [WaitlistStep], { description: 'What became of it. Oldest first.' })
  history(@Root() row: WaitlistEntry, @Ctx() context: Context): Promise<WaitlistStep[]> {
    return relations.historyOfEntry(row, context);
  }
}

@Resolver(() => Client)
export class ClientWaitlistResolver {
  @FieldResolver(() => WaitlistEntryConnection, {
    description: 'What they wait for, in the order in which they joined.',
  })
  waitlistEntries(
    @Root() row: Client,
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => WaitlistFilter, { nullable: true }) filter?: WaitlistFilter,
    @Arg('orderBy', () => WaitlistOrder, { nullable: true }) orderBy?: WaitlistOrder,
  ): Page<WaitlistEntry> {
    return relations.entriesOfClient(row, context, { ...page, filter, orderBy });
  }
}

@Resolver(() => ClassSchedule)
export class ClassWaitlistResolver {
  @FieldResolver(() => WaitlistEntryConnection, {
    description:
      'Who of those that your key may see waits for seats, in the order in which they joined.',
  })
  waitlistEntries(
    @Root() row: ClassSchedule,
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => WaitlistFilter, { nullable: true }) filter?: WaitlistFilter,
    @Arg('orderBy', () => WaitlistOrder, { nullable: true }) orderBy?: WaitlistOrder,
  ): Page<WaitlistEntry> {
    return relations.entriesOfSession(row, context, { ...page, filter, orderBy });
  }
}

@Resolver(() => Appointment)
export class AppointmentWaitlistResolver {
  @FieldResolver(() => WaitlistEntry, {
    nullable: true,
    description: 'The entry of the waitlist that it was booked from.',
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
      'Who could take its time if it came free, in the order in which they joined. Shown to staff; null for others.',
  })
  waitlistCandidates(
    @Root() row: Appointment,
    @Ctx() context: Context,
  ): Promise<WaitlistEntry[] | null> {
    return candidatesFor(context, row);
  }

  @FieldResolver(() => [WaitlistEntry], {
    nullable: true,
    description: 'Who is invited to what it holds. Shown to staff; null for others.',
  })
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
      'Of a WAITLIST event: whom it tells of, as of now. Null where your key may not see them.',
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
  @FieldResolver(() => WaitlistSettings, { description: 'How it invites from its waitlists.' })
  waitlistSettings(@Ctx() context: Context): Promise<WaitlistSettings> {
    return settings(context);
  }

  @Mutation(() => UpdateWaitlistSettingsPayload, { description: 'For administrators.' })
  updateWaitlistSettings(
    @Ctx() context: Context,
    @Arg('input', () => UpdateWaitlistSettingsInput) input: UpdateWaitlistSettingsInput,
  ) {
    return answer(context, 'waitlistSettings', () => updateSettings(context, input));
  }
}
