import { isStaffSide, Role, type Viewer } from '../../context';
import { FALSE, isOneOf, sql, TRUE, type Sql } from '../../db/sql';
import { parseGlobalIds } from '../../graphql/global-id';
import { defineList } from '../../graphql/relations/list';
import { OrderDirection } from '../../graphql/connection';
import { containsWords } from '../../db/search';
import { defineRepository } from '../../graphql/relations/repository';
import { Resource, ResourceBundle } from './resource.entity';
import type { ResourceBundleFilter, ResourceFilter } from './resource.inputs';

/**
 * Administrators and staff users see all resources, a location super user those at its locations.
 * Other viewers reach a resource only through their own appointments.
 */
function visibleTo(viewer: Viewer, column: (property: 'locationId') => Sql): Sql {
  if (viewer.role === Role.LOCATION_SUPER_USER)
    return isOneOf(column('locationId'), viewer.locationIds);
  return isStaffSide(viewer) ? TRUE : FALSE;
}

export const resources = defineRepository(Resource, visibleTo, {
  summary: [
    'version',
    'resourceId',
    'name',
    'quantity',
    'location',
    'active',
    'deleted',
    'createdAt',
    'modifiedAt',
  ],
});
export const resourceBundles = defineRepository(ResourceBundle, visibleTo);

const orders = { NAME: ['name'], CREATED_AT: ['createdAt'], MODIFIED_AT: ['modifiedAt'] } as const;
const defaultOrder = { field: 'NAME', direction: OrderDirection.ASC };

const conditionsOf =
  (type: 'Resource' | 'ResourceBundle') =>
  (
    { ids, locationIds, active, search, includeDeleted }: Partial<ResourceFilter>,
    column: (property: 'rowId' | 'locationId' | 'active' | 'deleted' | 'name') => Sql,
  ): Sql[] => [
    ...(includeDeleted ? [] : [sql`${column('deleted')} = ${false}`]),
    ...(ids ? [isOneOf(column('rowId'), parseGlobalIds(type, ids, ['filter', 'ids']))] : []),
    ...(locationIds
      ? [
          isOneOf(
            column('locationId'),
            parseGlobalIds('Location', locationIds, ['filter', 'locationIds']),
          ),
        ]
      : []),
    ...(active == null ? [] : [sql`${column('active')} = ${active}`]),
    ...(search ? containsWords(sql`lower(${column('name')})`, search) : []),
  ];

export const resourceList = defineList<Resource, ResourceFilter>({
  source: resources,
  orders,
  defaultOrder,
  filter: conditionsOf('Resource'),
});

export const resourceBundleList = defineList<ResourceBundle, ResourceBundleFilter>({
  source: resourceBundles,
  orders,
  defaultOrder,
  filter: conditionsOf('ResourceBundle'),
});
