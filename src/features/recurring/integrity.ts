import type { Reader } from '../../db/database';
import { raw, sql } from '../../db/sql';
import type { Finding } from '../appointments/integrity';

/** Limit of findings. */
const MAX_FINDINGS = 100;

/** Finds appointments whose series, or position in it, is missing: no foreign key enforces it. */
export const seriesFindings = (db: Reader): Promise<Finding[]> =>
  db.all<Finding>(sql`
  SELECT a.business_id AS "businessId", a.id AS "appointmentId", 'its series or its position in it is missing' AS problem FROM ${raw('appointment AS a')}
  LEFT JOIN ${raw('recurring_appointment AS r')} ON r.business_id = a.business_id AND r.id = a.recurring_appointment_id
  WHERE (a.recurring_appointment_id IS NOT NULL AND r.id IS NULL) OR (a.recurring_appointment_id IS NULL) <> (a.recurrence_start IS NULL) LIMIT ${MAX_FINDINGS}`);
