import { requireStaff, type Context } from '../../context';
import { BusinessRule } from '../../business-rule';
import { requireVersion, violated } from '../../errors';
import { type ExpectedVersion } from '../../db/versions';
import { BookingEventType } from '../appointments/model/events';
import { retryOnStale } from '../appointments/model/write';
import type { WaitlistEntry } from './model/waitlist-entry.entity';
import { unitOf } from '../../services/unit-of-work';
import { entryOf, type EntryAccess } from './entry-access';
import { changeEntry } from './model/events';
import type { LeaveWaitlistInput, RemoveWaitlistEntryInput } from './waitlist.inputs';
import { releaseUnusedHolds } from './invitations/expire-invitations';
import { WaitlistStatus } from './model/status';

/**
 * Removes an entry at the request of its client. Releases a hold that no other entry is invited to.
 * @throws DomainError NOT_FOUND, RULE_VIOLATED
 */
export const leaveWaitlist = (
  context: Context,
  input: LeaveWaitlistInput,
): Promise<WaitlistEntry> => removeEntry(context, input, null);

/**
 * Removes an entry with a note. Staff only. @throws DomainError FORBIDDEN, NOT_FOUND,
 * RULE_VIOLATED
 */
export async function removeWaitlistEntry(
  context: Context,
  { id, note, expectedVersion }: RemoveWaitlistEntryInput,
): Promise<WaitlistEntry> {
  requireStaff(context);
  return removeEntry(context, { id, expectedVersion }, note ?? null);
}

async function removeEntry(
  context: Context,
  input: EntryAccess & ExpectedVersion,
  reason: string | null,
): Promise<WaitlistEntry> {
  const now = context.now();
  const after = await retryOnStale(async () => {
    const entry = await entryOf(context, input);
    requireVersion(entry, input.expectedVersion);
    if (entry.status === WaitlistStatus.BOOKED)
      throw violated(
        BusinessRule.WAITLIST_STATUS,
        'The place is booked: cancel the appointment instead.',
        'id',
      );
    if (entry.status === WaitlistStatus.REMOVED) return entry;
    const changes = {
      status: WaitlistStatus.REMOVED,
      invitedAt: null,
      invitationExpiresAt: null,
      appointmentId: null,
    };
    return context.db.transaction((tx) =>
      changeEntry(unitOf(context, tx, now), entry, changes, {
        type: BookingEventType.WAITLIST_REMOVED,
        reason,
      }),
    );
  });
  await releaseUnusedHolds(context.db, now);
  return after;
}
