import { Field, ObjectType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index } from 'typeorm';
import {
  IdColumn,
  InstantColumn,
  IntColumn,
  JsonColumn,
  TenantColumn,
  TextColumn,
} from '../../db/columns';
import { Node } from '../../graphql/node';
import { DateTime, LocalDate } from '../../graphql/scalars';
import { Business } from '../businesses/business.entity';
import { Location } from '../locations/location.entity';
import { Reason } from '../reasons/reason.entity';
import { Resource } from '../resources/resource.entity';
import { Staff } from '../staff/staff.entity';
import { ONE_OWNER, TimeRange, Weekday, WeekOfMonth } from './schedule.type';

/**
 * The wall clock is the owner's: a staff member's own, that of a location or of a resource's location; hours of a reason are in the zone of
 * the location where it is booked.
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
    'Hours that repeat by the week. Of several that hold on a day, all together are the hours of that day.',
})
export class SchedulePeriod extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  /** Whose hours: exactly one of the four is there. */
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
    description: 'Last day, itself included; null for ever.',
  })
  @TextColumn({ length: 10, nullable: true })
  validTo!: string | null;

  @Field(() => [Weekday])
  @JsonColumn()
  weekdays!: Weekday[];

  @Field(() => [WeekOfMonth], { description: 'Only these of the month; empty means every one.' })
  @JsonColumn()
  weeksOfMonth!: WeekOfMonth[];

  @Field(() => [TimeRange], {
    description: 'By their starts. Those that touch or overlap are one.',
  })
  @JsonColumn()
  ranges!: TimeRange[];

  /** Where a staff member works in these hours, or a reason is offered. */
  @IntColumn({ nullable: true })
  locationId!: number | null;

  /** What alone they are for. */
  @IntColumn({ nullable: true })
  reasonId!: number | null;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;

  @Field({ description: 'Who changed it last.' })
  @TextColumn({ length: 201 })
  modifiedBy!: string;
}
