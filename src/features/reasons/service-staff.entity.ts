import { Field, ObjectType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import {
  DecimalColumn,
  FlagColumn,
  InstantColumn,
  IntColumn,
  TenantColumn,
  TextColumn,
} from '../../db/columns';
import { Decimal } from '../../lib/money';
import { DateTime } from '../../graphql/scalars';
import { Staff } from '../staff/staff.entity';
import { Reason } from './reason.entity';

@Entity('service_staff')
@Index(['businessId', 'staffId', 'reasonId'])
@ForeignKey(() => Reason, ['businessId', 'reasonId'], ['businessId', 'rowId'])
@ForeignKey(() => Staff, ['businessId', 'staffId'], ['businessId', 'rowId'])
@Check('ck_service_staff_weight', 'weight > 0 AND priority >= 0')
@ObjectType({ simpleResolvers: true, description: 'That a staff member serves a reason.' })
export class ServiceStaff {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  reasonId!: number;

  @PrimaryColumn('integer')
  staffId!: number;

  @Field({ description: 'False: kept, but they are not booked for it.' })
  @FlagColumn()
  active!: boolean;

  @Field(() => Decimal, {
    nullable: true,
    description:
      'Their own price, unless a length that is booked has one; null for the price of the reason.',
  })
  @DecimalColumn({ nullable: true })
  price!: string | null;

  @Field(() => String, { nullable: true })
  @TextColumn({ length: 1000, nullable: true })
  description!: string | null;

  /** Round robin asks 0 before 1. Shown to staff only, like the weight. */
  @IntColumn({ default: 0 })
  priority!: number;

  /** Share of the appointments that round robin gives: of 200 and 100 the first gets twice as many. */
  @IntColumn({ default: 100 })
  weight!: number;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;
}
