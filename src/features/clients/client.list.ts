import { isStaffSide, Role, type Member } from '../../context';
import { FALSE, isOneOf, or, sql, TRUE, type Sql } from '../../db/sql';
import { parseGlobalIds } from '../../graphql/global-id';
import { withinRange } from '../../graphql/inputs/instant-range';
import { isAmong } from '../../graphql/relations/branches';
import { defineList } from '../../graphql/relations/list';
import { OrderDirection } from '../../graphql/connection';
import { containsWords } from '../../db/search';
import { defineRepository } from '../../graphql/relations/repository';
import { cameTo, hadMatching, isServedBy } from './served-clients';
import { Client } from './client.entity';
import type { ClientFilter, ExternalIdInput } from './client.inputs';

type Column = (property: keyof Client & string) => Sql;

/**
 * Clients. Staff see those with an appointment at their locations or with them, and those they
 * added themselves.
 */
export const clients = defineRepository(
  Client,
  (viewer, column) => {
    switch (viewer.role) {
      case Role.ADMINISTRATOR:
        return TRUE;
      case Role.LOCATION_SUPER_USER:
        return viewer.locationIds.length ? cameTo(viewer, column) : FALSE;
      case Role.STAFF_USER:
        return viewer.staffId === null ? FALSE : isServedBy(viewer, column);
      case Role.GUEST:
      case Role.CLIENT:
        return isOneOf(column('rowId'), viewer.clientIds);
      case Role.PUBLIC:
        return FALSE;
    }
  },
  {
    full: ({ role, clientId }, column) =>
      role === Role.CLIENT ? sql`${column('rowId')} = ${clientId}` : TRUE,
    summary: [
      'version',
      'clientId',
      'firstName',
      'lastName',
      'fullName',
      'displayName',
      'business',
      'appointments',
      'recurringAppointments',
      'reasons',
      'activeAppointmentCount',
    ],
  },
);

/** Matches clients by their stored e-mail address, with the collation of the index. */
export const hasEmail = (alias: string, email: string): Sql =>
  sql`${clients.table.ordered(alias, 'email')} = ${email}`;

/** Condition for clients with one of the ids, which triggers keep in a table with an index. */
const hasExternalId = (rowId: Sql, businessId: number, ids: readonly ExternalIdInput[]): Sql => {
  const own = or(ids.map(({ system, id }) => sql`x.system = ${system} AND x.external_id = ${id}`));
  return isAmong(
    rowId,
    sql`SELECT x.client_id FROM client_external_id AS x WHERE x.business_id = ${businessId} AND ${own}`,
  );
};

/** Filters on fields that a client may read of itself only. */
const OWN = [
  'emailAddresses',
  'externalIds',
  'externalUserName',
  'createdBetween',
  'modifiedBetween',
  'statuses',
  'tags',
] as const;

/** Conditions on fields that the viewer may not read of every row: they would disclose them. */
function readableConditions(filter: Partial<ClientFilter>, alias: string, member: Member): Sql[] {
  const column: Column = (property) => clients.table.column(alias, property);
  const { emailAddresses, externalIds, search } = filter;
  const isStaff = isStaffSide(member);
  const conditions: Sql[] = [];
  if (!isStaff && OWN.some((name) => filter[name] != null))
    conditions.push(sql`${column('rowId')} = ${member.clientId}`);
  if (emailAddresses) {
    const addresses = emailAddresses.map((address) => address.trim().toLowerCase());
    conditions.push(isOneOf(clients.table.ordered(alias, 'email'), addresses));
  }
  if (externalIds)
    conditions.push(
      isStaff ? hasExternalId(column('rowId'), member.businessId, externalIds) : FALSE,
    );
  const searched = isStaff ? column('searchText') : sql`lower(${column('fullName')})`;
  return search ? [...conditions, ...containsWords(searched, search)] : conditions;
}

/** Filters that an index answers with few rows. */
const FEW = ['ids', 'emailAddresses', 'externalIds', 'externalUserName'] as const;

export const clientList = defineList<Client, ClientFilter>({
  source: clients,
  orders: {
    FULL_NAME: ['fullName'],
    LAST_NAME: ['lastName', 'firstName'],
    EMAIL_ADDRESS: ['email'],
    CREATED_AT: ['createdAt'],
    MODIFIED_AT: ['modifiedAt'],
  },
  // Many clients may have no e-mail address.
  boundedSort: {
    indexed: ['FULL_NAME', 'LAST_NAME', 'EMAIL_ADDRESS', 'CREATED_AT', 'MODIFIED_AT'].map(
      (field) => [field],
    ),
    distinct: ['FULL_NAME', 'LAST_NAME', 'CREATED_AT', 'MODIFIED_AT'],
    bounds: (filter, { role }) =>
      role === Role.CLIENT || role === Role.GUEST || FEW.some((name) => filter[name] != null),
    remedy: `by one of ${FEW.join(', ')}.`,
  },
  defaultOrder: { field: 'FULL_NAME', direction: OrderDirection.ASC },
  filter(filter, column, alias, member) {
    const { businessId } = member;
    const conditions = readableConditions(filter, alias, member);
    if (!filter.includeDeleted) conditions.push(sql`${column('deleted')} = ${false}`);
    if (filter.ids)
      conditions.push(
        isOneOf(column('rowId'), parseGlobalIds('Client', filter.ids, ['filter', 'ids'])),
      );
    if (filter.statuses) conditions.push(isOneOf(column('status'), filter.statuses));
    if (filter.externalUserName != null)
      conditions.push(sql`${column('externalUserName')} = ${filter.externalUserName}`);
    if (filter.createdBetween)
      conditions.push(...withinRange(column('createdAt'), filter.createdBetween));
    if (filter.modifiedBetween)
      conditions.push(...withinRange(column('modifiedAt'), filter.modifiedBetween));
    if (filter.locationIds || filter.locationGroupIds || filter.reasonIds || filter.staffIds)
      conditions.push(hadMatching(filter, column, businessId));
    for (const tag of filter.tags ?? [])
      conditions.push(sql`${column('rowId')} IN (
        SELECT t.client_id FROM client_tag AS t WHERE t.business_id = ${businessId} AND t.tag = ${tag})`);
    return conditions;
  },
});
