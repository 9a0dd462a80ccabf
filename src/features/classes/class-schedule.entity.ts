import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index } from 'typeorm';
import {
  ActorColumn,
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
import type { CancellationReason } from '../status-reasons/status-reasons';

export enum ClassScheduleStatus {
  OPEN = 'OPEN',
  CANCELLED = 'CANCELLED',
}
registerEnumType(ClassScheduleStatus, {
  name: 'ClassScheduleStatus',
  description: 'The status of a class session.',
});

/**
 * A session of a class or course. Row ids are shared with appointments: a session claims the time
 * of its leader and room as
 * an appointment does, and claims are keyed by that id.
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
  description: 'A session of a class or course, with leader, location, time and number of seats.',
})
export class ClassSchedule extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int)
  @IntColumn()
  version!: number;

  /** Subject whose units are the seats. */
  @IntColumn()
  subjectId!: number;

  @IntColumn()
  reasonId!: number;

  /** Leader of the session. */
  @IntColumn()
  staffId!: number;

  @IntColumn()
  locationId!: number;

  @IntColumn({ nullable: true })
  resourceId!: number | null;

  @IntColumn({ nullable: true })
  courseSetId!: number | null;

  /** First session of the series that was created together. Null for a single session. */
  @IntColumn({ nullable: true })
  firstOfSeriesId!: number | null;

  @Field(() => ClassScheduleStatus)
  @TextColumn({ length: 16 })
  status!: ClassScheduleStatus;

  @InstantColumn()
  startAt!: number;

  @InstantColumn()
  endAt!: number;

  /** Start before the first move to another time. Null if it has not moved. */
  @InstantColumn({ nullable: true })
  originalStartAt!: number | null;

  /** Start of the claims of leader and room, including the buffer of the reason. */
  @InstantColumn()
  staffStartAt!: number;

  @InstantColumn()
  staffEndAt!: number;

  /** Time zone of the location at the time of creation. */
  @TextColumn({ length: 64 })
  timeZoneCode!: string;

  /** Wall-clock start in that zone, 'YYYY-MM-DDTHH:mm:ss'. Kept if the rules of the zone change. */
  @TextColumn({ length: 19 })
  localStart!: string;

  /** Version of the time-zone data that mapped the wall-clock time to the instant. */
  @TextColumn({ length: 16 })
  timeZoneData!: string;

  /** First and last local date, compared with `from` and `to` of filters. */
  @TextColumn({ length: 10 })
  locationStartDate!: string;

  @TextColumn({ length: 10 })
  locationEndDate!: string;

  @Field(() => Int, { description: 'Total number of seats, taken and free.' })
  @IntColumn()
  capacity!: number;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Price of one seat. Null for the price of the reason.',
  })
  @DecimalColumn({ nullable: true })
  price!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Address of the session at a location of type VARIABLE.',
  })
  @TextColumn({ length: 500, nullable: true })
  address!: string | null;

  /** Address of the online meeting. Visible to staff, and to clients through their appointment. */
  @TextColumn({ length: 2000, nullable: true })
  meetingUrl!: string | null;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @TextColumn({ length: 201 })
  createdBy!: string;

  @ActorColumn()
  createdById!: string | null;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;

  @TextColumn({ length: 201 })
  modifiedBy!: string;

  @ActorColumn()
  modifiedById!: string | null;

  @Field(() => DateTime, { nullable: true })
  @InstantColumn({ nullable: true })
  cancelledAt!: number | null;

  @TextColumn({ length: 201, nullable: true })
  cancelledBy!: string | null;

  @ActorColumn()
  cancelledById!: string | null;

  /** Text about the cancellation. The schema exposes it as a note. */
  @TextColumn({ length: 2000, nullable: true })
  cancelReason!: string | null;

  @TextColumn({ length: 32, nullable: true })
  cancelReasonCode!: CancellationReason | null;
}
