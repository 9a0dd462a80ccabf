import { Field, Int, ObjectType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import {
  FlagColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  LongTextColumn,
  TenantColumn,
  TextColumn,
  VersionColumn,
} from '../../db/columns';
import { Node } from '../../graphql/node';
import { Shows } from '../../graphql/relations/column-field';
import { DateTime } from '../../graphql/scalars';
import { Business } from '../businesses/business.entity';
import { Location } from '../locations/location.entity';
import { Subject } from '../occupancy/subject.entity';
import { Reason } from '../reasons/reason.entity';

@Entity('resource')
@Index('ix_resource_name_id', { synchronize: false })
@Index(['businessId', 'locationId'])
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@ForeignKey(() => Subject, ['businessId', 'subjectId'], ['businessId', 'rowId'])
@ForeignKey(() => Location, ['businessId', 'locationId'], ['businessId', 'rowId'])
@Check('ck_resource_quantity', 'quantity >= 1')
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'Room, or equipment of one kind, at a location.',
})
export class Resource extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int)
  @VersionColumn()
  version!: number;

  @Field(() => Int, { description: "TimeTap's number of the resource: the numeric part of `id`." })
  @Shows<Resource>('rowId')
  get resourceId(): number {
    return this.rowId;
  }

  /** Subject whose units bookings take; its capacity is the quantity. */
  @IntColumn()
  subjectId!: number;

  @IntColumn()
  locationId!: number;

  @Field({ description: 'The displayed name of the resource.' })
  @TextColumn()
  name!: string;

  @Field(() => String, { description: 'Description, shown to staff.', nullable: true })
  @LongTextColumn({ nullable: true })
  description!: string | null;

  @Field(() => Int, {
    description: 'Number of units: the maximum that can be in use at one instant.',
  })
  @IntColumn()
  quantity!: number;

  @Field({ description: 'Whether new appointments can take it.' })
  @FlagColumn()
  active!: boolean;

  @Field({ description: 'Whether the resource is deleted. Lists omit deleted rows by default.' })
  @FlagColumn({ default: false })
  deleted!: boolean;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;
}

@Entity('resource_bundle')
@Index('ix_resource_bundle_name_id', { synchronize: false })
@Index(['businessId', 'locationId'])
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@ForeignKey(() => Location, ['businessId', 'locationId'], ['businessId', 'rowId'])
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'Several resources of one location that are taken as one.',
})
export class ResourceBundle extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int)
  @VersionColumn()
  version!: number;

  @IntColumn()
  locationId!: number;

  @Field({ description: 'The displayed name of the bundle.' })
  @TextColumn()
  name!: string;

  @Field({ description: 'Whether new appointments can take it.' })
  @FlagColumn()
  active!: boolean;

  @Field({ description: 'Whether the bundle is deleted. Lists omit deleted rows by default.' })
  @FlagColumn({ default: false })
  deleted!: boolean;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;
}

@Entity('resource_bundle_item')
@Index(['businessId', 'resourceId', 'bundleId'])
@ForeignKey(() => ResourceBundle, ['businessId', 'bundleId'], ['businessId', 'rowId'])
@ForeignKey(() => Resource, ['businessId', 'resourceId'], ['businessId', 'rowId'])
@Check('ck_resource_bundle_item_units', 'units >= 1')
@ObjectType({ simpleResolvers: true, description: 'Units of a resource that a bundle takes.' })
export class ResourceBundleItem {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  bundleId!: number;

  @PrimaryColumn('integer')
  resourceId!: number;

  @Field(() => Int, { description: 'Number of units of the resource.' })
  @IntColumn()
  units!: number;
}

/** One way to meet a need of a reason. Exactly one of resource and bundle is set. */
@Entity('resource_need_option')
@Index(['businessId', 'resourceId'])
@Index(['businessId', 'bundleId'])
@ForeignKey(() => Reason, ['businessId', 'reasonId'], ['businessId', 'rowId'])
@ForeignKey(() => Resource, ['businessId', 'resourceId'], ['businessId', 'rowId'])
@ForeignKey(() => ResourceBundle, ['businessId', 'bundleId'], ['businessId', 'rowId'])
@Check('ck_resource_need_option_units', 'units >= 1')
@Check('ck_resource_need_option_one', '(resource_id IS NULL) <> (bundle_id IS NULL)')
@ObjectType('ResourceNeedOption', {
  simpleResolvers: true,
  description: 'One way to meet a need: a resource or a bundle.',
})
export class ResourceNeedOption {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  reasonId!: number;

  /** Position of the need among those of the reason. */
  @PrimaryColumn('integer')
  need!: number;

  /** Position of the option in its need. The first option that is free is taken. */
  @PrimaryColumn('integer')
  choice!: number;

  @IntColumn({ nullable: true })
  resourceId!: number | null;

  @IntColumn({ nullable: true })
  bundleId!: number | null;

  @Field(() => Int, {
    description: 'Number of units of the resource, or number of times that the bundle is taken.',
  })
  @IntColumn()
  units!: number;
}
