import type { Database, Tx } from '../db/database';
import { byDialect, raw, sql } from '../db/sql';

const DAY_MS = 86_400_000;
/** Events pruned in one transaction, which holds the end of the log and so delays numbering. */
const BATCH = 500;
const BUSINESSES = 100;
/** Maximum transactions of a run; the next run prunes the rest. */
const MAX_BATCHES = 200;

/** The part of a snapshot that histories display. */
const HISTORY_SNAPSHOT = byDialect({
  postgres: sql`json_build_object('subStatusCode', snapshot -> 'subStatusCode', 'waitlistEntry', json_build_object('status', snapshot -> 'waitlistEntry' -> 'status'))`,
  sqlite: sql`json_object('subStatusCode', json_extract(snapshot, '$.subStatusCode'), 'waitlistEntry', json_object('status', json_extract(snapshot, '$.waitlistEntry.status')))`,
});

/**
 * Prunes events older than the retention, oldest first, in small transactions. Safe in any number
 * of processes concurrently. Events in the history of an appointment or a waitlist entry leave the
 * log but keep their row, without the snapshot.
 * @returns the number of pruned events
 */
export async function pruneEvents(
  db: Database,
  now: number,
  days: number,
  batch = BATCH,
): Promise<number> {
  if (!days) return 0;
  const before = now - days * DAY_MS;
  let forgotten = 0;
  for (let batches = 0; batches < MAX_BATCHES;) {
    const old = await db.all<Old>(sql`
      SELECT h.business_id AS "businessId", h.pruned_seq AS "prunedSeq" FROM ${raw('log_head AS h')}
      JOIN ${raw('event AS e')} ON e.business_id = h.business_id AND e.seq = h.pruned_seq + 1
      WHERE e.occurred_at < ${before} ORDER BY h.business_id LIMIT ${BUSINESSES}`);
    if (!old.length) break;
    for (const log of old)
      forgotten += await db.transaction((tx) => forgetBatch(tx, log, before, batch));
    batches += old.length;
  }
  return forgotten;
}

interface Old {
  readonly businessId: number;
  readonly prunedSeq: number;
}

async function forgetBatch(
  tx: Tx,
  { businessId, prunedSeq }: Old,
  before: number,
  batch: number,
): Promise<number> {
  const events = await tx.all<{ seq: number; occurredAt: number }>(sql`
    SELECT seq, occurred_at AS "occurredAt" FROM event WHERE business_id = ${businessId} AND seq > ${prunedSeq} ORDER BY seq LIMIT ${batch}`);
  // The first event to keep ends the batch, so that the pruned numbers have no gaps.
  const stays = events.findIndex(({ occurredAt }) => occurredAt >= before);
  const last = events.at((stays < 0 ? events.length : stays) - 1);
  if (!last || stays === 0) return 0;
  const moved = await tx.run(
    sql`UPDATE log_head SET pruned_seq = ${last.seq} WHERE business_id = ${businessId} AND pruned_seq = ${prunedSeq}`,
  );
  if (!moved) return 0;
  const range = sql`business_id = ${businessId} AND seq > ${prunedSeq} AND seq <= ${last.seq}`;
  await tx.run(
    sql`DELETE FROM event WHERE ${range} AND appointment_id IS NULL AND waitlist_entry_id IS NULL`,
  );
  await tx.run(sql`UPDATE event SET snapshot = ${HISTORY_SNAPSHOT} WHERE ${range}`);
  return last.seq - prunedSeq;
}
