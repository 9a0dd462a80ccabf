import { keyedGlobalId, toGlobalId } from '../graphql/global-id';
import type { TenantRow } from '../graphql/relations/rowset';
import type { LogEvent } from './event.entity';
import { appendEvent, type LogUnit } from './log.service';

/**
 * The types of rows, other than appointments, that have events. The names are the type names in
 * ids.
 */
export type RowType =
  | 'AppointmentSubStatus'
  | 'Business'
  | 'Client'
  | 'Coupon'
  | 'CourseSet'
  | 'DateOverride'
  | 'Group'
  | 'Location'
  | 'Package'
  | 'PackageSold'
  | 'Reason'
  | 'Resource'
  | 'ResourceBundle'
  | 'SchedulePeriod'
  | 'Staff';

/** The property of the key of rows without a number, whose events have the id of the business. */
const KEYS: Readonly<Record<string, string>> = { AppointmentSubStatus: 'code' };

/** Returns the global id of the row that an event changed. */
export function changedNodeId({ entityType, entityId, snapshot }: LogEvent): string {
  const key = KEYS[entityType];
  return key === undefined
    ? toGlobalId(entityType, entityId)
    : keyedGlobalId(entityType, entityId, String(snapshot[key]));
}

/** Bookkeeping columns, which make no event by themselves. */
const SILENT = new Set([
  'businessId',
  'rowId',
  'subjectId',
  'version',
  'searchText',
  'createdAt',
  'createdBy',
  'createdById',
  'modifiedAt',
  'modifiedBy',
  'modifiedById',
]);
/** Columns that never enter an event in any form: more viewers read an event than its row. */
const SECRET = /ssn|socialSecurity|secret|password|passphrase|token|hash|encrypted|apiKey/i;

interface RowChange<E> {
  readonly type: RowType;
  /** The earlier row. Null for a created row. */
  readonly before: E | null;
  readonly after: E;
  readonly deleted?: boolean;
}

/**
 * Appends the event of a created, changed or deleted row, in the transaction of the change. A
 * change without a difference appends nothing.
 */
export async function appendRowChange<E extends TenantRow>(
  unit: LogUnit,
  { type, before, after, deleted = false }: RowChange<E>,
): Promise<void> {
  const changes = before ? changesBetween(before, after) : {};
  if (before && !deleted && !Object.keys(changes).length && !changesSecret(before, after)) return;
  const stored = before ? 'UPDATED' : 'CREATED';
  const verb = deleted ? 'DELETED' : stored;
  const name = `${type.replace(/(?<=.)[A-Z]/g, '_$&').toUpperCase()}_${verb}`;
  await appendRowEvent(unit, name, { type, row: after, changes });
}

interface RowEvent {
  readonly type: RowType;
  readonly row: TenantRow;
  readonly changes?: Record<string, [unknown, unknown]>;
}

/** Appends an event about a row, with the row as it is but for its secrets. */
export const appendRowEvent = (
  unit: LogUnit,
  name: string,
  { type, row, changes = {} }: RowEvent,
): Promise<void> =>
  appendEvent(
    unit,
    {
      type: name,
      entityType: type,
      entityId: row.rowId,
      reason: null,
      changes,
      snapshot: Object.fromEntries(
        Object.entries(row).filter(([field]) => !SECRET.test(field) && field !== 'searchText'),
      ),
    },
    { atOnce: true },
  );

/** Whether a column differs that no event names. The event states that the row has changed. */
const changesSecret = (before: object, after: object): boolean =>
  Object.entries(after).some(
    ([field, value]) =>
      SECRET.test(field) && value !== ((before as Record<string, unknown>)[field] ?? null),
  );

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
