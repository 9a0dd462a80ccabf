import type { Member } from '../../context';
import { and, isOneOf, or, sql, type Sql } from '../../db/sql';
import { parseGlobalIds } from '../../graphql/global-id';
import { helpedBy, isHelpedBy } from '../staff/served-appointments';
import type { Client } from './client.entity';
import type { ClientFilter } from './client.inputs';

type Column = (property: keyof Client & string) => Sql;

/**
 * Condition for clients that have an appointment for which `condition` holds. SQL on the table,
 * since clients do not import appointments.
 */
const hasAppointment = (client: Column, condition: Sql): Sql => sql`EXISTS (
  SELECT 1 FROM appointment AS had WHERE had.business_id = ${client('businessId')} AND had.client_id = ${client('rowId')} AND ${condition})`;

const hadStaff = (businessId: number, staffIds: readonly number[]): Sql =>
  or([isOneOf(sql`had.staff_id`, staffIds), helpedBy(sql`had.id`, businessId, staffIds)]);

/** Condition for clients that a staff user serves. */
export const isServedBy = ({ businessId, staffId }: Member, column: Column): Sql =>
  hasAppointment(
    column,
    or([
      sql`had.staff_id = ${staffId}`,
      // Of one client at a time: the staff member's history is longer than the client's.
      isHelpedBy(sql`had.id`, businessId, [staffId as number]),
    ]),
  );

/** Condition for clients with an appointment at a location of a location super user. */
export const cameTo = ({ locationIds }: Member, column: Column): Sql =>
  hasAppointment(column, isOneOf(sql`had.location_id`, locationIds));

/** Condition for clients with an appointment that matches the filter. */
export function hadMatching(
  {
    locationIds,
    reasonIds,
    staffIds,
  }: Pick<ClientFilter, 'locationIds' | 'reasonIds' | 'staffIds'>,
  column: Column,
  businessId: number,
): Sql {
  const conditions: Sql[] = [];
  const idsAt = (type: string, ids: readonly string[], field: string) =>
    parseGlobalIds(type, ids, ['filter', field]);
  if (locationIds)
    conditions.push(isOneOf(sql`had.location_id`, idsAt('Location', locationIds, 'locationIds')));
  if (reasonIds)
    conditions.push(isOneOf(sql`had.reason_id`, idsAt('Reason', reasonIds, 'reasonIds')));
  if (staffIds) conditions.push(hadStaff(businessId, idsAt('Staff', staffIds, 'staffIds')));
  return hasAppointment(column, and(conditions));
}
