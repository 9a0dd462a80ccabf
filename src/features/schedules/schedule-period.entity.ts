import { Field, Int, ObjectType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index } from 'typeorm';
import {
  ActorColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  JsonColumn,
  TenantColumn,
  TextColumn,
  VersionColumn,
} from '../../db/columns';
import { Node } from '../../graphql/node';
import { DateTime, LocalDate } from '../../graphql/scalars';
import { Business } from '../businesses/business.entity';
import { Location } from '../locations/location.entity';
import { Reason } from '../reasons/reason.entity';
import { Resource } from '../resources/resource.entity';
import { Staff } from '../staff/staff.entity';
import { ONE_OWNER, TimeRange, Weekday, WeekOfMonth } from './schedule-values';

/**
 * In the owner's time zone: of the staff member, of the location, or of the resource's location.
 * Hours of a reason are in the zone of the location of the booking.
 */
@Entity('schedule_period')
@Index(['businessId', 'validFrom', 'rowId'])
@Index(['businessId', 'staffId', 'validFrom', 'rowId'])
@Index(['businessId', 'ofLocationId'])
@Index(['businessId', 'ofReasonId'])
@Index(['businessId', 'resourceId'])
@Index(['businessId', 'locationId'])
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@ForeignKey(() => Staff, ['businessId', 'staffId'], ['businessId', 'rowId'])
@ForeignKey(() => Location, ['businessId', 'ofLocationId'], ['businessId', 'rowId'])
@ForeignKey(() => Reason, ['businessId', 'ofReasonId'], ['businessId', 'rowId'])
@ForeignKey(() => Resource, ['businessId', 'resourceId'], ['businessId', 'rowId'])
@ForeignKey(() => Location, ['businessId', 'locationId'], ['businessId', 'rowId'])
@ForeignKey(() => Reason, ['businessId', 'reasonId'], ['businessId', 'rowId'])
@Check('ck_schedule_period_owner', ONE_OWNER)
@Check('ck_schedule_period_valid', 'valid_to IS NULL OR valid_to >= valid_from')
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description:
    'Weekly repeating hours. If several periods apply to a day, their ranges are combined.',
})
export class SchedulePeriod extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int)
  @VersionColumn()
  version!: number;

  /** The owner: exactly one of the four columns is set. */
  @IntColumn({ nullable: true })
  staffId!: number | null;

  @IntColumn({ nullable: true })
  ofLocationId!: number | null;

  @IntColumn({ nullable: true })
  ofReasonId!: number | null;

  @IntColumn({ nullable: true })
  resourceId!: number | null;

  @Field(() => LocalDate, { description: 'First day.' })
  @TextColumn({ length: 10 })
  validFrom!: string;

  @Field(() => LocalDate, {
    nullable: true,
    description: 'Last day, inclusive. Null for no end.',
  })
  @TextColumn({ length: 10, nullable: true })
  validTo!: string | null;

  @Field(() => [Weekday])
  @JsonColumn()
  weekdays!: Weekday[];

  @Field(() => [WeekOfMonth], {
    description: 'Weeks of the month in which it applies. Empty for every week.',
  })
  @JsonColumn()
  weeksOfMonth!: WeekOfMonth[];

  @Field(() => [TimeRange], {
    description: 'Time ranges of each day, by start. Ranges that touch or overlap are merged.',
  })
  @JsonColumn()
  ranges!: TimeRange[];

  /** Location at which the staff member works, or the reason is offered, in these hours. */
  @IntColumn({ nullable: true })
  locationId!: number | null;

  /** Reason to which the hours are limited. */
  @IntColumn({ nullable: true })
  reasonId!: number | null;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;

  @TextColumn({ length: 201 })
  modifiedBy!: string;

  @ActorColumn()
  modifiedById!: string | null;
}
