import type { Reader } from '../../db/database';
import { isOneOf, raw, sql } from '../../db/sql';
import { sessionFindings } from '../classes/integrity';
import { AppointmentStatus, occupies } from './model/status';

const OCCUPYING = Object.values(AppointmentStatus).filter(occupies);
/** Maximum number of findings reported. */
const SHOWN = 100;

export interface Finding {
  readonly businessId: number;
  readonly appointmentId: number;
  readonly problem: string;
}

/** Claims of sessions, and of their seats, are checked separately. */
const notOfSessions =
  raw(`NOT EXISTS (SELECT 1 FROM class_schedule AS own WHERE own.business_id = c.business_id AND own.id = c.appointment_id)
  AND NOT EXISTS (SELECT 1 FROM class_schedule AS own WHERE own.business_id = c.business_id AND own.subject_id = c.subject_id)`);

/**
 * Checks claims against appointments. Each occupying appointment must hold exactly the time of its
 * staff and the units of its resources; other appointments must hold nothing, except expired holds.
 * Together with the capacity check, this is the complete invariant.
 */
export async function claimFindings(db: Reader, now = Date.now()): Promise<Finding[]> {
  const occupying = isOneOf(raw('a.status'), OCCUPYING);
  const taken = raw(`(
    SELECT a.business_id, a.id AS appointment_id, p.subject_id, 1 AS units
    FROM appointment AS a JOIN staff AS p ON p.business_id = a.business_id AND p.id = a.staff_id WHERE a.class_schedule_id IS NULL
    UNION ALL SELECT h.business_id, h.appointment_id, p.subject_id, 1
    FROM appointment_blocked_staff AS h JOIN staff AS p ON p.business_id = h.business_id AND p.id = h.staff_id
    UNION ALL SELECT t.business_id, t.appointment_id, r.subject_id, t.units
    FROM appointment_resource AS t JOIN resource AS r ON r.business_id = t.business_id AND r.id = t.resource_id)`);
  const missing = db.all<Finding>(sql`
    SELECT a.business_id AS "businessId", a.id AS "appointmentId", 'its staff or resources are not occupied as it states' AS problem
    FROM ${raw('appointment AS a')} JOIN ${taken} AS t ON t.business_id = a.business_id AND t.appointment_id = a.id
    LEFT JOIN ${raw('claim AS c')} ON c.business_id = a.business_id AND c.appointment_id = a.id AND c.subject_id = t.subject_id AND c.units = t.units
      AND c.start_ms = a.staff_start_at AND c.end_ms = a.staff_end_at
    WHERE ${occupying} AND c.subject_id IS NULL AND (a.hold_expires_at IS NULL OR a.hold_expires_at > ${now}) LIMIT ${SHOWN}`);
  const stray = db.all<Finding>(sql`
    SELECT c.business_id AS "businessId", c.appointment_id AS "appointmentId", 'it occupies a subject and should not' AS problem
    FROM ${raw('claim AS c')}
    LEFT JOIN ${raw('appointment AS a')} ON a.business_id = c.business_id AND a.id = c.appointment_id AND ${occupying}
    LEFT JOIN ${taken} AS t ON t.business_id = c.business_id AND t.appointment_id = c.appointment_id AND t.subject_id = c.subject_id
    WHERE (a.id IS NULL OR t.subject_id IS NULL) AND ${notOfSessions} LIMIT ${SHOWN}`);
  const unlogged = db.all<Finding>(sql`
    SELECT a.business_id AS "businessId", a.id AS "appointmentId", 'the log does not have exactly one event for each of its changes' AS problem
    FROM ${raw('appointment AS a')}
    LEFT JOIN (SELECT business_id, appointment_id, count(*) AS events FROM ${raw('event')} WHERE entity_type = 'Appointment' GROUP BY business_id, appointment_id) AS e
      ON e.business_id = a.business_id AND e.appointment_id = a.id
    WHERE coalesce(e.events, 0) <> a.version LIMIT ${SHOWN}`);
  const misplaced = db.all<Finding>(sql`
    SELECT a.business_id AS "businessId", a.id AS "appointmentId", 'its additional staff have another start' AS problem
    FROM ${raw('appointment_staff AS h')}
    JOIN ${raw('appointment AS a')} ON a.business_id = h.business_id AND a.id = h.appointment_id
    WHERE h.start_at <> a.start_at LIMIT ${SHOWN}`);
  return (
    await Promise.all([
      missing,
      stray,
      unlogged,
      misplaced,
      sessionFindings(db),
      seatFindings(db, now),
    ])
  ).flat();
}

/**
 * Checks that each attendee holds exactly the seats of their appointment in its session, for its
 * time, and that no other seats are held.
 */
async function seatFindings(db: Reader, now: number): Promise<Finding[]> {
  const occupying = isOneOf(raw('a.status'), OCCUPYING);
  const missing = db.all<Finding>(sql`
    SELECT a.business_id AS "businessId", a.id AS "appointmentId", 'it has no seats in its session, or not so many' AS problem
    FROM ${raw('appointment AS a')}
    LEFT JOIN ${raw('class_schedule AS s')} ON s.business_id = a.business_id AND s.id = a.class_schedule_id
      AND s.start_at = a.start_at AND s.end_at = a.end_at AND (s.status = 'OPEN' OR a.status = 'COMPLETED')
    LEFT JOIN ${raw('claim AS c')} ON c.business_id = a.business_id AND c.appointment_id = a.id AND c.subject_id = s.subject_id
      AND c.start_ms = s.start_at AND c.end_ms = s.end_at AND c.units = a.seats
    WHERE a.class_schedule_id IS NOT NULL AND ${occupying} AND c.subject_id IS NULL AND (a.hold_expires_at IS NULL OR a.hold_expires_at > ${now}) LIMIT ${SHOWN}`);
  const stray = db.all<Finding>(sql`
    SELECT c.business_id AS "businessId", c.appointment_id AS "appointmentId", 'it has seats in a session and should not' AS problem
    FROM ${raw('class_schedule AS s')} JOIN ${raw('claim AS c')} ON c.business_id = s.business_id AND c.subject_id = s.subject_id
    LEFT JOIN ${raw('appointment AS a')} ON a.business_id = c.business_id AND a.id = c.appointment_id AND a.class_schedule_id = s.id AND ${occupying}
    WHERE a.id IS NULL LIMIT ${SHOWN}`);
  return (await Promise.all([missing, stray])).flat();
}
