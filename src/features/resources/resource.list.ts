import { isStaffSide, Role, type Viewer } from '../../context';
import { FALSE, isOneOf, raw, sql, TRUE, type Sql } from '../../db/sql';
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
    { ids, locationIds, active, search, includeDeleted }: Partial<ResourceBundleFilter>,
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

/** Condition for resources that one of the reasons needs, directly or as part of a bundle. */
const neededBy = (
  column: (property: 'businessId' | 'rowId') => Sql,
  reasonIds: readonly number[],
): Sql => sql`EXISTS (
  SELECT 1 FROM resource_need_option AS o
  LEFT JOIN resource_bundle_item AS i ON i.business_id = o.business_id AND i.bundle_id = o.bundle_id
  WHERE o.business_id = ${column('businessId')} AND ${isOneOf(raw('o.reason_id'), reasonIds)}
    AND ${column('rowId')} IN (o.resource_id, i.resource_id))`;

export const resourceList = defineList<Resource, ResourceFilter>({
  source: resources,
  orders,
  defaultOrder,
  filter: (filter, column) => [
    ...conditionsOf('Resource')(filter, column),
    ...(filter.reasonIds
      ? [neededBy(column, parseGlobalIds('Reason', filter.reasonIds, ['filter', 'reasonIds']))]
      : []),
  ],
});

export const resourceBundleList = defineList<ResourceBundle, ResourceBundleFilter>({
  source: resourceBundles,
  orders,
  defaultOrder,
  filter: conditionsOf('ResourceBundle'),
});
