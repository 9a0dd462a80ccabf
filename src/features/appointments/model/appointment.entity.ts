import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index } from 'typeorm';
import {
  DecimalColumn,
  FlagColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  JsonColumn,
  LongTextColumn,
  TenantColumn,
  TextColumn,
} from '../../../db/columns';
import { Decimal } from '../../../lib/money';
import { Node } from '../../../graphql/node';
import { Reads, Shows } from '../../../graphql/relations/column-field';
import { DateTime } from '../../../graphql/scalars';
import { Business } from '../../businesses/business.entity';
import { Client } from '../../clients/client.entity';
import type { FieldValues } from '../../custom-fields/values/field-value.type';
import { Location } from '../../locations/location.entity';
import { Reason } from '../../reasons/reason.entity';
import { Staff } from '../../staff/staff.entity';
import { AppointmentStatus } from './status';

@Entity('appointment')
@Index(['businessId', 'startAt', 'rowId'])
@Index(['businessId', 'locationId', 'startAt', 'rowId'])
@Index(['businessId', 'staffId', 'startAt', 'rowId'])
@Index(['businessId', 'clientId', 'startAt', 'rowId'])
@Index(['businessId', 'reasonId', 'startAt', 'rowId'])
@Index(['businessId', 'createdAt', 'rowId'])
@Index(['businessId', 'recurringAppointmentId', 'startAt', 'rowId'])
@Index('ix_appointment_hold', { synchronize: false })
@Index('ix_appointment_class', { synchronize: false })
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@ForeignKey(() => Location, ['businessId', 'locationId'], ['businessId', 'rowId'])
@ForeignKey(() => Reason, ['businessId', 'reasonId'], ['businessId', 'rowId'])
@ForeignKey(() => Staff, ['businessId', 'staffId'], ['businessId', 'rowId'])
@ForeignKey(() => Staff, ['businessId', 'coordinatorStaffId'], ['businessId', 'rowId'])
@ForeignKey(() => Client, ['businessId', 'clientId'], ['businessId', 'rowId'])
@Check(
  'ck_appointment_status',
  `status IN ('PENDING', 'OPEN', 'COMPLETED', 'NO_SHOW', 'CANCELLED', 'DELETED')`,
)
@Check(
  'ck_appointment_interval',
  'start_at < end_at AND staff_start_at <= start_at AND end_at <= staff_end_at',
)
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'Time agreed between a staff member and, most often, a client.',
})
export class Appointment extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int, { description: 'The number in the id.' })
  @Shows<Appointment>('rowId')
  get calendarId(): number {
    return this.rowId;
  }

  @Field(() => Int, {
    description: 'Rises by one with each change. Send it back as expectedVersion.',
  })
  @IntColumn()
  version!: number;

  @IntColumn()
  locationId!: number;

  @IntColumn()
  reasonId!: number;

  @IntColumn()
  staffId!: number;

  @IntColumn({ nullable: true })
  coordinatorStaffId!: number | null;

  @IntColumn({ nullable: true })
  clientId!: number | null;

  /**
   * The session of a class or course that it has seats in. No foreign key: SQLite adds none to a
   * table; `verify` looks instead.
   */
  @IntColumn({ nullable: true })
  classScheduleId!: number | null;

  @Field(() => Int, { description: 'Places that it takes in a class; 1 for everything else.' })
  @IntColumn({ default: 1 })
  seats!: number;

  @Field(() => AppointmentStatus)
  @TextColumn({ length: 16 })
  status!: AppointmentStatus;

  /** A code; the schema shows the sub-status it stands for. */
  @TextColumn({ length: 40 })
  subStatusCode!: string;

  @InstantColumn()
  startAt!: number;

  @InstantColumn()
  endAt!: number;

  @InstantColumn()
  staffStartAt!: number;

  @InstantColumn()
  staffEndAt!: number;

  /** The staff member's zone when it was booked, and so the zone of every local field. */
  @TextColumn({ length: 64 })
  timeZoneCode!: string;

  /**
   * Wall-clock start in that zone, 'YYYY-MM-DDTHH:mm:ss': what stays when a country changes its
   * rules.
   */
  @TextColumn({ length: 19 })
  localStart!: string;

  /** Version of the time-zone data that made the instant of the wall clock. */
  @TextColumn({ length: 16 })
  timeZoneData!: string;

  /** First and last local date in the location's zone: what `from` and `to` compare. */
  @TextColumn({ length: 10 })
  locationStartDate!: string;

  @TextColumn({ length: 10 })
  locationEndDate!: string;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'Until when the time is held for whoever is about to book; null once booked. At this instant it is free for others.',
  })
  @InstantColumn({ nullable: true })
  holdExpiresAt!: number | null;

  /** SHA-256 of the secret with which somebody without a name may book the hold. */
  @TextColumn({ length: 43, nullable: true })
  holdSecretHash!: string | null;

  @Field({ description: 'Booked past the check by a role that may. It still occupies its time.' })
  @FlagColumn()
  override!: boolean;

  @Field({ description: 'True where the system chose the staff member.' })
  @FlagColumn()
  noPreference!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Where it takes place, for a location of type VARIABLE.',
  })
  @TextColumn({ length: 500, nullable: true })
  address!: string | null;

  @Field(() => String, { nullable: true, description: 'Where it takes place online.' })
  @TextColumn({ length: 2000, nullable: true })
  meetingUrl!: string | null;

  @Field(() => String, { nullable: true })
  @LongTextColumn({ nullable: true })
  note!: string | null;

  /** The schema shows it as `fields`, each to whom it is for. */
  @JsonColumn({ nullable: true })
  fieldValues!: FieldValues;

  /** Overrides the reason's. */
  @TextColumn({ length: 7, nullable: true })
  ownColor!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'In `currency`.' })
  @DecimalColumn({ nullable: true })
  price!: string | null;

  @Field({ description: 'ISO 4217.' })
  @TextColumn({ length: 3 })
  currency!: string;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Tax on the price, as recorded by whoever took the payment.',
  })
  @DecimalColumn({ nullable: true })
  taxAmount!: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Fee of the payment, as recorded by whoever took it.',
  })
  @DecimalColumn({ nullable: true })
  transactionFee!: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Paid so far, as recorded by whoever took it.',
  })
  @DecimalColumn({ nullable: true })
  paidAmount!: string | null;

  @Field(() => String, { nullable: true, description: 'The payment in the system that took it.' })
  @TextColumn({ nullable: true })
  paymentReference!: string | null;

  @Field(() => Int, {
    description: 'Hours before the start at which the client is reminded by e-mail; 0 means never.',
  })
  @IntColumn()
  clientReminderHours!: number;

  @Field(() => Int, { description: 'The same for staff.' })
  @IntColumn()
  staffReminderHours!: number;

  @Field(() => Int, { description: 'The same for the client by SMS.' })
  @IntColumn()
  remindClientSmsHours!: number;

  @Field(() => Int, { description: 'The same for staff by SMS.' })
  @IntColumn()
  remindStaffSmsHours!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the client confirmed that they will come.',
  })
  @InstantColumn({ nullable: true })
  clientConfirmedAt!: number | null;

  @Field({ description: 'Whether the client confirmed that they will come.' })
  @Reads<Appointment>('clientConfirmedAt')
  get clientConfirmed(): boolean {
    return this.clientConfirmedAt !== null;
  }

  @Field(() => DateTime, { nullable: true })
  @InstantColumn({ nullable: true })
  checkedInAt!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When it went INPROGRESS.' })
  @InstantColumn({ nullable: true })
  startedAt!: number | null;

  @Field(() => DateTime, { nullable: true })
  @InstantColumn({ nullable: true })
  completedAt!: number | null;

  @Field(() => DateTime, { nullable: true })
  @InstantColumn({ nullable: true })
  cancelledAt!: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'User name of the member who cancelled, completed or no-showed it, or WebClient for the client. Null for other statuses.',
  })
  @TextColumn({ length: 201, nullable: true })
  cancelledBy!: string | null;

  @Field(() => String, { nullable: true })
  @TextColumn({ length: 2000, nullable: true })
  cancelReason!: string | null;

  @Field(() => String, { nullable: true })
  @TextColumn({ length: 2000, nullable: true })
  completedReason!: string | null;

  @Field(() => String, { nullable: true })
  @TextColumn({ length: 2000, nullable: true })
  noShowReason!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was changed last.' })
  @TextColumn({ length: 2000, nullable: true })
  changeReason!: string | null;

  @Field(() => Int, { description: 'How often the client moved it.' })
  @IntColumn()
  clientRescheduleCount!: number;

  @Field(() => Int, { description: 'How often staff moved it.' })
  @IntColumn()
  staffRescheduleCount!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Groups what was booked together by a caller.',
  })
  @TextColumn({ nullable: true })
  batchId!: string | null;

  @Field(() => String, { nullable: true, description: 'The event in a calendar of yours.' })
  @TextColumn({ nullable: true })
  externalEventId!: string | null;

  @Field(() => String, { nullable: true, description: 'The invitation that led to it.' })
  @TextColumn({ nullable: true })
  invitationId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The requisition that it belongs to, in a system of yours.',
  })
  @TextColumn({ nullable: true })
  jobRequisitionId!: string | null;

  /**
   * No key of the database: SQLite adds none to a table that is there. A series is never removed.
   */
  @IntColumn({ nullable: true })
  recurringAppointmentId!: number | null;

  /**
   * Where the rule of its series puts it, on the wall clock of the series, 'YYYY-MM-DDTHH:mm:ss'.
   * One that starts at another time was moved alone.
   */
  @TextColumn({ length: 19, nullable: true })
  recurrenceStart!: string | null;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field({ description: 'Who booked it; WebClient where a client did.' })
  @TextColumn({ length: 201 })
  createdBy!: string;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;

  @Field({ description: 'Who changed it last; WebClient where a client did.' })
  @TextColumn({ length: 201 })
  modifiedBy!: string;
}
