import type { Reader } from '../../db/database';
import { raw, sql } from '../../db/sql';
import type { Finding } from '../appointments/integrity';

/** Enough to see what is wrong. */
const SHOWN = 100;

/** Whether each appointment of a series names one that is there, and its place in it: no key of the database says so. */
export const seriesFindings = (db: Reader): Promise<Finding[]> =>
  db.all<Finding>(sql`
  SELECT a.business_id AS "businessId", a.id AS "appointmentId", 'its series is not there, or its place in it' AS problem FROM ${raw('appointment AS a')}
  LEFT JOIN ${raw('recurring_appointment AS r')} ON r.business_id = a.business_id AND r.id = a.recurring_appointment_id
  WHERE (a.recurring_appointment_id IS NOT NULL AND r.id IS NULL) OR (a.recurring_appointment_id IS NULL) <> (a.recurrence_start IS NULL) LIMIT ${SHOWN}`);
