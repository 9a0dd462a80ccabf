import type { WriteUnit } from '../../../context';
import type { Reader } from '../../../db/database';
import { isOneOf, raw, sql } from '../../../db/sql';
import { tableOf } from '../../../db/table';
import { LogEvent } from '../../../log/event.entity';
import { appendEvent } from '../../../log/log.service';
import { isBooking, snapshotOf, type Snapshot } from './events';

/**
 * Type of the event for appointments that one command changed. Each of them has its own event as
 * well, marked as part of the batch.
 */
export const BATCH_CHANGED = 'CHANGED_TOGETHER';

/** The series or run that the appointments belong to. */
export interface BatchSubject {
  readonly entityType: 'RecurringAppointment' | 'CourseSet';
  readonly entityId: number;
}

type BatchPart = readonly [appointmentId: number, version: number];

/** Appends the event for the appointments that a command has changed, in its transaction. */
export function appendBatchEvent(
  unit: WriteUnit,
  whole: BatchSubject,
  changed: readonly [Snapshot, ...Snapshot[]],
): Promise<void> {
  const parts = changed.map(({ appointment }): BatchPart => [
    appointment.rowId,
    appointment.version,
  ]);
  return appendEvent(unit, {
    type: BATCH_CHANGED,
    ...whole,
    reason: null,
    changes: {},
    snapshot: { reasonId: changed[0].appointment.reasonId, parts },
  });
}

const cachedParts = new WeakMap<LogEvent, Promise<LogEvent[]>>();

/**
 * Returns the events of those appointments, by start, in one statement; empty after the log has
 * pruned them. Memoized for each event.
 */
export function eventsOfBatch(db: Reader, event: LogEvent): Promise<LogEvent[]> {
  const parts = cachedParts.get(event) ?? readParts(db, event);
  cachedParts.set(event, parts);
  return parts;
}

async function readParts(
  db: Reader,
  { businessId, occurredAt, snapshot }: LogEvent,
): Promise<LogEvent[]> {
  const table = tableOf(LogEvent);
  const versions = new Map(snapshot.parts as BatchPart[]);
  const rows = await db.all(sql`
    SELECT ${table.select('e')} FROM ${raw('event AS e')}
    WHERE e.business_id = ${businessId} AND ${isOneOf(raw('e.appointment_id'), [...versions.keys()])} AND e.occurred_at = ${occurredAt}`);
  const parts = rows
    .map((row) => table.hydrate(row))
    .filter((part) => {
      if (!isBooking(part)) return false;
      const { together, appointment } = snapshotOf(part);
      return together === true && versions.get(appointment.rowId) === appointment.version;
    });
  return parts.sort(
    (one, other) => snapshotOf(one).appointment.startAt - snapshotOf(other).appointment.startAt,
  );
}
