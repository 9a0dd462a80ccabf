import type { WriteUnit } from '../../context';
import * as log from '../../log/log.service';
import type { ClassSchedule } from './class-schedule.entity';

export type SessionEventType = 'CREATED' | 'UPDATED' | 'RESCHEDULED' | 'CANCELLED';

/** Columns that are not reported as changes. */
const SILENT: ReadonlySet<string> = new Set([
  'version',
  'modifiedAt',
  'modifiedBy',
  'modifiedById',
  'timeZoneData',
  'locationStartDate',
  'locationEndDate',
  'originalStartAt',
]);

/** A written change of a session. */
interface SessionChange {
  readonly type: SessionEventType;
  /** Null for a created session. */
  readonly before: ClassSchedule | null;
  readonly after: ClassSchedule;
  readonly reason: string | null;
}

/** Appends a change of a session to the log of the business. */
export function appendSessionEvent(
  unit: WriteUnit,
  { type, before, after, reason }: SessionChange,
): Promise<void> {
  const fields = before
    ? (Object.keys(after) as (keyof ClassSchedule)[]).filter(
        (field) => !SILENT.has(field) && before[field] !== after[field],
      )
    : [];
  return log.appendEvent(unit, {
    type,
    reason,
    entityType: 'ClassSchedule',
    entityId: after.rowId,
    changes: Object.fromEntries(fields.map((field) => [field, [before?.[field], after[field]]])),
    snapshot: { ...after },
  });
}
