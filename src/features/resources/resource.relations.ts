import { connectionOf } from '../../graphql/connection';
import { Resource, ResourceBundle, ResourceBundleItem } from './resource.entity';
import { ResourceFilter, ResourceOrder } from './resource.inputs';
import { resourceList, resources } from './resource.list';
import { relationField, connectionField } from '../../graphql/relations/relation-field';
import { toFew, toMany, toOne } from '../../graphql/relations/relation';
import { Location } from '../locations/location.entity';
import { locations } from '../locations/location.list';

export const ResourceConnection = connectionOf(Resource, 'Resource');

export const locationOfResource = relationField(
  Resource,
  'location',
  toOne('locationId', locations),
  { type: () => Location },
);
export const locationOfBundle = relationField(
  ResourceBundle,
  'location',
  toOne('locationId', locations),
  { type: () => Location },
);
export const resourcesOfLocation = connectionField(
  Location,
  'resources',
  toMany(resourceList, 'locationId'),
  {
    type: () => ResourceConnection,
    filter: () => ResourceFilter,
    orderBy: () => ResourceOrder,
    description:
      'Rooms and equipment at the location, by name. Staff only; empty for other callers.',
  },
);

/** Items of a bundle, ordered by resource id. */
export const itemsOfBundle = relationField(
  ResourceBundle,
  'items',
  toFew(ResourceBundleItem, 'bundleId', { order: ['resourceId'] }),
  { type: () => [ResourceBundleItem], description: 'Resources that it takes, with their units.' },
);
export const resourceOfItem = relationField(
  ResourceBundleItem,
  'resource',
  toOne('resourceId', resources),
  { type: () => Resource },
);
