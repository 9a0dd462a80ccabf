import { toFew, toMany, toOne } from '../../graphql/relations/relation';
import type { Location } from '../locations/location.entity';
import { locations } from '../locations/location.source';
import { ResourceBundleItem, type Resource, type ResourceBundle } from './resource.entity';
import type { ResourceFilter } from './resource.inputs';
import { resourceList, resources } from './resource.source';

export const locationOfResource = toOne<Resource, Location>(
  'Resource.location',
  'locationId',
  locations,
);
export const locationOfBundle = toOne<ResourceBundle, Location>(
  'ResourceBundle.location',
  'locationId',
  locations,
);
export const resourcesOfLocation = toMany<Location, Resource, ResourceFilter>(
  'Location.resources',
  resourceList,
  'locationId',
);

/** Items of a bundle, ordered by resource id. */
export const itemsOfBundle = toFew<ResourceBundle, ResourceBundleItem>(
  'ResourceBundle.items',
  ResourceBundleItem,
  'bundleId',
  { order: ['resourceId'] },
);
export const resourceOfItem = toOne<ResourceBundleItem, Resource>(
  'ResourceBundleItem.resource',
  'resourceId',
  resources,
);
