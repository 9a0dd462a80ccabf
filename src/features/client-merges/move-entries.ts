import type { WriteUnit } from '../../context';
import { find } from '../../db/table';
import { BookingEventType } from '../appointments/model/events';
import { changeEntry } from '../waitlist/model/events';
import { overlap } from '../waitlist/model/preferences';
import { WaitlistStatus } from '../waitlist/model/status';
import { WaitlistEntry } from '../waitlist/model/waitlist-entry.entity';
import type { ClientMove } from './move-appointments';

/** More than a client ever has. */
const MAX_ENTRIES = 100_000;

/**
 * Moves every waitlist entry of a client, and appends an event for each. A waiting entry that the
 * other client has as well is removed: a person waits once for a place.
 * @throws StaleVersionError if another transaction has changed an entry
 */
export async function moveEntries(
  unit: WriteUnit,
  { fromId, toId }: ClientMove,
): Promise<WaitlistEntry[]> {
  const { businessId } = unit.member;
  const [entries, present] = await Promise.all([
    find(unit.tx, WaitlistEntry, { businessId, clientId: fromId }, MAX_ENTRIES),
    find(unit.tx, WaitlistEntry, { businessId, clientId: toId }, MAX_ENTRIES),
  ]);
  const waiting = present.filter(({ status }) => isOpen(status));
  const moved: WaitlistEntry[] = [];
  for (const entry of entries.sort((one, other) => one.rowId - other.rowId)) {
    const isRepeated =
      entry.status === WaitlistStatus.WAITING &&
      waiting.some((other) => isForSamePlace(entry, other));
    moved.push(
      isRepeated
        ? await changeEntry(
            unit,
            entry,
            { clientId: toId, status: WaitlistStatus.REMOVED },
            { type: BookingEventType.WAITLIST_REMOVED },
          )
        : await changeEntry(
            unit,
            entry,
            { clientId: toId },
            { type: BookingEventType.WAITLIST_UPDATED },
          ),
    );
  }
  return moved;
}

const isOpen = (status: WaitlistStatus): boolean =>
  status === WaitlistStatus.WAITING || status === WaitlistStatus.INVITED;

const isForSamePlace = (one: WaitlistEntry, other: WaitlistEntry): boolean =>
  one.reasonId === other.reasonId && one.locationId === other.locationId && overlap(one, other);
