import { isStaffSide } from '../../context';
import { isOneOf, sql, TRUE } from '../../db/sql';
import { parseGlobalIds } from '../../graphql/global-id';
import { defineList } from '../../graphql/relations/list';
import { OrderDirection } from '../../graphql/connection';
import { defineRepository } from '../../graphql/relations/repository';
import { containsWords } from '../../db/search';
import { Staff } from './staff.entity';
import type { StaffFilter } from './staff.inputs';

/** Staff. Staff see all members of their business, other viewers active ones. */
export const staff = defineRepository(
  Staff,
  (viewer, column) => (isStaffSide(viewer) ? TRUE : sql`${column('active')} = ${true}`),
  {
    summary: [
      'professionalId',
      'firstName',
      'lastName',
      'fullName',
      'timeZone',
      'active',
      'acceptsAppointments',
      'createdAt',
      'modifiedAt',
    ],
  },
);

export const staffList = defineList<Staff, StaffFilter>({
  source: staff,
  orders: { NAME: ['fullName'] },
  defaultOrder: { field: 'NAME', direction: OrderDirection.ASC },
  filter: ({ ids, locationIds, active, acceptsAppointments, search }, column) => [
    ...(ids ? [isOneOf(column('rowId'), parseGlobalIds('Staff', ids, ['filter', 'ids']))] : []),
    ...(locationIds
      ? [
          sql`EXISTS (SELECT 1 FROM staff_location AS l WHERE l.business_id = ${column('businessId')} AND l.staff_id = ${column('rowId')}
        AND ${isOneOf(sql`l.location_id`, parseGlobalIds('Location', locationIds, ['filter', 'locationIds']))})`,
        ]
      : []),
    ...(active == null ? [] : [sql`${column('active')} = ${active}`]),
    ...(acceptsAppointments == null
      ? []
      : [sql`${column('acceptsAppointments')} = ${acceptsAppointments}`]),
    ...(search ? containsWords(sql`lower(${column('fullName')})`, search) : []),
  ],
});
