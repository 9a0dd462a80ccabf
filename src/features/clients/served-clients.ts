import type { Member } from '../../context';
import { and, isOneOf, join, or, raw, sql, type Sql } from '../../db/sql';
import { parseGlobalIds } from '../../graphql/global-id';
import { whereInGroups } from '../memberships/member-ids';
import { helpedBy, isHelpedBy } from '../staff/served-appointments';
import type { Client } from './client.entity';
import type { ClientFilter } from './client.inputs';

type Column = (property: keyof Client & string) => Sql;

/**
 * Selects the appointments of a client for which `condition` holds. SQL on the table, since clients
 * do not import appointments.
 */
const appointmentsOf = (client: Column, condition: Sql): Sql => sql`
  SELECT 1 FROM appointment AS had WHERE had.business_id = ${client('businessId')} AND had.client_id = ${client('rowId')} AND ${condition}`;

/** Selects the locations or the staff members for which a client was added. */
const addersOf = (
  client: Column,
  table: 'client_location' | 'client_staff',
  condition: Sql,
): Sql => sql`
  SELECT 1 FROM ${raw(table)} AS adder WHERE adder.business_id = ${client('businessId')} AND adder.client_id = ${client('rowId')} AND ${condition}`;

/**
 * One subquery: for an OR of two, PostgreSQL reads all appointments of the business into a hash
 * table.
 */
const hasAny = (...selected: readonly Sql[]): Sql => sql`EXISTS (${join(selected, ' UNION ALL ')})`;

const hadStaff = (businessId: number, staffIds: readonly number[]): Sql =>
  or([isOneOf(sql`had.staff_id`, staffIds), helpedBy(sql`had.id`, businessId, staffIds)]);

/** Condition for clients that a staff user serves or has added. */
export const isServedBy = ({ businessId, staffId }: Member, column: Column): Sql =>
  hasAny(
    appointmentsOf(
      column,
      or([
        sql`had.staff_id = ${staffId}`,
        // Of one client at a time: the staff member's history is longer than the client's.
        isHelpedBy(sql`had.id`, businessId, [staffId as number]),
      ]),
    ),
    addersOf(column, 'client_staff', sql`adder.staff_id = ${staffId}`),
  );

/**
 * Condition for clients with an appointment at a location of a location super user, or added by one
 * there.
 */
export const cameTo = ({ locationIds }: Member, column: Column): Sql =>
  hasAny(
    appointmentsOf(column, isOneOf(sql`had.location_id`, locationIds)),
    addersOf(column, 'client_location', isOneOf(sql`adder.location_id`, locationIds)),
  );

/** Condition for clients with an appointment that matches the filter. */
export function hadMatching(
  filter: Pick<ClientFilter, 'locationIds' | 'locationGroupIds' | 'reasonIds' | 'staffIds'>,
  column: Column,
  businessId: number,
): Sql {
  const { locationIds, reasonIds, staffIds } = filter;
  const conditions = whereInGroups(filter, 'locationGroupIds', businessId, sql`had.location_id`);
  const idsAt = (type: string, ids: readonly string[], field: string) =>
    parseGlobalIds(type, ids, ['filter', field]);
  if (locationIds)
    conditions.push(isOneOf(sql`had.location_id`, idsAt('Location', locationIds, 'locationIds')));
  if (reasonIds)
    conditions.push(isOneOf(sql`had.reason_id`, idsAt('Reason', reasonIds, 'reasonIds')));
  if (staffIds) conditions.push(hadStaff(businessId, idsAt('Staff', staffIds, 'staffIds')));
  return hasAny(appointmentsOf(column, and(conditions)));
}
