import { Role } from '../../context';
import { FALSE, byDialect, isOneOf, sql, TRUE, type Sql } from '../../db/sql';
import { parseGlobalIds } from '../../graphql/global-id';
import { withinRange } from '../../graphql/inputs/instant-range';
import { defineList } from '../../graphql/relations/list';
import { OrderDirection } from '../../graphql/connection';
import { containsWords } from '../../db/search';
import { defineRepository } from '../../graphql/relations/repository';
import { cameTo, hadMatching, isServedBy } from './served-clients';
import { Client } from './client.entity';
import type { ClientFilter } from './client.inputs';

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
      'clientId',
      'firstName',
      'lastName',
      'fullName',
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

export const clientList = defineList<Client, ClientFilter>({
  source: clients,
  orders: { FULL_NAME: ['fullName'], EMAIL_ADDRESS: ['email'], CREATED_AT: ['createdAt'] },
  defaultOrder: { field: 'FULL_NAME', direction: OrderDirection.ASC },
  filter(filter, column, _alias, { businessId }) {
    const conditions: Sql[] = [];
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
    if (filter.locationIds || filter.reasonIds || filter.staffIds)
      conditions.push(hadMatching(filter, column, businessId));
    if (filter.search) conditions.push(...containsWords(column('searchText'), filter.search));
    for (const tag of filter.tags ?? []) {
      conditions.push(
        byDialect({
          postgres: sql`${column('tags')}::jsonb ? ${tag}`,
          sqlite: sql`EXISTS (SELECT 1 FROM json_each(${column('tags')}) WHERE value = ${tag})`,
        }),
      );
    }
    return conditions;
  },
});
