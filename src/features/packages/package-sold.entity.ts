import { Field, Int, ObjectType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index } from 'typeorm';
import {
  DecimalColumn,
  FlagColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  TenantColumn,
  TextColumn,
  VersionColumn,
} from '../../db/columns';
import { Node } from '../../graphql/node';
import { DateTime } from '../../graphql/scalars';
import { Decimal } from '../../lib/money';
import { Business } from '../businesses/business.entity';
import { Client } from '../clients/client.entity';
import { Package } from './package.entity';

@Entity('package_sold')
@Index(['businessId', 'soldAt', 'rowId'])
@Index(['businessId', 'clientId', 'soldAt', 'rowId'])
@Index(['businessId', 'packageId'])
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@ForeignKey(() => Package, ['businessId', 'packageId'], ['businessId', 'rowId'])
@ForeignKey(() => Client, ['businessId', 'clientId'], ['businessId', 'rowId'])
@Check('ck_package_sold_uses', 'uses_left >= 0 AND uses_left <= uses')
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'Package that a client bought, with the uses that are left.',
})
export class PackageSold extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int)
  @VersionColumn()
  version!: number;

  @IntColumn()
  packageId!: number;

  @IntColumn()
  clientId!: number;

  @Field(() => Int, { description: 'Number of uses that were sold.' })
  @IntColumn()
  uses!: number;

  @Field(() => Int, {
    description:
      'Number of uses that are left. A booking takes one, for each seat in a class; a ' +
      'cancellation gives it back.',
  })
  @IntColumn()
  usesLeft!: number;

  @Field(() => Decimal, { nullable: true, description: 'Amount that the client paid for it.' })
  @DecimalColumn({ nullable: true })
  pricePaid!: string | null;

  @Field({ description: 'ISO 4217 code.' })
  @TextColumn({ length: 3 })
  currency!: string;

  @Field(() => DateTime, { description: 'Instant of the sale.' })
  @InstantColumn()
  soldAt!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Instant from which no booking can use it. Null for no such limit.',
  })
  @InstantColumn({ nullable: true })
  expiresAt!: number | null;

  @Field({
    description: 'Whether the sale is deleted: no booking can use it. Lists omit deleted rows.',
  })
  @FlagColumn()
  deleted!: boolean;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;
}
