import type { Member } from '../../../context';
import type { Tx } from '../../../db/database';
import { insertDeferred, tableOf, update } from '../../../db/table';
import { BookingEventType, toJson, type Snapshot } from '../../appointments/model/events';
import { StaleVersionError } from '../../appointments/model/aggregate';
import * as log from '../../../log/log.service';
import { WaitlistEntry } from './waitlist-entry.entity';

/** What the log and an idempotency key keep of an entry: all but its secret. */
export const entryToJson = (entry: WaitlistEntry): Record<string, unknown> => ({
  ...entry,
  claimSecretHash: null,
});
export const entryFromJson = (json: Record<string, unknown>): WaitlistEntry =>
  tableOf(WaitlistEntry).hydrate(json);

interface Told {
  readonly type: BookingEventType;
  readonly reason?: string | null;
  /** The appointment that it is about: the log shows it there as well. */
  readonly about?: Snapshot;
}

/** Adds an entry, and tells the log. */
export async function addEntry(
  tx: Tx,
  member: Member,
  now: number,
  entry: WaitlistEntry,
): Promise<void> {
  await insertDeferred(tx, WaitlistEntry, [entry]);
  await tell(tx, member, now, null, entry, { type: BookingEventType.WAITLIST_JOINED });
}

/**
 * Changes an entry, and tells the log. Subjects and appointments are locked before entries, by everybody.
 * @throws Stale when it is no longer at the version of `before`.
 */
export async function changeEntry(
  tx: Tx,
  member: Member,
  now: number,
  before: WaitlistEntry,
  changes: Partial<WaitlistEntry>,
  told: Told,
): Promise<WaitlistEntry> {
  const { businessId, rowId, version } = before;
  const after = Object.assign(new WaitlistEntry(), before, changes, {
    version: version + 1,
    modifiedAt: now,
    modifiedBy: member.actorName,
  });
  if (
    !(await update(
      tx,
      WaitlistEntry,
      { businessId, rowId, version },
      { ...changes, version: after.version, modifiedAt: now, modifiedBy: after.modifiedBy },
    ))
  )
    throw new StaleVersionError();
  await tell(tx, member, now, before, after, told);
  return after;
}

const SILENT = new Set(['version', 'modifiedAt', 'modifiedBy']);

async function tell(
  tx: Tx,
  member: Member,
  now: number,
  before: WaitlistEntry | null,
  after: WaitlistEntry,
  { type, reason = null, about }: Told,
): Promise<void> {
  const changes = before
    ? Object.entries(entryToJson(after)).flatMap(([field, value]) => {
        const old = entryToJson(before)[field];
        return SILENT.has(field) || JSON.stringify(old) === JSON.stringify(value)
          ? []
          : [[field, [old, value] as [unknown, unknown]] as const];
      })
    : [];
  await log.appendEvent(tx, member, now, {
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
