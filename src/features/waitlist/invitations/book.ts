import { requireStaff, type Context, type UnitOfWork } from '../../../context';
import { violated } from '../../../errors';
import { toGlobalId } from '../../../graphql/global-id';
import { bookSeatsFor } from '../../appointments/seats/book-seats';
import { bookFor } from '../../appointments/booking/book';
import { BookingEventType, type Snapshot } from '../../appointments/model/events';
import { retryOnStale } from '../../appointments/model/write';
import type { WaitlistEntry } from '../model/waitlist-entry.entity';
import { entryOf } from './claim';
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
  const member = requireStaff(context);
  const { id, fields, override } = input;
  const now = context.now();
  const booked = await retryOnStale(async () => {
    const entry = await entryOf(context, { id });
    const { staffId, startAt } = await whenFor(context, entry, input);
    const last = async ({ tx }: UnitOfWork, made: Snapshot) => {
      if (FINISHED.includes(entry.status))
        throw violated(`This entry is ${entry.status} and cannot be booked.`, 'id');
      return changeEntry(
        tx,
        member,
        now,
        entry,
        { status: WaitlistStatus.BOOKED, appointmentId: made.appointment.rowId },
        { type: BookingEventType.WAITLIST_BOOKED, about: made },
      );
    };
    const common = {
      reasonId: toGlobalId('Reason', entry.reasonId),
      clientId: toGlobalId('Client', entry.clientId),
      note: entry.note,
      fields,
      override,
    };
    const { address } = entry;
    return entry.classScheduleId === null
      ? bookFor(
          context,
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
