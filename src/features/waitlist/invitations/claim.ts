import { memberOf, Role, type Context, type Member, type UnitOfWork } from '../../../context';
import { at, DomainError, ErrorCode } from '../../../errors';
import type { Tx } from '../../../db/database';
import { times } from '../../../lib/money';
import { parseGlobalId, toGlobalId } from '../../../graphql/global-id';
import { assignHold } from '../../appointments/holds/confirm-hold';
import { hashOfSecret } from '../../appointments/booking/hold';
import type { Appointment } from '../../appointments/model/appointment.entity';
import { BookingEventType } from '../../appointments/model/events';
import { AppointmentStatus } from '../../appointments/model/status';
import type { AppointmentAggregate } from '../../appointments/model/aggregate';
import { classSchedules } from '../../classes/class.list';
import { clientCannotBook } from '../../clients/client.errors';
import { ClientStatus } from '../../clients/client.entity';
import { clients } from '../../clients/client.list';
import { acceptAppointmentFields } from '../../custom-fields/values/write';
import { reasons } from '../../reasons/reason.list';
import { entryIdOf, vouches } from './claim-token';
import type { WaitlistEntry } from '../model/waitlist-entry.entity';
import { changeEntry } from '../model/events';
import type { ClaimWaitlistInvitationInput } from '../waitlist.inputs';
import { invitedTo } from '../model/entries-of-appointment';
import { waitlistEntries } from '../model/waitlist.list';
import { WaitlistStatus } from '../model/status';

const path = ['input', 'id'];

/** An entry, and the proof that the caller may act for it: visibility, secret or token. */
export interface EntryAccess {
  readonly id?: string | null;
  readonly claimSecret?: string | null;
  readonly token?: string | null;
}

/**
 * Returns the current entry if the caller may see it, or presents its secret or token. @throws
 * DomainError BAD_USER_INPUT, NOT_FOUND
 */
export async function entryOf(
  context: Context,
  { id, claimSecret, token }: EntryAccess,
): Promise<WaitlistEntry> {
  if ((id == null) === (token == null))
    throw new DomainError(ErrorCode.BAD_USER_INPUT, 'Give exactly one of id and token.', { path });
  const { businessId, role } = memberOf(context);
  const rowId =
    token != null
      ? entryIdOf(token, businessId)
      : parseGlobalId('WaitlistEntry', id as string, path);
  if (rowId !== null) waitlistEntries.clear(context, rowId);
  if (rowId !== null && token == null && claimSecret == null && role !== Role.PUBLIC)
    return waitlistEntries.getVisible(context, rowId, path);
  const entry = rowId === null ? null : await waitlistEntries.findById(context, rowId);
  if (entry && token != null && vouches(context.links, token, entry)) return entry;
  if (entry && claimSecret != null && entry.claimSecretHash === hashOfSecret(claimSecret))
    return entry;
  throw new DomainError(
    ErrorCode.NOT_FOUND,
    token == null ? 'There is no WaitlistEntry with this id and secret.' : 'This link is invalid.',
    { path: token == null ? path : ['input', 'token'] },
  );
}

/**
 * Books the held place for an invited entry. The first claim wins; other entries invited to the
 * place wait again.
 * @throws DomainError NOT_FOUND, NOT_INVITED, HOLD_EXPIRED, RULE_VIOLATED, INVALID_FIELDS,
 * IDEMPOTENCY_KEY_REUSED
 */
export async function claimInvitation(
  context: Context,
  input: ClaimWaitlistInvitationInput,
): Promise<WaitlistEntry> {
  const member = memberOf(context);
  const { appointmentId, status } = await entryOf(context, input);
  if (appointmentId === null) throw notInvited(status);
  let claimed: WaitlistEntry | null = null;
  const decide = async (held: Appointment, now: number) => {
    const entry = await entryOf(context, input);
    if (entry.status !== WaitlistStatus.INVITED || entry.appointmentId !== appointmentId)
      throw notInvited(entry.status);
    if (held.status !== AppointmentStatus.PENDING || held.holdExpiresAt === null)
      throw notInvited(WaitlistStatus.WAITING);
    const client = await clients.findById(context, entry.clientId);
    if (!client || client.deleted || client.status === ClientStatus.BLACKLISTED)
      throw clientCannotBook(member, 'id');
    const fieldValues = await acceptAppointmentFields(context, held.reasonId, {
      given: input.fields,
      complete: true,
      path: at('fields'),
    });
    return {
      changes: {
        clientId: entry.clientId,
        note: entry.note,
        fieldValues,
        ...(await entryColumnsOf(context, entry, held)),
      },
      last: async ({ tx }: UnitOfWork, booked: AppointmentAggregate) =>
        void (claimed = await writeClaim(tx, member, now, entry, booked)),
    };
  };
  return assignHold(context, {
    id: toGlobalId('Appointment', appointmentId),
    decide,
    resultOf: () => claimed as unknown as WaitlistEntry,
  });
}

/**
 * Returns the columns that depend on the entry: the address, or the seats of a class and their
 * price.
 */
async function entryColumnsOf(
  context: Context,
  { classScheduleId, seats, address }: WaitlistEntry,
  { reasonId }: Appointment,
): Promise<Partial<Pick<Appointment, 'address' | 'seats' | 'price'>>> {
  if (classScheduleId === null) return { address };
  const [session, reason] = await Promise.all([
    classSchedules.findById(context, classScheduleId),
    reasons.findById(context, reasonId),
  ]);
  const each = session?.price ?? reason?.price;
  return { seats, price: each == null ? null : times(each, seats) };
}

/**
 * Sets the claiming entry to BOOKED and returns the other entries invited to the place to the list.
 */
async function writeClaim(
  tx: Tx,
  member: Member,
  now: number,
  entry: WaitlistEntry,
  booked: AppointmentAggregate,
): Promise<WaitlistEntry> {
  const claimed = await changeEntry(
    tx,
    member,
    now,
    entry,
    { status: WaitlistStatus.BOOKED },
    { type: BookingEventType.WAITLIST_BOOKED, about: booked },
  );
  for (const other of await invitedTo(tx, member.businessId, booked.appointment.rowId))
    await returnToList(tx, member, now, other);
  return claimed;
}

/** Sets an entry to WAITING again and removes its appointment. */
export const returnToList = (
  tx: Tx,
  member: Member,
  now: number,
  entry: WaitlistEntry,
): Promise<WaitlistEntry> =>
  changeEntry(
    tx,
    member,
    now,
    entry,
    {
      status: WaitlistStatus.WAITING,
      invitedAt: null,
      invitationExpiresAt: null,
      appointmentId: null,
    },
    { type: BookingEventType.WAITLIST_RETURNED },
  );

const REASONS: Partial<Record<WaitlistStatus, string>> = {
  [WaitlistStatus.BOOKED]: 'This place has been claimed already.',
  [WaitlistStatus.REMOVED]: 'This entry has been removed from the waitlist.',
};

const NO_PLACE =
  'No place is held for this entry: none has become free, or another invited client claimed it. The entry stays on the waitlist.';

function notInvited(status: WaitlistStatus): DomainError {
  if (status === WaitlistStatus.EXPIRED)
    return new DomainError(ErrorCode.HOLD_EXPIRED, 'The invitation to this place has expired.', {
      path,
    });
  return new DomainError(ErrorCode.NOT_INVITED, REASONS[status] ?? NO_PLACE, { path });
}
