import type { Reader } from '../../db/database';
import { raw, sql } from '../../db/sql';

/** Limit of findings. */
const SHOWN = 100;

export interface SessionFinding {
  readonly businessId: number;
  readonly appointmentId: number;
  readonly problem: string;
}

/** Subjects that open sessions occupy: leader and room. */
const OCCUPIED = raw(`(
  SELECT s.business_id, s.id, p.subject_id, s.staff_start_at, s.staff_end_at FROM class_schedule AS s
  JOIN staff AS p ON p.business_id = s.business_id AND p.id = s.staff_id WHERE s.status = 'OPEN'
  UNION ALL
  SELECT s.business_id, s.id, r.subject_id, s.staff_start_at, s.staff_end_at FROM class_schedule AS s
  JOIN resource AS r ON r.business_id = s.business_id AND r.id = s.resource_id WHERE s.status = 'OPEN')`);

/**
 * Finds differences between claims and sessions: an open session claims one unit of its leader and
 * of its room for its time, and nothing else.
 */
export async function sessionFindings(db: Reader): Promise<SessionFinding[]> {
  const missing = db.all<SessionFinding>(sql`
    SELECT o.business_id AS "businessId", o.id AS "appointmentId", 'the session does not occupy its leader or its room' AS problem
    FROM ${OCCUPIED} AS o
    LEFT JOIN ${raw('claim AS c')} ON c.business_id = o.business_id AND c.appointment_id = o.id AND c.subject_id = o.subject_id
      AND c.start_ms = o.staff_start_at AND c.end_ms = o.staff_end_at AND c.units = 1
    WHERE c.subject_id IS NULL LIMIT ${SHOWN}`);
  const stray = db.all<SessionFinding>(sql`
    SELECT c.business_id AS "businessId", c.appointment_id AS "appointmentId", 'the session has a claim that it should not have' AS problem
    FROM ${raw('claim AS c')} JOIN ${raw('class_schedule AS s')} ON s.business_id = c.business_id AND s.id = c.appointment_id
    LEFT JOIN ${OCCUPIED} AS o ON o.business_id = c.business_id AND o.id = c.appointment_id AND o.subject_id = c.subject_id
    WHERE o.id IS NULL LIMIT ${SHOWN}`);
  const twins = db.all<SessionFinding>(sql`
    SELECT s.business_id AS "businessId", s.id AS "appointmentId", 'a session and an appointment share an id' AS problem
    FROM ${raw('class_schedule AS s')} JOIN ${raw('appointment AS a')} ON a.business_id = s.business_id AND a.id = s.id LIMIT ${SHOWN}`);
  return (await Promise.all([missing, stray, twins])).flat();
}
