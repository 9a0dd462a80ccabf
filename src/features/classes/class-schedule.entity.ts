import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index } from 'typeorm';
import {
  DecimalColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  TenantColumn,
  TextColumn,
} from '../../db/columns';
import { Decimal } from '../../lib/money';
import { Node } from '../../graphql/node';
import { DateTime } from '../../graphql/scalars';
import { Business } from '../businesses/business.entity';
import { Location } from '../locations/location.entity';
import { Subject } from '../occupancy/subject.entity';
import { Reason } from '../reasons/reason.entity';
import { Resource } from '../resources/resource.entity';
import { Staff } from '../staff/staff.entity';
import { CourseSet } from './course-set.entity';

export enum ClassScheduleStatus {
  OPEN = 'OPEN',
  CANCELLED = 'CANCELLED',
}
registerEnumType(ClassScheduleStatus, { name: 'ClassScheduleStatus' });

/**
 * Its number comes from the block of appointments: a session takes the time of its leader and its room by claims as an appointment does, and a
 * claim is kept by the number of whoever has it.
 */
@Entity('class_schedule')
@Index(['businessId', 'subjectId'], { unique: true })
@Index(['businessId', 'startAt', 'rowId'])
@Index(['businessId', 'reasonId', 'startAt', 'rowId'])
@Index(['businessId', 'locationId', 'startAt', 'rowId'])
@Index(['businessId', 'staffId', 'startAt', 'rowId'])
@Index(['businessId', 'courseSetId', 'startAt', 'rowId'])
@Index(['businessId', 'firstOfSeriesId', 'startAt', 'rowId'])
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@ForeignKey(() => Subject, ['businessId', 'subjectId'], ['businessId', 'rowId'])
@ForeignKey(() => Reason, ['businessId', 'reasonId'], ['businessId', 'rowId'])
@ForeignKey(() => Staff, ['businessId', 'staffId'], ['businessId', 'rowId'])
@ForeignKey(() => Location, ['businessId', 'locationId'], ['businessId', 'rowId'])
@ForeignKey(() => Resource, ['businessId', 'resourceId'], ['businessId', 'rowId'])
@ForeignKey(() => CourseSet, ['businessId', 'courseSetId'], ['businessId', 'rowId'])
@Check('ck_class_schedule_status', `status IN ('OPEN', 'CANCELLED')`)
@Check(
  'ck_class_schedule_interval',
  'start_at < end_at AND staff_start_at <= start_at AND end_at <= staff_end_at',
)
@Check('ck_class_schedule_capacity', 'capacity >= 1')
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description:
    'One session of a class or of a course: who leads it, where and when, and how many can come.',
})
export class ClassSchedule extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int, {
    description: 'Rises by one with each change. Send it back as expectedVersion.',
  })
  @IntColumn()
  version!: number;

  /** Whose units its seats are. */
  @IntColumn()
  subjectId!: number;

  @IntColumn()
  reasonId!: number;

  /** Who leads it. */
  @IntColumn()
  staffId!: number;

  @IntColumn()
  locationId!: number;

  @IntColumn({ nullable: true })
  resourceId!: number | null;

  @IntColumn({ nullable: true })
  courseSetId!: number | null;

  /** The first of those that were made together; null for one made alone. */
  @IntColumn({ nullable: true })
  firstOfSeriesId!: number | null;

  @Field(() => ClassScheduleStatus)
  @TextColumn({ length: 16 })
  status!: ClassScheduleStatus;

  @InstantColumn()
  startAt!: number;

  @InstantColumn()
  endAt!: number;

  /** With the buffers of the reason: when leader and room are taken. */
  @InstantColumn()
  staffStartAt!: number;

  @InstantColumn()
  staffEndAt!: number;

  /** The zone of the location when it was made. */
  @TextColumn({ length: 64 })
  timeZoneCode!: string;

  /** Wall-clock start in that zone, 'YYYY-MM-DDTHH:mm:ss': what stays when a country changes its rules. */
  @TextColumn({ length: 19 })
  localStart!: string;

  /** Version of the time-zone data that made the instant of the wall clock. */
  @TextColumn({ length: 16 })
  timeZoneData!: string;

  /** First and last local date: what `from` and `to` compare. */
  @TextColumn({ length: 10 })
  locationStartDate!: string;

  @TextColumn({ length: 10 })
  locationEndDate!: string;

  @Field(() => Int, { description: 'Seats, taken and free.' })
  @IntColumn()
  capacity!: number;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Of one seat, in place of the price of the reason.',
  })
  @DecimalColumn({ nullable: true })
  price!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where it takes place, for a location of type VARIABLE.',
  })
  @TextColumn({ length: 500, nullable: true })
  address!: string | null;

  /** Where it takes place online: shown to staff, and to others by their appointment. */
  @TextColumn({ length: 2000, nullable: true })
  meetingUrl!: string | null;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field()
  @TextColumn({ length: 201 })
  createdBy!: string;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;

  @Field({ description: 'Who changed it last.' })
  @TextColumn({ length: 201 })
  modifiedBy!: string;

  @Field(() => DateTime, { nullable: true })
  @InstantColumn({ nullable: true })
  cancelledAt!: number | null;

  @Field(() => String, { nullable: true })
  @TextColumn({ length: 201, nullable: true })
  cancelledBy!: string | null;

  @Field(() => String, { nullable: true })
  @TextColumn({ length: 2000, nullable: true })
  cancelReason!: string | null;
}
