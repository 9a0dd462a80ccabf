import type { Reader } from '../db/database';
import { raw, sql } from '../db/sql';

/**
 * Returns businesses whose log has a gap, a repeat, or a last event that is not its head. Events
 * without a number and pruned events are no faults.
 */
export function brokenLogs(
  db: Reader,
): Promise<{ businessId: number; events: number; last: number; head: number }[]> {
  return db.all(sql`
    SELECT h.business_id AS "businessId", count(e.seq) AS events, coalesce(max(e.seq), 0) AS last, h.last_seq AS head
    FROM ${raw('log_head AS h')} LEFT JOIN ${raw('event AS e')} ON e.business_id = h.business_id AND e.seq > h.pruned_seq
    GROUP BY h.business_id, h.last_seq, h.pruned_seq HAVING count(e.seq) <> h.last_seq - h.pruned_seq OR coalesce(max(e.seq), h.pruned_seq) <> h.last_seq`);
}
