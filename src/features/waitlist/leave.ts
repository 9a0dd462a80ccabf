import { requireStaff, type Context } from '../../context';
import { BusinessRule } from '../../business-rule';
import { at, requireVersion, violatedAt } from '../../errors';
import { type ExpectedVersion } from '../../db/versions';
import { BookingEventType } from '../appointments/model/events';
import { retryOnStale } from '../appointments/model/write';
import type { WaitlistEntry } from './model/waitlist-entry.entity';
import { unitOf } from '../../services/unit-of-work';
import type { WaitlistEntryIdentifierInput } from './choices.inputs';
import { entryOf } from './entry-access';
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
  { entry, expectedVersion }: LeaveWaitlistInput,
): Promise<WaitlistEntry> =>
  removeEntry(context, { identifier: entry, path: at('entry'), expectedVersion });

/**
 * Removes an entry with a note. Staff only. @throws DomainError FORBIDDEN, NOT_FOUND,
 * RULE_VIOLATED
 */
export async function removeWaitlistEntry(
  context: Context,
  { id, note, expectedVersion }: RemoveWaitlistEntryInput,
): Promise<WaitlistEntry> {
  requireStaff(context);
  return removeEntry(context, { identifier: { id }, path: at(), expectedVersion, note });
}

interface Removal extends ExpectedVersion {
  readonly identifier: WaitlistEntryIdentifierInput;
  /** Path of the identifier. */
  readonly path: readonly string[];
  readonly note?: string | null;
}

async function removeEntry(
  context: Context,
  { identifier, path, expectedVersion, note }: Removal,
): Promise<WaitlistEntry> {
  const now = context.now();
  const after = await retryOnStale(async () => {
    const entry = await entryOf(context, identifier, path);
    requireVersion(entry, expectedVersion);
    if (entry.status === WaitlistStatus.BOOKED)
      throw violatedAt(
        BusinessRule.WAITLIST_STATUS,
        'The place is booked: cancel the appointment instead.',
        identifier.id == null ? path : [...path, 'id'],
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
        reason: note ?? null,
      }),
    );
  });
  await releaseUnusedHolds(context.db, now);
  return after;
}
