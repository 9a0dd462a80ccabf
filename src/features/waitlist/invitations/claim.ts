import { memberOf, type Context, type UnitOfWork, type WriteUnit } from '../../../context';
import { at, DomainError, ErrorCode, requireVersion } from '../../../errors';
import { toGlobalId } from '../../../graphql/global-id';
import { assignHold } from '../../appointments/holds/confirm-hold';
import type { Appointment } from '../../appointments/model/appointment.entity';
import { BookingEventType } from '../../appointments/model/events';
import { priceOfSeats } from '../../prices/price';
import { namesReduction, reductionColumns, reductionOf } from '../../prices/reduction';
import { AppointmentStatus } from '../../appointments/model/status';
import type { AppointmentAggregate } from '../../appointments/model/aggregate';
import { classSchedules } from '../../classes/class.list';
import { clientCannotBook } from '../../clients/client.errors';
import { ClientStatus, type Client } from '../../clients/client.entity';
import { clients } from '../../clients/client.list';
import { acceptAppointmentFields } from '../../custom-fields/values/write';
import { reasons } from '../../reasons/reason.list';
import { entryOf } from '../entry-access';
import type { WaitlistEntry } from '../model/waitlist-entry.entity';
import { changeEntry } from '../model/events';
import type { ClaimWaitlistInvitationInput } from '../waitlist.inputs';
import { invitedTo } from '../model/entries-of-appointment';
import { WaitlistStatus } from '../model/status';

const PATH = at('entry');

/**
 * Books the held place for an invited entry. The first claim wins; other entries invited to the
 * place wait again.
 * @throws DomainError NOT_FOUND, NOT_INVITED, HOLD_EXPIRED, RULE_VIOLATED, BAD_USER_INPUT,
 * VERSION_CONFLICT, IDEMPOTENCY_KEY_REUSED
 */
export async function claimInvitation(
  context: Context,
  input: ClaimWaitlistInvitationInput,
): Promise<WaitlistEntry> {
  const member = memberOf(context);
  const currentEntry = async (): Promise<WaitlistEntry> => {
    const entry = await entryOf(context, input.entry);
    requireVersion(entry, input.expectedVersion);
    return entry;
  };
  const { appointmentId, status } = await currentEntry();
  if (appointmentId === null) throw notInvited(status);
  let claimed: WaitlistEntry | null = null;
  const decide = async (held: Appointment, now: number) => {
    const entry = await currentEntry();
    if (entry.status !== WaitlistStatus.INVITED || entry.appointmentId !== appointmentId)
      throw notInvited(entry.status);
    if (held.status !== AppointmentStatus.PENDING || held.holdExpiresAt === null)
      throw notInvited(WaitlistStatus.WAITING);
    const client = await clients.findById(context, entry.clientId);
    if (!client || client.deleted || client.status === ClientStatus.BLACKLISTED)
      throw clientCannotBook(member, 'entry');
    const fieldValues = await acceptAppointmentFields(context, held.reasonId, {
      submitted: input.fields,
      complete: true,
      path: at('fields'),
    });
    return {
      changes: {
        clientId: entry.clientId,
        note: entry.note,
        fieldValues,
        ...(await entryColumnsOf(context, entry, held)),
        ...(await reducedColumns(context, input, entry, { held, client, now })),
      },
      last: async (unit: UnitOfWork, booked: AppointmentAggregate) =>
        void (claimed = await writeClaim(unit, entry, booked)),
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
    classSchedules.getById(context, classScheduleId),
    reasons.getById(context, reasonId),
  ]);
  return { seats, price: priceOfSeats({ reason, session, seats }) };
}

/** Returns the columns that the coupon or the package of the input sets. */
async function reducedColumns(
  context: Context,
  input: ClaimWaitlistInvitationInput,
  entry: WaitlistEntry,
  { held, client, now }: { held: Appointment; client: Client; now: number },
): Promise<Partial<Appointment>> {
  if (!namesReduction(input)) return {};
  const reason = await reasons.getById(context, held.reasonId);
  const member = memberOf(context);
  const { price: total = held.price } = await entryColumnsOf(context, entry, held);
  return reductionColumns(
    { total, currency: held.currency },
    await reductionOf(context, member, input, { reason, client, now }),
  );
}

/**
 * Sets the claiming entry to BOOKED and returns the other entries invited to the place to the list.
 */
async function writeClaim(
  unit: UnitOfWork,
  entry: WaitlistEntry,
  booked: AppointmentAggregate,
): Promise<WaitlistEntry> {
  const claimed = await changeEntry(
    unit,
    entry,
    { status: WaitlistStatus.BOOKED },
    { type: BookingEventType.WAITLIST_BOOKED, about: booked },
  );
  for (const other of await invitedTo(unit.tx, unit.member.businessId, booked.appointment.rowId))
    await returnToList(unit, other);
  return claimed;
}

/** Sets an entry to WAITING again and removes its appointment. */
export const returnToList = (unit: WriteUnit, entry: WaitlistEntry): Promise<WaitlistEntry> =>
  changeEntry(
    unit,
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
  'No place is held for this entry: none has become free, or another invited client claimed ' +
  'it. The entry stays on the waitlist.';

function notInvited(status: WaitlistStatus): DomainError {
  if (status === WaitlistStatus.EXPIRED)
    return new DomainError(ErrorCode.HOLD_EXPIRED, 'The invitation to this place has expired.', {
      path: PATH,
    });
  return new DomainError(ErrorCode.NOT_INVITED, REASONS[status] ?? NO_PLACE, {
    path: PATH,
  });
}
