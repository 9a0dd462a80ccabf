import { isStaffSide, Role, type Member } from '../../context';
import { isOneOf, raw, sql, TRUE, type Sql } from '../../db/sql';
import { parseGlobalIds } from '../../graphql/global-id';
import { defineList } from '../../graphql/relations/list';
import { OrderDirection } from '../../graphql/connection';
import { defineRepository } from '../../graphql/relations/repository';
import { containsWords } from '../../db/search';
import { inGroups, whereInGroups } from '../memberships/member-ids';
import { Staff } from './staff.entity';
import type { StaffFilter } from './staff.inputs';

type Column = (property: keyof Staff & string) => Sql;

/** Condition for staff who serve at one of the locations. Staff without locations serve at all. */
const servesAt = (column: Column, locationIds: readonly number[]): Sql => {
  const assigned = (condition: Sql): Sql => sql`EXISTS (
    SELECT 1 FROM staff_location AS at WHERE at.business_id = ${column('businessId')} AND at.staff_id = ${column('rowId')} AND ${condition})`;
  return sql`(${assigned(isOneOf(raw('at.location_id'), locationIds))} OR NOT ${assigned(TRUE)})`;
};

/** Condition for staff assigned to a location for whose id `place` holds. */
const servesAtOne = (column: Column, place: (id: Sql) => Sql): Sql =>
  sql`EXISTS (SELECT 1 FROM staff_location AS l WHERE l.business_id = ${column('businessId')} AND l.staff_id = ${column('rowId')}
    AND ${place(raw('l.location_id'))})`;

function visibleTo(viewer: Member, column: Column): Sql {
  if (viewer.role === Role.LOCATION_SUPER_USER) return servesAt(column, viewer.locationIds);
  return isStaffSide(viewer) ? TRUE : sql`${column('active')} = ${true}`;
}

/**
 * Staff. Administrators and staff users see all members of their business, a location super user
 * those who serve at its locations, other viewers active ones.
 */
export const staff = defineRepository(Staff, visibleTo, {
  summary: [
    'version',
    'professionalId',
    'firstName',
    'lastName',
    'fullName',
    'displayName',
    'business',
    'timeZone',
    'active',
    'deleted',
    'acceptsAppointments',
    'createdAt',
    'modifiedAt',
  ],
});

export const staffList = defineList<Staff, StaffFilter>({
  source: staff,
  orders: { NAME: ['fullName'], CREATED_AT: ['createdAt'], MODIFIED_AT: ['modifiedAt'] },
  defaultOrder: { field: 'NAME', direction: OrderDirection.ASC },
  filter: (filter, column, _alias, { businessId }) => {
    const { ids, locationIds, reasonIds, active, acceptsAppointments, search, includeDeleted } =
      filter;
    const inLocationGroups = inGroups(filter, 'locationGroupIds', businessId);
    return [
      ...whereInGroups(filter, 'staffGroupIds', businessId, column('rowId')),
      ...(inLocationGroups ? [servesAtOne(column, inLocationGroups)] : []),
      ...(includeDeleted ? [] : [sql`${column('deleted')} = ${false}`]),
      ...(ids ? [isOneOf(column('rowId'), parseGlobalIds('Staff', ids, ['filter', 'ids']))] : []),
      ...(locationIds
        ? [
            servesAtOne(column, (id) =>
              isOneOf(id, parseGlobalIds('Location', locationIds, ['filter', 'locationIds'])),
            ),
          ]
        : []),
      ...(reasonIds
        ? [
            sql`EXISTS (SELECT 1 FROM service_staff AS s WHERE s.business_id = ${column('businessId')} AND s.staff_id = ${column('rowId')} AND s.active = ${true}
        AND ${isOneOf(sql`s.reason_id`, parseGlobalIds('Reason', reasonIds, ['filter', 'reasonIds']))})`,
          ]
        : []),
      ...(active == null ? [] : [sql`${column('active')} = ${active}`]),
      ...(acceptsAppointments == null
        ? []
        : [sql`${column('acceptsAppointments')} = ${acceptsAppointments}`]),
      ...(search ? containsWords(sql`lower(${column('fullName')})`, search) : []),
    ];
  },
});
