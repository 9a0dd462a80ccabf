import { isStaffSide, Role } from '../../context';
import { FALSE, isOneOf, sql, TRUE } from '../../db/sql';
import { OrderDirection } from '../../graphql/connection';
import { parseGlobalIds } from '../../graphql/global-id';
import { isAmong } from '../../graphql/relations/branches';
import { defineList } from '../../graphql/relations/list';
import { defineRepository } from '../../graphql/relations/repository';
import { clients } from '../clients/client.list';
import { Package } from './package.entity';
import { PackageSold } from './package-sold.entity';
import type { PackageFilter } from './package.inputs';
import type { PackageSoldFilter } from './package-sold.inputs';

/** Packages. Staff see all of their business, a client those that it bought. */
export const packages = defineRepository(
  Package,
  (viewer) => (isStaffSide(viewer) ? TRUE : FALSE),
  {
    summary: [
      'version',
      'name',
      'price',
      'priceMoney',
      'currency',
      'uses',
      'validDays',
      'reasons',
      'active',
      'deleted',
      'createdAt',
      'modifiedAt',
    ],
  },
);

export const packageList = defineList<Package, PackageFilter>({
  source: packages,
  orders: { CREATED_AT: ['createdAt'] },
  defaultOrder: { field: 'CREATED_AT', direction: OrderDirection.ASC },
  filter: ({ ids, reasonIds, active, includeDeleted }, column) => [
    ...(includeDeleted ? [] : [sql`${column('deleted')} = ${false}`]),
    ...(ids ? [isOneOf(column('rowId'), parseGlobalIds('Package', ids, ['filter', 'ids']))] : []),
    ...(active == null ? [] : [sql`${column('active')} = ${active}`]),
    ...(reasonIds
      ? [
          sql`NOT EXISTS (SELECT 1 FROM package_reason AS valid WHERE valid.business_id = ${column('businessId')} AND valid.package_id = ${column('rowId')}
            AND NOT EXISTS (SELECT 1 FROM package_reason AS named WHERE named.business_id = valid.business_id AND named.package_id = valid.package_id
              AND ${isOneOf(sql`named.reason_id`, parseGlobalIds('Reason', reasonIds, ['filter', 'reasonIds']))}))`,
        ]
      : []),
  ],
});

/** Packages of clients. Staff see those of the clients whom they see, a client its own. */
export const packagesSold = defineRepository(PackageSold, (viewer, column) => {
  switch (viewer.role) {
    case Role.ADMINISTRATOR:
      return TRUE;
    case Role.LOCATION_SUPER_USER:
    case Role.STAFF_USER:
      return isAmong(
        column('clientId'),
        sql`SELECT buyer.id FROM ${clients.from('buyer')} WHERE ${clients.visible(viewer, 'buyer')}`,
      );
    case Role.CLIENT:
      return viewer.clientId === null ? FALSE : sql`${column('clientId')} = ${viewer.clientId}`;
    case Role.GUEST:
    case Role.PUBLIC:
      return FALSE;
  }
});

const IDS = {
  ids: ['PackageSold', 'rowId'],
  clientIds: ['Client', 'clientId'],
  packageIds: ['Package', 'packageId'],
} as const;

export const packageSoldList = defineList<PackageSold, PackageSoldFilter>({
  source: packagesSold,
  orders: { SOLD_AT: ['soldAt'] },
  defaultOrder: { field: 'SOLD_AT', direction: OrderDirection.ASC },
  filter: (filter, column) => [
    ...(filter.includeDeleted ? [] : [sql`${column('deleted')} = ${false}`]),
    ...(Object.keys(IDS) as (keyof typeof IDS)[]).flatMap((name) => {
      const [type, property] = IDS[name];
      const ids = filter[name];
      return ids ? [isOneOf(column(property), parseGlobalIds(type, ids, ['filter', name]))] : [];
    }),
  ],
});
