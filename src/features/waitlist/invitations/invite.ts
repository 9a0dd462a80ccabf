import { requireStaff, type Context, type Member } from '../../../context';
import { at, badInput, violated } from '../../../errors';
import type { Tx } from '../../../db/database';
import { parseGlobalId, parseGlobalIds, toGlobalId } from '../../../graphql/global-id';
import { MS_PER_MINUTE } from '../../../lib/time-zone';
import { setInvitations } from '../../appointments/changes/change-status';
import { holdFor } from '../../appointments/booking/book';
import { holdSeatsFor } from '../../appointments/seats/book-seats';
import type { Appointment } from '../../appointments/model/appointment.entity';
import { BookingEventType } from '../../appointments/model/events';
import { authoriseLocation } from '../../availability/authorise';
import { retryOnStale, type AppointmentAggregate } from '../../appointments/model/aggregate';
import { holdFreed } from '../../appointments/holds/expire-holds';
import { classSchedules } from '../../classes/class.source';
import { ClientStatus } from '../../clients/client.entity';
import { clients } from '../../clients/client.source';
import { locations } from '../../locations/location.source';
import type { Reason } from '../../reasons/reason.entity';
import { reasons } from '../../reasons/reason.source';
import type { WaitlistEntry } from '../model/waitlist-entry.entity';
import { changeEntry } from '../model/events';
import type { InviteFromWaitlistInput } from '../waitlist.inputs';
import { invitationEnd } from '../model/settings';
import { waitlistEntries } from '../model/waitlist.list';
import { INVITABLE, WaitlistStatus } from '../model/status';

const HELD_FOR_WAITLIST = 'PENDING_WAITLIST';

/** A time, or seats in a session, and for whom it is to be held. */
interface Invitation {
  readonly entries: readonly WaitlistEntry[];
  readonly reason: Reason;
  readonly startAt: number;
  /** Null where it is the leader of the session. */
  readonly staffId: number | null;
}

/**
 * Holds a time for those who wait, and invites them: the first who claims it gets it.
 * @throws DomainError NOT_FOUND, FORBIDDEN, RULE_VIOLATED, TIME_UNAVAILABLE, IDEMPOTENCY_KEY_REUSED
 */
export async function inviteFromWaitlist(
  context: Context,
  input: InviteFromWaitlistInput,
): Promise<Appointment> {
  requireStaff(context);
  return retryOnStale(async () => {
    const entries = await namedEntries(context, input.entryIds, 'entryIds');
    const [first] = entries as [WaitlistEntry];
    const reason = await reasons.getById(context, first.reasonId);
    return holdAndInvite(
      context,
      { entries, reason, ...(await whenFor(context, first, input)) },
      () => refuseUninvitable(context, entries, first, 'entryIds'),
    );
  });
}

/** @throws DomainError BAD_USER_INPUT for what the session says already, or nobody says */
export async function whenFor(
  context: Context,
  { classScheduleId }: WaitlistEntry,
  { staffId, start }: Pick<InviteFromWaitlistInput, 'staffId' | 'start'>,
): Promise<Pick<Invitation, 'staffId' | 'startAt'>> {
  const said = (['staffId', 'start'] as const).filter(
    (field) => ({ staffId, start })[field] != null,
  );
  if (classScheduleId !== null) {
    if (said.length)
      throw badInput(
        `The session says when, and who leads it: leave ${said[0]} out.`,
        said[0] as string,
      );
    const { startAt } = await classSchedules.getById(context, classScheduleId);
    return { staffId: null, startAt };
  }
  if (staffId == null || start == null)
    throw badInput(
      'Say who would serve, and when: give staffId and start.',
      staffId == null ? 'staffId' : 'start',
    );
  return { staffId: parseGlobalId('Staff', staffId, ['input', 'staffId']), startAt: start };
}

/**
 * The hold, and in its transaction the invitations.
 * @throws Stale when one of the entries has changed since it was read; DomainError as createAppointment
 */
export async function holdAndInvite(
  context: Context,
  { entries, reason, staffId, startAt }: Invitation,
  check: () => Promise<void> = async () => undefined,
): Promise<Appointment> {
  const [first] = entries as [WaitlistEntry];
  const member = requireStaff(context);
  const now = context.now();
  const expiresAt = await invitationEnd(context.db, reason, startAt, now);
  await check();
  if (expiresAt <= now) throw violated('This time has passed.', 'start');
  const hold = {
    secretHash: null,
    expiresAt,
    subStatus: HELD_FOR_WAITLIST,
    last: (tx: Tx, held: AppointmentAggregate) => invite(tx, member, now, entries, held),
  };
  const reasonId = toGlobalId('Reason', first.reasonId);
  return first.classScheduleId === null
    ? holdFor(
        context,
        {
          reasonId,
          locationId: toGlobalId('Location', first.locationId),
          staffId: toGlobalId('Staff', staffId as number),
          start: startAt,
          address: first.address,
        },
        hold,
      )
    : holdSeatsFor(
        context,
        {
          reasonId,
          classScheduleId: toGlobalId('ClassSchedule', first.classScheduleId),
          seats: seatsOfAll(entries),
        },
        hold,
      );
}

/** Enough for whoever claims them. */
const seatsOfAll = (entries: readonly WaitlistEntry[]): number =>
  Math.max(...entries.map(({ seats }) => seats));

/** In the order of their ids, so that no two wait for each other. @throws Stale when one of them has changed */
async function invite(
  tx: Tx,
  member: Member,
  now: number,
  entries: readonly WaitlistEntry[],
  held: AppointmentAggregate,
): Promise<void> {
  const { rowId: appointmentId, holdExpiresAt: invitationExpiresAt } = held.appointment;
  for (const entry of [...entries].sort((one, other) => one.rowId - other.rowId)) {
    await changeEntry(
      tx,
      member,
      now,
      entry,
      { status: WaitlistStatus.INVITED, invitedAt: now, invitationExpiresAt, appointmentId },
      { type: BookingEventType.WAITLIST_INVITED, about: held },
    );
  }
}

/** As they are now, to the viewer's eyes, each once. */
async function namedEntries(
  context: Context,
  ids: readonly string[],
  field: string,
): Promise<WaitlistEntry[]> {
  const rowIds = [...new Set(parseGlobalIds('WaitlistEntry', ids, at(field)))];
  for (const id of rowIds) waitlistEntries.clear(context, id);
  return Promise.all(rowIds.map((id) => waitlistEntries.getVisible(context, id, at(field))));
}

/** @throws DomainError RULE_VIOLATED for who cannot be invited to a place for this reason and location */
async function refuseUninvitable(
  context: Context,
  entries: readonly WaitlistEntry[],
  {
    reasonId,
    locationId,
    classScheduleId,
  }: Pick<WaitlistEntry, 'reasonId' | 'locationId' | 'classScheduleId'>,
  field: string,
): Promise<void> {
  authoriseLocation(requireStaff(context), await locations.getById(context, locationId));
  for (const entry of entries) {
    const client = await clients.findById(context, entry.clientId);
    if (
      entry.reasonId !== reasonId ||
      entry.locationId !== locationId ||
      entry.classScheduleId !== classScheduleId
    )
      throw violated(
        'They wait for another reason, at another location or for another session.',
        field,
      );
    if (!INVITABLE.includes(entry.status))
      throw violated(`One of them is ${entry.status} and cannot be invited.`, field);
    if (!client || client.deleted || client.status === ClientStatus.BLACKLISTED)
      throw violated('One of them cannot book.', field);
  }
}

/** Of a length that the reason offers, else of the reason; that of seats is said when they are claimed. */
const priceOf = ({ durations, price }: Reason, ms: number): string | null =>
  durations.find(({ minutes }) => minutes * MS_PER_MINUTE === ms)?.price ?? price;

/** For a cancellation that names who is invited to what it frees. */
setInvitations(
  async (
    context,
    { appointment: { reasonId, locationId, classScheduleId, startAt, endAt } },
    entryIds,
    now,
  ) => {
    const member = requireStaff(context);
    const field = 'waitlistEntryIds';
    const [entries, reason, rowId] = await Promise.all([
      namedEntries(context, entryIds, field),
      reasons.getById(context, reasonId),
      context.ids.next('appointment'),
    ]);
    await refuseUninvitable(context, entries, { reasonId, locationId, classScheduleId }, field);
    const holdExpiresAt = await invitationEnd(context.db, reason, startAt, now);
    if (holdExpiresAt <= now)
      throw violated('This time has passed: nobody can be invited to it.', field);
    return async (tx, freed) =>
      invite(
        tx,
        member,
        now,
        entries,
        await holdFreed(tx, member, now, freed, {
          rowId,
          holdExpiresAt,
          subStatusCode: HELD_FOR_WAITLIST,
          seats: seatsOfAll(entries),
          price: priceOf(reason, endAt - startAt),
          ...(freed.session ? {} : { address: entries[0]?.address ?? null, meetingUrl: null }),
        }),
      );
  },
);
