import { requireStaff, type Context, type UnitOfWork } from '../../../context';
import { BusinessRule } from '../../../business-rule';
import { at, badInput, InputProblemCode, violated } from '../../../errors';
import { parseGlobalId, parseGlobalIds, toGlobalId } from '../../../graphql/global-id';
import { MS_PER_MINUTE } from '../../../lib/time-zone';
import type { InviteOnCancel } from '../../appointments/changes/change-status';
import { holdFor } from '../../appointments/booking/book';
import { holdSeatsFor } from '../../appointments/seats/book-seats';
import type { Appointment } from '../../appointments/model/appointment.entity';
import { BookingEventType } from '../../appointments/model/events';
import { priceOf, priceOfSeats } from '../../prices/price';
import { authoriseLocation } from '../../availability/authorise';
import type { ExplainAvailabilityInput } from '../../availability/explanation/explanation';
import { timeRefused } from '../../availability/unavailable-error';
import { explanationInputFor, seatsExplanationInput } from '../../appointments/model/seats';
import { type AppointmentAggregate } from '../../appointments/model/aggregate';
import { retryOnStale } from '../../appointments/model/write';
import { holdFreed } from '../../appointments/holds/expire-holds';
import { classSchedules } from '../../classes/class.list';
import { ClientStatus } from '../../clients/client.entity';
import { clients } from '../../clients/client.list';
import { locations } from '../../locations/location.list';
import type { Reason } from '../../reasons/reason.entity';
import { reasons } from '../../reasons/reason.list';
import { servingOf } from '../../reasons/links/active-links';
import type { WaitlistEntry } from '../model/waitlist-entry.entity';
import { changeEntry } from '../model/events';
import type { InviteFromWaitlistInput } from '../waitlist.inputs';
import { invitationEnd } from '../model/settings';
import { waitlistEntries } from '../model/waitlist.list';
import { INVITABLE, WaitlistStatus } from '../model/status';

const HELD_FOR_WAITLIST = 'PENDING_WAITLIST';

/** A time, or seats in a session, and the entries for which it is to be held. */
export interface Invitation {
  readonly entries: readonly WaitlistEntry[];
  readonly reason: Reason;
  readonly startAt: number;
  /** Null for a session, whose leader serves. */
  readonly staffId: number | null;
}

/**
 * Holds a time and invites entries to it. The first claim wins.
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
      () => rejectUninvitable(context, entries, first, 'entryIds'),
    );
  });
}

/**
 * Returns staff member and start. @throws DomainError BAD_USER_INPUT for values given in addition
 * to a session, or missing without one
 */
export async function whenFor(
  context: Context,
  { classScheduleId }: WaitlistEntry,
  { staffId, start }: Pick<InviteFromWaitlistInput, 'staffId' | 'start'>,
): Promise<Pick<Invitation, 'staffId' | 'startAt'>> {
  const redundantFields = (['staffId', 'start'] as const).filter(
    (field) => ({ staffId, start })[field] != null,
  );
  if (classScheduleId !== null) {
    if (redundantFields.length)
      throw badInput(
        InputProblemCode.NOT_ALLOWED,
        `The session determines time and staff: omit ${redundantFields[0]}.`,
        redundantFields[0] as string,
      );
    const { startAt } = await classSchedules.getById(context, classScheduleId);
    return { staffId: null, startAt };
  }
  if (staffId == null || start == null)
    throw badInput(
      InputProblemCode.REQUIRED,
      'Give staffId and start of the offered time.',
      staffId == null ? 'staffId' : 'start',
    );
  return { staffId: parseGlobalId('Staff', staffId, ['input', 'staffId']), startAt: start };
}

/**
 * Holds the place and invites the entries in one transaction.
 * @throws StaleVersionError if one of the entries has changed since it was read; DomainError as
 * createAppointment
 */
export async function holdAndInvite(
  context: Context,
  { entries, reason, staffId, startAt }: Invitation,
  check: () => Promise<void> = async () => undefined,
): Promise<Appointment> {
  const [first] = entries as [WaitlistEntry];
  requireStaff(context);
  const now = context.now();
  const expiresAt = await invitationEnd(context.db, reason, startAt, now);
  await check();
  if (expiresAt <= now)
    throw timeRefused(PAST, 'start', await explanationOf(context, first, { staffId, startAt }));
  const hold = {
    secretHash: null,
    expiresAt,
    subStatus: HELD_FOR_WAITLIST,
    last: (unit: UnitOfWork, held: AppointmentAggregate) => invite(unit, entries, held),
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

/** Returns the seats to hold: sufficient for any of the entries. */
const seatsOfAll = (entries: readonly WaitlistEntry[]): number =>
  Math.max(...entries.map(({ seats }) => seats));

/**
 * Changes the entries in the order of their ids, which prevents deadlocks. @throws
 * StaleVersionError if one of
 * them has changed
 */
async function invite(
  unit: UnitOfWork,
  entries: readonly WaitlistEntry[],
  held: AppointmentAggregate,
): Promise<void> {
  const { rowId: appointmentId, holdExpiresAt: invitationExpiresAt } = held.appointment;
  for (const entry of [...entries].sort((one, other) => one.rowId - other.rowId)) {
    await changeEntry(
      unit,
      entry,
      {
        status: WaitlistStatus.INVITED,
        invitedAt: unit.now,
        invitationExpiresAt,
        appointmentId,
      },
      { type: BookingEventType.WAITLIST_INVITED, about: held },
    );
  }
}

/** Reads the distinct entries in their current state, as visible to the caller. */
async function namedEntries(
  context: Context,
  ids: readonly string[],
  field: string,
): Promise<WaitlistEntry[]> {
  const rowIds = [...new Set(parseGlobalIds('WaitlistEntry', ids, at(field)))];
  for (const id of rowIds) waitlistEntries.clear(context, id);
  return Promise.all(rowIds.map((id) => waitlistEntries.getVisible(context, id, at(field))));
}

/**
 * @throws DomainError RULE_VIOLATED for an entry that cannot be invited to a place for this reason
 * and location
 */
async function rejectUninvitable(
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
        BusinessRule.ENTRIES_DIFFER,
        'All entries must wait for the same reason, location and session.',
        field,
      );
    if (!INVITABLE.includes(entry.status))
      throw violated(
        BusinessRule.WAITLIST_STATUS,
        `One of the entries is ${entry.status} and cannot be invited.`,
        field,
      );
    if (!client || client.deleted || client.status === ClientStatus.BLACKLISTED)
      throw violated(
        BusinessRule.CLIENT_CANNOT_BOOK,
        'The client of one of the entries cannot book.',
        field,
      );
  }
}

const PAST = 'This time is in the past: no entry can be invited to it.';

/** Returns the offered time, or the seats of the entry, as the input of an explanation. */
async function explanationOf(
  context: Context,
  { reasonId, locationId, classScheduleId, seats }: WaitlistEntry,
  { staffId, startAt }: Pick<Invitation, 'staffId' | 'startAt'>,
): Promise<ExplainAvailabilityInput> {
  if (classScheduleId !== null)
    return seatsExplanationInput(await classSchedules.getById(context, classScheduleId), seats);
  return {
    reasonId: toGlobalId('Reason', reasonId),
    locationId: toGlobalId('Location', locationId),
    staffIds: [toGlobalId('Staff', staffId as number)],
    start: startAt,
  };
}

/** Returns the price of a freed time, or of seats in a freed session. */
async function priceOfFreed(
  { db }: Context,
  { appointment: { businessId, staffId, startAt, endAt }, session }: AppointmentAggregate,
  { reason, seats }: { readonly reason: Reason; readonly seats: number },
): Promise<string | null> {
  if (session) return priceOfSeats({ reason, session, seats });
  const minutes = (endAt - startAt) / MS_PER_MINUTE;
  const serving = (await servingOf(db, businessId, [reason.rowId])).get(reason.rowId);
  return priceOf({ reason, minutes, serving, staffId });
}

/** Invites entries to the time that a cancellation frees. */
export const inviteOnCancel: InviteOnCancel = async (context, cancelled, entryIds, now) => {
  requireStaff(context);
  const { reasonId, locationId, classScheduleId, startAt } = cancelled.appointment;
  const field = 'waitlistEntryIds';
  const [entries, reason, rowId] = await Promise.all([
    namedEntries(context, entryIds, field),
    reasons.getById(context, reasonId),
    context.ids.next('appointment'),
  ]);
  await rejectUninvitable(context, entries, { reasonId, locationId, classScheduleId }, field);
  const holdExpiresAt = await invitationEnd(context.db, reason, startAt, now);
  if (holdExpiresAt <= now) throw timeRefused(PAST, field, explanationInputFor(cancelled));
  const seats = seatsOfAll(entries);
  const price = await priceOfFreed(context, cancelled, { reason, seats });
  return async (unit, freed) =>
    invite(
      unit,
      entries,
      await holdFreed(unit, freed, {
        rowId,
        holdExpiresAt,
        subStatusCode: HELD_FOR_WAITLIST,
        seats,
        price,
        ...(freed.session ? {} : { address: entries[0]?.address ?? null, meetingUrl: null }),
      }),
    );
};
