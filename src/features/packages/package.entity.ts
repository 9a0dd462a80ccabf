import { Field, Int, ObjectType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
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
import { Reason } from '../reasons/reason.entity';

@Entity('package')
@Index(['businessId', 'createdAt', 'rowId'])
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@Check('ck_package_uses', 'uses >= 1')
@Check('ck_package_valid_days', 'valid_days >= 1')
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'Prepaid number of appointments that clients can buy.',
})
export class Package extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int)
  @VersionColumn()
  version!: number;

  @Field({ description: 'The displayed name of the package.' })
  @TextColumn()
  name!: string;

  @Field(() => Decimal, { nullable: true, description: 'Price of the package. Null for none.' })
  @DecimalColumn({ nullable: true })
  price!: string | null;

  @Field({ description: 'ISO 4217 code.' })
  @TextColumn({ length: 3 })
  currency!: string;

  @Field(() => Int, {
    description: 'Number of appointments that it pays. In a class, each seat takes one use.',
  })
  @IntColumn()
  uses!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Days of 24 hours after the sale during which it can be used. Null for no limit.',
  })
  @IntColumn({ nullable: true })
  validDays!: number | null;

  @Field({ description: 'Whether the package can be sold.' })
  @FlagColumn()
  active!: boolean;

  @Field({ description: 'Whether the package is deleted. Lists omit deleted rows by default.' })
  @FlagColumn()
  deleted!: boolean;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;
}

/** A reason for which a package is valid. Without such rows it is valid for all reasons. */
@Entity('package_reason')
@Index(['businessId', 'reasonId', 'packageId'])
@ForeignKey(() => Package, ['businessId', 'packageId'], ['businessId', 'rowId'])
@ForeignKey(() => Reason, ['businessId', 'reasonId'], ['businessId', 'rowId'])
export class PackageReason {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  packageId!: number;

  @PrimaryColumn('integer')
  reasonId!: number;
}
