import { connectionOf } from '../../graphql/connection';
import { toManyVia, toManyThrough } from '../../graphql/relations/relation';
import { Location } from '../locations/location.entity';
import { locations } from '../locations/location.list';
import { Staff, StaffLocation } from './staff.entity';
import { StaffFilter, StaffOrder } from './staff.inputs';
import { staffList } from './staff.list';
import { relationField, connectionField } from '../../graphql/relations/relation-field';

export const StaffConnection = connectionOf(Staff, 'Staff');

export const locationsOfStaff = relationField(
  Staff,
  'locations',
  toManyVia({ entity: StaffLocation, from: 'staffId', to: 'locationId' }, locations),
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
