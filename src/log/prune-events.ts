import type { Database, Tx } from '../db/database';
import { byDialect, raw, sql } from '../db/sql';

const DAY_MS = 86_400_000;
/** Events forgotten in one transaction: it holds the end of the log, for which numbering waits. */
const BATCH = 500;
const BUSINESSES = 100;
/** In one go; what is left waits for the next. */
const MAX_BATCHES = 200;

/** What histories show of an event beside its own columns. */
const KEPT = byDialect({
  postgres: sql`json_build_object('subStatusCode', snapshot -> 'subStatusCode', 'waitlistEntry', json_build_object('status', snapshot -> 'waitlistEntry' -> 'status'))`,
  sqlite: sql`json_object('subStatusCode', json_extract(snapshot, '$.subStatusCode'), 'waitlistEntry', json_object('status', json_extract(snapshot, '$.waitlistEntry.status')))`,
});

/**
 * Forgets events older than so many days, oldest first, in small transactions. Any number of processes may do so at once. Those that are a
 * step in the life of an appointment or of a waitlist entry are no longer read as a part of the log, but stay without their snapshot for
 * its history.
 * @returns how many were forgotten
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
  // The first that is to stay ends it: what is forgotten has no gaps.
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
  await tx.run(sql`UPDATE event SET snapshot = ${KEPT} WHERE ${range}`);
  return last.seq - prunedSeq;
}
