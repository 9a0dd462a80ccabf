import { connectionOf } from '../../graphql/connection';
import { computedField } from '../../graphql/relations/computed-field';
import { toMany, toManyVia, toOne } from '../../graphql/relations/relation';
import { connectionField, relationField } from '../../graphql/relations/relation-field';
import { Money, moneyOf } from '../businesses/money';
import { Client } from '../clients/client.entity';
import { clients } from '../clients/client.list';
import { Reason } from '../reasons/reason.entity';
import { reasons } from '../reasons/reason.list';
import { Package, PackageReason } from './package.entity';
import { PackageSold } from './package-sold.entity';
import { PackageSoldFilter, PackageSoldOrder } from './package-sold.inputs';
import { packages, packageSoldList } from './package.list';

export const PackageConnection = connectionOf(Package, 'Package');
export const PackageSoldConnection = connectionOf(PackageSold, 'PackageSold');

export const priceOfPackage = computedField(Package, 'priceMoney', {
  type: () => Money,
  nullable: true,
  description: '`price` with its currency. Null if there is none.',
  reads: ['price', 'currency'],
  across: [],
  compute: ({ price, currency }) => moneyOf(price, currency),
});

/** Reasons, ordered by id. */
export const reasonsOfPackage = relationField(
  Package,
  'reasons',
  toManyVia({ entity: PackageReason, from: 'packageId', to: 'reasonId' }, reasons),
  {
    type: () => [Reason],
    description: 'Reasons for which it is valid. Empty where it is valid for every reason.',
  },
);

export const packageOfSale = relationField(PackageSold, 'package', toOne('packageId', packages), {
  type: () => Package,
  description: 'The package that was sold.',
});

export const clientOfSale = relationField(PackageSold, 'client', toOne('clientId', clients), {
  type: () => Client,
  description: 'The client who bought it.',
});

export const pricePaidOfSale = computedField(PackageSold, 'pricePaidMoney', {
  type: () => Money,
  nullable: true,
  description: '`pricePaid` with its currency. Null if there is none.',
  reads: ['pricePaid', 'currency'],
  across: [],
  compute: ({ pricePaid, currency }) => moneyOf(pricePaid, currency),
});

export const packagesSoldOfClient = connectionField(
  Client,
  'packagesSold',
  toMany(packageSoldList, 'clientId'),
  {
    type: () => PackageSoldConnection,
    filter: () => PackageSoldFilter,
    orderBy: () => PackageSoldOrder,
    description:
      'Packages that the client bought, by sale. Visible to staff and to the client only.',
  },
);
