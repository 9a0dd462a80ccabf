import { Role, type Member } from '../../../context';
import { FALSE, isOneOf, or, sql, TRUE, type Sql } from '../../../db/sql';
import { isHelpedBy } from '../../staff/served-appointments';

/**
 * Condition for appointments that are visible to a viewer. Equals the scope of `appointments`,
 * which imports reasons.
 */
function seenBy({ role, businessId, ...viewer }: Member): Sql {
  switch (role) {
    case Role.ADMINISTRATOR:
      return TRUE;
    case Role.LOCATION_SUPER_USER:
      return isOneOf(sql`had.location_id`, viewer.locationIds);
    case Role.STAFF_USER:
      return viewer.staffId === null
        ? FALSE
        : or([
            sql`had.staff_id = ${viewer.staffId}`,
            isHelpedBy(sql`had.id`, businessId, [viewer.staffId]),
          ]);
    case Role.CLIENT:
      return isOneOf(sql`had.client_id`, viewer.clientIds);
    case Role.GUEST:
      return sql`had.id = ${viewer.appointmentId as number}`;
    case Role.PUBLIC:
      return FALSE;
  }
}

/** Condition for reasons for which one of the appointments was booked. */
export const bookedIn = (reasonId: Sql, appointmentIds: readonly number[], member: Member): Sql =>
  sql`${reasonId} IN (
    SELECT had.reason_id FROM appointment AS had WHERE had.business_id = ${member.businessId}
      AND ${isOneOf(sql`had.id`, appointmentIds)} AND ${seenBy(member)})`;
