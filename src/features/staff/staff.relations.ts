import { sql, TRUE } from '../../db/sql';
import { connectionOf } from '../../graphql/connection';
import { toManyVia, toManyThrough, toManyWhere, toOne } from '../../graphql/relations/relation';
import { Business } from '../businesses/business.entity';
import { businesses } from '../businesses/business.list';
import { Location } from '../locations/location.entity';
import { locations } from '../locations/location.list';
import { Staff, StaffLocation } from './staff.entity';
import { StaffFilter, StaffOrder } from './staff.inputs';
import { staffList } from './staff.list';
import { relationField, connectionField } from '../../graphql/relations/relation-field';

export const StaffConnection = connectionOf(Staff, 'Staff');

export const businessOfStaff = relationField(Staff, 'business', toOne('businessId', businesses), {
  type: () => Business,
});

export const locationsOfStaff = relationField(
  Staff,
  'locations',
  toManyVia({ entity: StaffLocation, from: 'staffId', to: 'locationId' }, locations, {
    where: (_member, column) => sql`${column('deleted')} = ${false}`,
  }),
  { type: () => [Location], description: 'Locations at which the staff member serves.' },
);

export const staffOfLocation = connectionField(
  Location,
  'staff',
  toManyThrough(staffList, { entity: StaffLocation, from: 'locationId', to: 'staffId' }),
  {
    type: () => StaffConnection,
    filter: () => StaffFilter,
    orderBy: () => StaffOrder,
    description: 'Staff who serve at the location, ordered by name.',
  },
);

export const staffOfBusiness = connectionField(
  Business,
  'staff',
  // The scope of every list is the viewer's business.
  toManyWhere(staffList, () => TRUE),
  {
    type: () => StaffConnection,
    filter: () => StaffFilter,
    orderBy: () => StaffOrder,
    description: 'Staff visible to the caller. Ordered by name by default.',
  },
);
