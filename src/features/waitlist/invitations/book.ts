import { requireStaff, type Context, type UnitOfWork } from '../../../context';
import { BusinessRule } from '../../../business-rule';
import { at, requireVersion, violated } from '../../../errors';
import { toGlobalId } from '../../../graphql/global-id';
import { clients } from '../../clients/client.list';
import { bookSeatsFor } from '../../appointments/seats/book-seats';
import { bookFor } from '../../appointments/booking/book';
import { BookingEventType, type Snapshot } from '../../appointments/model/events';
import { retryOnStale } from '../../appointments/model/write';
import type { WaitlistEntry } from '../model/waitlist-entry.entity';
import { entryOf } from '../entry-access';
import { changeEntry } from '../model/events';
import type { BookFromWaitlistInput } from '../waitlist.inputs';
import { whenFor } from './invite';
import { releaseUnusedHolds } from './expire-invitations';
import { WaitlistStatus } from '../model/status';

const FINISHED: readonly WaitlistStatus[] = [WaitlistStatus.BOOKED, WaitlistStatus.REMOVED];

/**
 * Books the client of an entry without an invitation. Releases a hold that no other entry is
 * invited to. Staff only.
 * @throws DomainError FORBIDDEN, NOT_FOUND, RULE_VIOLATED, and as createAppointment
 */
export async function bookFromWaitlist(
  context: Context,
  input: BookFromWaitlistInput,
): Promise<WaitlistEntry> {
  requireStaff(context);
  const { id, fields, override } = input;
  const now = context.now();
  const booked = await retryOnStale(async () => {
    const entry = await entryOf(context, { id }, at());
    requireVersion(entry, input.expectedVersion);
    // A caller who may book the entry may book its client, though it may not see the client.
    const [{ staffId, startAt }, client] = await Promise.all([
      whenFor(context, entry, input),
      clients.getById(context, entry.clientId),
    ]);
    const last = async (unit: UnitOfWork, booked: Snapshot) => {
      if (FINISHED.includes(entry.status))
        throw violated(
          BusinessRule.WAITLIST_STATUS,
          `This entry is ${entry.status} and cannot be booked.`,
          'id',
        );
      return changeEntry(
        unit,
        entry,
        { status: WaitlistStatus.BOOKED, appointmentId: booked.appointment.rowId },
        { type: BookingEventType.WAITLIST_BOOKED, about: booked },
      );
    };
    const common = {
      reasonId: toGlobalId('Reason', entry.reasonId),
      note: entry.note,
      fields,
      override,
      couponCode: input.couponCode,
      packageSoldId: input.packageSoldId,
    };
    const { address } = entry;
    return entry.classScheduleId === null
      ? bookFor(
          context,
          client,
          {
            ...common,
            locationId: toGlobalId('Location', entry.locationId),
            staffId: toGlobalId('Staff', staffId as number),
            start: startAt,
            address,
          },
          last,
        )
      : bookSeatsFor(
          context,
          client,
          {
            ...common,
            classScheduleId: toGlobalId('ClassSchedule', entry.classScheduleId),
            seats: entry.seats,
          },
          last,
        );
  });
  await releaseUnusedHolds(context.db, now);
  return booked;
}
