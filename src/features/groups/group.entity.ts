import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import {
  FlagColumn,
  IdColumn,
  InstantColumn,
  TenantColumn,
  TextColumn,
  VersionColumn,
} from '../../db/columns';
import { Node } from '../../graphql/node';
import { DateTime } from '../../graphql/scalars';
import { Business } from '../businesses/business.entity';
import { Location } from '../locations/location.entity';
import { Reason } from '../reasons/reason.entity';
import { Staff } from '../staff/staff.entity';

export enum GroupType {
  LOCATION = 'LOCATION',
  REASON = 'REASON',
  STAFF = 'STAFF',
  SUPER = 'SUPER',
}
registerEnumType(GroupType, {
  name: 'GroupType',
  description: 'Type of the members of a group.',
  valuesConfig: {
    LOCATION: { description: 'Locations.' },
    REASON: { description: 'Reasons of any type. Other systems call it a group of services.' },
    STAFF: { description: 'Staff members.' },
    SUPER: {
      description: 'A super-group: groups of type LOCATION, and other super-groups.',
    },
  },
});

@Entity('member_group')
@Index(['businessId', 'createdAt', 'rowId'])
@Index('ix_member_group_name_id', { synchronize: false })
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@Check('ck_member_group_type', `group_type IN ('LOCATION', 'REASON', 'STAFF', 'SUPER')`)
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description:
    'A set of locations, reasons or staff members, or of groups of locations. Filters and ' +
    'bookings name it.',
})
export class Group extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int)
  @VersionColumn()
  version!: number;

  @Field({ description: 'The displayed name of the group.' })
  @TextColumn()
  name!: string;

  @Field(() => GroupType, { description: 'Type of its members. It never changes.' })
  @TextColumn({ length: 16 })
  groupType!: GroupType;

  @Field({ description: 'Whether the group is deleted. Lists omit deleted rows by default.' })
  @FlagColumn()
  deleted!: boolean;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;
}

@Entity('group_location')
@Index(['businessId', 'locationId', 'groupId'])
@ForeignKey(() => Group, ['businessId', 'groupId'], ['businessId', 'rowId'])
@ForeignKey(() => Location, ['businessId', 'locationId'], ['businessId', 'rowId'])
export class GroupLocation {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  groupId!: number;

  @PrimaryColumn('integer')
  locationId!: number;
}

@Entity('group_reason')
@Index(['businessId', 'reasonId', 'groupId'])
@ForeignKey(() => Group, ['businessId', 'groupId'], ['businessId', 'rowId'])
@ForeignKey(() => Reason, ['businessId', 'reasonId'], ['businessId', 'rowId'])
export class GroupReason {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  groupId!: number;

  @PrimaryColumn('integer')
  reasonId!: number;
}

@Entity('group_staff')
@Index(['businessId', 'staffId', 'groupId'])
@ForeignKey(() => Group, ['businessId', 'groupId'], ['businessId', 'rowId'])
@ForeignKey(() => Staff, ['businessId', 'staffId'], ['businessId', 'rowId'])
export class GroupStaff {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  groupId!: number;

  @PrimaryColumn('integer')
  staffId!: number;
}

/** A group in a super-group. */
@Entity('group_group')
@Index(['businessId', 'memberId', 'groupId'])
@ForeignKey(() => Group, ['businessId', 'groupId'], ['businessId', 'rowId'])
@ForeignKey(() => Group, ['businessId', 'memberId'], ['businessId', 'rowId'])
export class GroupGroup {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  groupId!: number;

  @PrimaryColumn('integer')
  memberId!: number;
}
