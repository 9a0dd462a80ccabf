import type { Tx } from '../db/database';
import type { TenantRow } from '../graphql/relations/repository';
import { appendEvent, type Actor } from './log.service';

/** What the log tells of beside bookings, by the names that ids begin with. */
export type RowType =
  'Client' | 'DateOverride' | 'Location' | 'Reason' | 'Resource' | 'SchedulePeriod' | 'Staff';

/** Bookkeeping that says nothing of its own about a change. */
const SILENT = new Set([
  'businessId',
  'rowId',
  'subjectId',
  'version',
  'searchText',
  'createdAt',
  'createdBy',
  'modifiedAt',
  'modifiedBy',
]);
/** What never leaves the row that holds it, in whatever form: an event is read by more people than a row. */
const SECRET = /ssn|socialSecurity|secret|password|passphrase|token|hash|encrypted|apiKey/i;

/**
 * Appends that a row was made, changed or deleted, in the transaction that does it. A change of nothing is no event.
 * @param before as it was; null for a row that is made
 */
export async function appendRowChange<E extends TenantRow>(
  tx: Tx,
  actor: Actor,
  occurredAt: number,
  type: RowType,
  before: E | null,
  after: E,
  deleted = false,
): Promise<void> {
  const changes = before ? changesBetween(before, after) : {};
  if (before && !deleted && !Object.keys(changes).length) return;
  const verb = deleted ? 'DELETED' : before ? 'UPDATED' : 'CREATED';
  const snapshot = Object.fromEntries(
    Object.entries(after).filter(([field]) => !SECRET.test(field) && field !== 'searchText'),
  );
  await appendEvent(
    tx,
    actor,
    occurredAt,
    {
      type: `${type.replace(/(?<=.)[A-Z]/g, '_$&').toUpperCase()}_${verb}`,
      entityType: type,
      entityId: after.rowId,
      reason: null,
      changes,
      snapshot,
    },
    { atOnce: true },
  );
}

function changesBetween(before: object, after: object): Record<string, [unknown, unknown]> {
  const old = before as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(after)
      .filter(
        ([field, value]) =>
          !SILENT.has(field) &&
          !SECRET.test(field) &&
          JSON.stringify(old[field] ?? null) !== JSON.stringify(value ?? null),
      )
      .map(([field, value]) => [field, [old[field] ?? null, value ?? null]]),
  );
}
