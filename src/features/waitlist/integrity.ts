import type { Reader } from '../../db/database';
import { raw, sql } from '../../db/sql';

const MAX_FINDINGS = 100;

export interface WaitlistFinding {
  readonly businessId: number;
  readonly entryId: number;
  readonly problem: string;
}

/**
 * Finds entries that share a booked place, invitations that outlive their hold, and changes that
 * the log misses or repeats.
 */
export async function waitlistFindings(db: Reader, now = Date.now()): Promise<WaitlistFinding[]> {
  const shared = db.all<WaitlistFinding>(sql`
    SELECT e.business_id AS "businessId", e.id AS "entryId", 'another entry was booked into the same place' AS problem
    FROM ${raw('waitlist_entry AS e')} JOIN ${raw('waitlist_entry AS o')} ON o.business_id = e.business_id AND o.appointment_id = e.appointment_id AND o.id <> e.id
    WHERE e.status = 'BOOKED' AND o.status = 'BOOKED' ORDER BY e.business_id, e.id LIMIT ${MAX_FINDINGS}`);
  const lost = db.all<WaitlistFinding>(sql`
    SELECT e.business_id AS "businessId", e.id AS "entryId", 'its invitation outlives its hold' AS problem
    FROM ${raw('waitlist_entry AS e')} JOIN ${raw('appointment AS a')} ON a.business_id = e.business_id AND a.id = e.appointment_id
    WHERE e.status = 'INVITED' AND e.invitation_expires_at > ${now} AND a.status = 'PENDING' AND (a.hold_expires_at IS NULL OR a.hold_expires_at < e.invitation_expires_at) LIMIT ${MAX_FINDINGS}`);
  const unrecorded = db.all<WaitlistFinding>(sql`
    SELECT e.business_id AS "businessId", e.id AS "entryId", 'the log does not record each of its changes exactly once' AS problem
    FROM ${raw('waitlist_entry AS e')}
    LEFT JOIN (SELECT business_id, waitlist_entry_id, count(*) AS events FROM ${raw('event')} WHERE waitlist_entry_id IS NOT NULL GROUP BY business_id, waitlist_entry_id) AS l
      ON l.business_id = e.business_id AND l.waitlist_entry_id = e.id
    WHERE coalesce(l.events, 0) <> e.version LIMIT ${MAX_FINDINGS}`);
  return (await Promise.all([shared, lost, unrecorded])).flat();
}
