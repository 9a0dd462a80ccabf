import type { Member } from '../../context';
import type { Tx } from '../../db/database';
import * as log from '../../log/log.service';
import type { ClassSchedule } from './class-schedule.entity';

export type SessionEventType = 'CREATED' | 'UPDATED' | 'RESCHEDULED' | 'CANCELLED';

/** Columns that are not reported as changes. */
const SILENT: ReadonlySet<string> = new Set([
  'version',
  'modifiedAt',
  'modifiedBy',
  'timeZoneData',
  'locationStartDate',
  'locationEndDate',
]);

/** Appends a change of a session to the log of the business. */
export function tell(
  tx: Tx,
  member: Member,
  now: number,
  type: SessionEventType,
  before: ClassSchedule | null,
  after: ClassSchedule,
  reason: string | null,
): Promise<void> {
  const fields = before
    ? (Object.keys(after) as (keyof ClassSchedule)[]).filter(
        (field) => !SILENT.has(field) && before[field] !== after[field],
      )
    : [];
  return log.appendEvent(
    { tx, member, now },
    {
      type,
      reason,
      entityType: 'ClassSchedule',
      entityId: after.rowId,
      changes: Object.fromEntries(fields.map((field) => [field, [before?.[field], after[field]]])),
      snapshot: { ...after },
    },
  );
}
