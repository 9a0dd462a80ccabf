import type { Reader } from '../../shared/db/database';
import { isOneOf, raw, sql } from '../../shared/db/sql';
import { AppointmentStatus, occupies } from './appointment.status';

const OCCUPYING = Object.values(AppointmentStatus).filter(occupies);
/** Enough to see what is wrong; the count says how much. */
const SHOWN = 100;

export interface Finding {
  readonly businessId: number;
  readonly appointmentId: number;
  readonly problem: string;
}

/**
 * Whether claims say what appointments say: each one that occupies holds exactly the time of each who serves, and nobody holds any for
 * one that does not, holds that have ended apart. With the breaches of capacity this is the whole law.
 */
export async function claimFindings(db: Reader, now = Date.now()): Promise<Finding[]> {
  const occupying = isOneOf(raw('a.status'), OCCUPYING);
  const served = raw(`(
    SELECT business_id, id AS appointment_id, staff_id FROM appointment
    UNION ALL SELECT business_id, appointment_id, staff_id FROM appointment_staff)`);
  const missing = db.all<Finding>(sql`
    SELECT a.business_id AS "businessId", a.id AS "appointmentId", 'somebody who serves is not occupied' AS problem
    FROM ${raw('appointment AS a')} JOIN ${served} AS s ON s.business_id = a.business_id AND s.appointment_id = a.id
    JOIN ${raw('staff AS p')} ON p.business_id = s.business_id AND p.id = s.staff_id
    LEFT JOIN ${raw('claim AS c')} ON c.business_id = a.business_id AND c.appointment_id = a.id AND c.subject_id = p.subject_id
      AND c.start_ms = a.staff_start_at AND c.end_ms = a.staff_end_at
    WHERE ${occupying} AND c.subject_id IS NULL AND (a.hold_expires_at IS NULL OR a.hold_expires_at > ${now}) LIMIT ${SHOWN}`);
  const stray = db.all<Finding>(sql`
    SELECT c.business_id AS "businessId", c.appointment_id AS "appointmentId", 'it occupies somebody and should not' AS problem
    FROM ${raw('claim AS c')}
    LEFT JOIN ${raw('appointment AS a')} ON a.business_id = c.business_id AND a.id = c.appointment_id AND ${occupying}
    LEFT JOIN (${raw('staff AS p')} JOIN ${served} AS s ON s.business_id = p.business_id AND s.staff_id = p.id)
      ON p.business_id = c.business_id AND p.subject_id = c.subject_id AND s.appointment_id = c.appointment_id
    WHERE a.id IS NULL OR p.id IS NULL LIMIT ${SHOWN}`);
  const told = db.all<Finding>(sql`
    SELECT a.business_id AS "businessId", a.id AS "appointmentId", 'the log does not tell each of its changes once' AS problem
    FROM ${raw('appointment AS a')}
    LEFT JOIN (SELECT business_id, appointment_id, count(*) AS events FROM ${raw('event')} WHERE waitlist_entry_id IS NULL GROUP BY business_id, appointment_id) AS e
      ON e.business_id = a.business_id AND e.appointment_id = a.id
    WHERE coalesce(e.events, 0) <> a.version LIMIT ${SHOWN}`);
  return (await Promise.all([missing, stray, told])).flat();
}
