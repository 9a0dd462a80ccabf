import { Field, ObjectType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import {
  DecimalColumn,
  FlagColumn,
  InstantColumn,
  IntColumn,
  JsonColumn,
  TenantColumn,
  TextColumn,
} from '../../../db/columns';
import { Decimal } from '../../../lib/money';
import { DateTime } from '../../../graphql/scalars';
import { Staff } from '../../staff/staff.entity';
import { Reason } from '../reason.entity';
import type { Duration } from '../reason-values';

@Entity('service_staff')
@Index(['businessId', 'staffId', 'reasonId'])
@ForeignKey(() => Reason, ['businessId', 'reasonId'], ['businessId', 'rowId'])
@ForeignKey(() => Staff, ['businessId', 'staffId'], ['businessId', 'rowId'])
@Check('ck_service_staff_weight', 'weight > 0 AND priority >= 0')
@ObjectType({ simpleResolvers: true, description: 'Assignment of a staff member to a reason.' })
export class ServiceStaff {
  /** The column by which the assignments of one reason are distinguished: they have no id. */
  static readonly rowIdProperty = 'staffId';

  get rowId(): number {
    return this.staffId;
  }

  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  reasonId!: number;

  @PrimaryColumn('integer')
  staffId!: number;

  @Field({ description: 'Whether the staff member can be booked for the reason.' })
  @FlagColumn()
  active!: boolean;

  @Field(() => Decimal, {
    nullable: true,
    description:
      'Price of the staff member, unless the booked length has its own. Null for the price ' +
      'of the reason.',
  })
  @DecimalColumn({ nullable: true })
  price!: string | null;

  /** Lengths of the reason that have a price of their own with the staff member. */
  @JsonColumn({ default: [] })
  durations!: Duration[];

  @Field(() => String, {
    description: 'What the staff member offers for the reason, shown to clients.',
    nullable: true,
  })
  @TextColumn({ length: 1000, nullable: true })
  description!: string | null;

  /** Priority in round robin: lower values are considered first. Visible to staff only. */
  @IntColumn({ default: 0 })
  priority!: number;

  /**
   * Relative share of the appointments assigned by round robin: 200 receives twice as many as 100.
   * Visible to staff only.
   */
  @IntColumn({ default: 100 })
  weight!: number;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;
}
