import { TRUE } from '../../db/sql';
import { connectionOf } from '../../graphql/connection';
import { toManyWhere, toOne } from '../../graphql/relations/relation';
import { connectionField, relationField } from '../../graphql/relations/relation-field';
import { Business } from '../businesses/business.entity';
import { businesses } from '../businesses/business.list';
import { Location } from './location.entity';
import { LocationFilter, LocationOrder } from './location.inputs';
import { locationList } from './location.list';

export const LocationConnection = connectionOf(Location, 'Location');

export const businessOfLocation = relationField(
  Location,
  'business',
  toOne('businessId', businesses),
  { type: () => Business },
);

export const locationsOfBusiness = connectionField(
  Business,
  'locations',
  // The scope of every list is the viewer's business.
  toManyWhere(locationList, () => TRUE),
  {
    type: () => LocationConnection,
    filter: () => LocationFilter,
    orderBy: () => LocationOrder,
    description: 'Locations visible to the caller. Ordered by name by default.',
  },
);
