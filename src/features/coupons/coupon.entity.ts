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
import { Business } from '../businesses/business.entity';
import { Reason } from '../reasons/reason.entity';
import { StaffOnly } from '../../graphql/sdl/required-role';

@Entity('coupon')
@Index(['businessId', 'createdAt', 'rowId'])
@Index(['businessId', 'codeKey'], { unique: true })
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@Check('ck_coupon_discount', '(percentage IS NULL) <> (amount IS NULL)')
@Check('ck_coupon_uses', 'uses >= 0 AND (max_uses IS NULL OR uses <= max_uses)')
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'Code with which a booking costs less.',
})
export class Coupon extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int)
  @VersionColumn()
  version!: number;

  @Field({ description: 'Code that the client enters, in any case. Unique in the business.' })
  @TextColumn()
  code!: string;

  /** The code as it is compared. */
  @TextColumn()
  codeKey!: string;

  /** Exactly one of `percentage` and `amount` is set. */
  @DecimalColumn({ nullable: true })
  percentage!: string | null;

  @DecimalColumn({ nullable: true })
  amount!: string | null;

  @TextColumn({ length: 3 })
  currency!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'First instant at which a booking can use it. Null for no such limit.',
  })
  @InstantColumn({ nullable: true })
  validFrom!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Instant from which no booking can use it. Null for no such limit.',
  })
  @InstantColumn({ nullable: true })
  validUntil!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Maximum number of appointments with it. Null for no limit.',
  })
  @IntColumn({ nullable: true })
  maxUses!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Maximum number of appointments with it for one client. Clients with the same e-mail ' +
      'address count as one. Null for no limit.',
  })
  @IntColumn({ nullable: true })
  maxUsesPerClient!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Number of appointments with it, without cancelled and deleted ones. Staff only; null for ' +
      'other callers.',
  })
  @IntColumn()
  @StaffOnly()
  uses!: number;

  @Field({ description: 'Whether bookings can use it.' })
  @FlagColumn()
  active!: boolean;

  @Field({ description: 'Whether the coupon is deleted. Lists omit deleted rows by default.' })
  @FlagColumn()
  deleted!: boolean;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;
}

/** A reason to which a coupon applies. Without such rows it applies to all reasons. */
@Entity('coupon_reason')
@Index(['businessId', 'reasonId', 'couponId'])
@ForeignKey(() => Coupon, ['businessId', 'couponId'], ['businessId', 'rowId'])
@ForeignKey(() => Reason, ['businessId', 'reasonId'], ['businessId', 'rowId'])
export class CouponReason {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  couponId!: number;

  @PrimaryColumn('integer')
  reasonId!: number;
}
