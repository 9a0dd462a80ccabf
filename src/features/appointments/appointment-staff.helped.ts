import { byDialect, isOneOf, sql, type Sql } from '../../db/sql';

/**
 * Condition for appointments with additional staff of these ids. Their appointments are read once,
 * from the index of the staff member, and become an index condition on the appointment. A
 * correlated EXISTS in an OR would be evaluated for every row of the business.
 */
export function helpedBy(appointmentId: Sql, businessId: number, staffIds: readonly number[]): Sql {
  const helped = sql`SELECT helper.appointment_id FROM appointment_staff AS helper
    WHERE helper.business_id = ${businessId} AND ${isOneOf(sql`helper.staff_id`, staffIds)}`;
  return byDialect({
    postgres: sql`${appointmentId} = ANY (ARRAY(${helped}))`,
    sqlite: sql`${appointmentId} IN (${helped})`,
  });
}
