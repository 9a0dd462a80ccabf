import { changedRow } from '../../../db/new-row';
import type { WriteUnit } from '../../../context';
import { tableOf, update } from '../../../db/table';
import { BookingEventType, toJson, type Snapshot } from '../../appointments/model/events';
import { StaleVersionError } from '../../appointments/model/write';
import { appendEvent } from '../../../log/log.service';
import { WaitlistEntry } from './waitlist-entry.entity';
import { modifierOf } from '../../../log/actors/stamps';

/** Returns an entry for the log and for idempotency keys, without the hash of its secret. */
export const entryToJson = (entry: WaitlistEntry): Record<string, unknown> => ({
  ...entry,
  claimSecretHash: null,
});
export const entryFromJson = (json: Record<string, unknown>): WaitlistEntry =>
  tableOf(WaitlistEntry).hydrate(json);

interface EntryEvent {
  readonly type: BookingEventType;
  readonly reason?: string | null;
  /** The related appointment. The event also appears in its history. */
  readonly about?: Snapshot;
}

/** Inserts an entry and appends its event to the log. */
export async function addEntry(unit: WriteUnit, entry: WaitlistEntry): Promise<void> {
  await unit.tx.insert(WaitlistEntry, [entry]);
  await appendEntryEvent(unit, null, entry, { type: BookingEventType.WAITLIST_JOINED });
}

/**
 * Changes an entry and appends its event. Lock order: subjects, appointments, entries.
 * @throws StaleVersionError if the entry is no longer at the version of `before`.
 */
export async function changeEntry(
  unit: WriteUnit,
  before: WaitlistEntry,
  changes: Partial<WaitlistEntry>,
  event: EntryEvent,
): Promise<WaitlistEntry> {
  const { tx, member, now } = unit;
  const { businessId, rowId, version } = before;
  const stamped = { ...changes, version: version + 1, modifiedAt: now, ...modifierOf(member) };
  const after = changedRow(WaitlistEntry, before, stamped);
  if (!(await update(tx, WaitlistEntry, { businessId, rowId, version }, stamped)))
    throw new StaleVersionError();
  await appendEntryEvent(unit, before, after, event);
  return after;
}

/** Columns that change with every event and are not recorded. */
const UNRECORDED = new Set(['version', 'modifiedAt', 'modifiedBy', 'modifiedById']);

async function appendEntryEvent(
  unit: WriteUnit,
  before: WaitlistEntry | null,
  after: WaitlistEntry,
  { type, reason = null, about }: EntryEvent,
): Promise<void> {
  const changes = before
    ? Object.entries(entryToJson(after)).flatMap(([field, value]) => {
        const old = entryToJson(before)[field];
        return UNRECORDED.has(field) || JSON.stringify(old) === JSON.stringify(value)
          ? []
          : [[field, [old, value] as [unknown, unknown]] as const];
      })
    : [];
  await appendEvent(unit, {
    type,
    reason,
    entityType: 'WaitlistEntry',
    entityId: after.rowId,
    appointmentId: about?.appointment.rowId ?? null,
    waitlistEntryId: after.rowId,
    changes: Object.fromEntries(changes),
    snapshot: {
      ...(about ? { ...toJson(about), holdSecretHash: null } : {}),
      waitlistEntry: entryToJson(after),
    },
  });
}
