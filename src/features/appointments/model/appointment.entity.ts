import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index } from 'typeorm';
import {
  ActorColumn,
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
import type { FieldValues } from '../../custom-fields/values/field-value';
import { Location } from '../../locations/location.entity';
import { Reason } from '../../reasons/reason.entity';
import { Staff } from '../../staff/staff.entity';
import type {
  CancellationReason,
  CompletionReason,
  NoShowReason,
} from '../../status-reasons/status-reasons';
import { AppointmentStatus } from './status';

@Entity('appointment')
@Index(['businessId', 'startAt', 'rowId'])
@Index(['businessId', 'locationId', 'startAt', 'rowId'])
@Index(['businessId', 'staffId', 'startAt', 'rowId'])
@Index(['businessId', 'clientId', 'startAt', 'rowId'])
@Index(['businessId', 'reasonId', 'startAt', 'rowId'])
@Index(['businessId', 'createdAt', 'rowId'])
@Index(['businessId', 'modifiedAt', 'rowId'])
@Index(['businessId', 'staffId', 'createdAt', 'rowId'])
@Index(['businessId', 'recurringAppointmentId', 'startAt', 'rowId'])
@Index('ix_appointment_status_start_at_id', { synchronize: false })
@Index('ix_appointment_hold', { synchronize: false })
@Index('ix_appointment_hold_start', { synchronize: false })
@Index('ix_appointment_unconfirmed', { synchronize: false })
@Index('ix_appointment_external_event', { synchronize: false })
@Index('ix_appointment_batch', { synchronize: false })
@Index('ix_appointment_class', { synchronize: false })
@Index('ix_appointment_coupon', { synchronize: false })
@Index('ix_appointment_package', { synchronize: false })
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
  description: 'Time agreed between a staff member and, in most cases, a client.',
})
export class Appointment extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int, {
    description: "TimeTap's number of the appointment: the numeric part of `id`.",
  })
  @Shows<Appointment>('rowId')
  get calendarId(): number {
    return this.rowId;
  }

  @Field(() => Int, {
    description:
      'Version of the row, which each change increments. Send it as expectedVersion to ' +
      'detect concurrent changes.',
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
   * Session of a class or course in which it has seats. Not a foreign key, since SQLite cannot add
   * one to an existing table; `verify` checks it.
   */
  @IntColumn({ nullable: true })
  classScheduleId!: number | null;

  @Field(() => Int, { description: 'Number of seats in a class; 1 for other appointments.' })
  @IntColumn({ default: 1 })
  seats!: number;

  @Field(() => AppointmentStatus, { description: 'Status.' })
  @TextColumn({ length: 16 })
  status!: AppointmentStatus;

  /** Code of the sub-status, which the schema resolves to an object. */
  @TextColumn({ length: 40 })
  subStatusCode!: string;

  @InstantColumn()
  startAt!: number;

  @InstantColumn()
  endAt!: number;

  /** Start before the first move to another time. Null if it has not moved. */
  @InstantColumn({ nullable: true })
  originalStartAt!: number | null;

  @InstantColumn()
  staffStartAt!: number;

  @InstantColumn()
  staffEndAt!: number;

  /** Time zone of the staff member at the time of booking, which is that of every local field. */
  @TextColumn({ length: 64 })
  timeZoneCode!: string;

  /**
   * Local start in that zone, 'YYYY-MM-DDTHH:mm:ss'. Preserved when the rules of the zone change.
   */
  @TextColumn({ length: 19 })
  localStart!: string;

  /** Version of the time-zone data that converted the local start to the instant. */
  @TextColumn({ length: 16 })
  timeZoneData!: string;

  /**
   * First and last local day in the zone of the location, which `from` and `to` are compared with.
   */
  @TextColumn({ length: 10 })
  locationStartDate!: string;

  @TextColumn({ length: 10 })
  locationEndDate!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Expiry of the hold, at which the time is free again. Null once booked.',
  })
  @InstantColumn({ nullable: true })
  holdExpiresAt!: number | null;

  /** SHA-256 of the secret with which an anonymous caller may book the hold. */
  @TextColumn({ length: 43, nullable: true })
  holdSecretHash!: string | null;

  @Field({
    description:
      'Whether the checks of availability were skipped by a role that may. The appointment ' +
      'still occupies its time.',
  })
  @FlagColumn()
  override!: boolean;

  @Field({ description: 'Whether the system chose the staff member.' })
  @FlagColumn()
  noPreference!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Address of the appointment, at a location of type VARIABLE.',
  })
  @TextColumn({ length: 500, nullable: true })
  address!: string | null;

  @Field(() => String, { nullable: true, description: 'URL of the online meeting.' })
  @TextColumn({ length: 2000, nullable: true })
  meetingUrl!: string | null;

  @Field(() => String, { description: 'Note of at most 10,000 characters.', nullable: true })
  @LongTextColumn({ nullable: true })
  note!: string | null;

  /** The schema shows it as `fields`, filtered by the viewer's access. */
  @JsonColumn({ nullable: true })
  fieldValues!: FieldValues;

  /** Overrides the color of the reason. */
  @TextColumn({ length: 7, nullable: true })
  ownColor!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'Price in `currency`.' })
  @DecimalColumn({ nullable: true })
  price!: string | null;

  @Field({ description: 'ISO 4217 code.' })
  @TextColumn({ length: 3 })
  currency!: string;

  @Field(() => Decimal, {
    nullable: true,
    description:
      'Amount that the coupon or the package took off the price at booking. `price` is what ' +
      'remains. Null without one of them.',
  })
  @DecimalColumn({ nullable: true })
  discount!: string | null;

  @IntColumn({ nullable: true })
  couponId!: number | null;

  @IntColumn({ nullable: true })
  packageSoldId!: number | null;

  @IntColumn({ nullable: true })
  locationGroupId!: number | null;

  @IntColumn({ nullable: true })
  locationSuperGroupId!: number | null;

  @IntColumn({ nullable: true })
  reasonGroupId!: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Reference of the invoice, as recorded by the invoicing system. Null while the appointment ' +
      'is not invoiced.',
  })
  @TextColumn({ nullable: true })
  invoiceReference!: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Tax on the price, as recorded by the payment system.',
  })
  @DecimalColumn({ nullable: true })
  taxAmount!: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Fee of the payment, as recorded by the payment system.',
  })
  @DecimalColumn({ nullable: true })
  transactionFee!: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Amount paid so far, as recorded by the payment system.',
  })
  @DecimalColumn({ nullable: true })
  paidAmount!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Reference of the payment in the payment system.',
  })
  @TextColumn({ nullable: true })
  paymentReference!: string | null;

  @Field(() => Int, {
    description:
      'Hours before the start at which the client is reminded by e-mail. 0 disables the reminder.',
  })
  @IntColumn()
  clientReminderHours!: number;

  @Field(() => Int, {
    description:
      'Hours before the start at which staff are reminded by e-mail. 0 disables the reminder.',
  })
  @IntColumn()
  staffReminderHours!: number;

  @Field(() => Int, {
    description:
      'Hours before the start at which the client is reminded by SMS. 0 disables the reminder.',
  })
  @IntColumn()
  remindClientSmsHours!: number;

  @Field(() => Int, {
    description:
      'Hours before the start at which staff are reminded by SMS. 0 disables the reminder.',
  })
  @IntColumn()
  remindStaffSmsHours!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Instant at which the client confirmed the appointment.',
  })
  @InstantColumn({ nullable: true })
  clientConfirmedAt!: number | null;

  @Field({ description: 'Whether the client confirmed the appointment.' })
  @Reads<Appointment>('clientConfirmedAt')
  get clientConfirmed(): boolean {
    return this.clientConfirmedAt !== null;
  }

  @Field(() => DateTime, {
    description: 'The time of check-in. Null if not checked in.',
    nullable: true,
  })
  @InstantColumn({ nullable: true })
  checkedInAt!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Instant at which the sub-status became INPROGRESS.',
  })
  @InstantColumn({ nullable: true })
  startedAt!: number | null;

  @Field(() => DateTime, {
    description: 'The time of completion. Null if not completed.',
    nullable: true,
  })
  @InstantColumn({ nullable: true })
  completedAt!: number | null;

  @Field(() => DateTime, {
    description: 'The time of the cancellation. Null if not cancelled.',
    nullable: true,
  })
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

  /** Text about the completion. The schema exposes it as a note. */
  @TextColumn({ length: 2000, nullable: true })
  completedReason!: string | null;

  @TextColumn({ length: 32, nullable: true })
  completedReasonCode!: CompletionReason | null;

  /** Text about the no-show. The schema exposes it as a note. */
  @TextColumn({ length: 2000, nullable: true })
  noShowReason!: string | null;

  @TextColumn({ length: 32, nullable: true })
  noShowReasonCode!: NoShowReason | null;

  @Field(() => String, { nullable: true, description: 'Note of the last change.' })
  @TextColumn({ length: 2000, nullable: true })
  changeReason!: string | null;

  @Field(() => Int, { description: 'Number of moves by the client.' })
  @IntColumn()
  clientRescheduleCount!: number;

  @Field(() => Int, { description: 'Number of moves by staff.' })
  @IntColumn()
  staffRescheduleCount!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Id given by the caller, shared by appointments that were booked together.',
  })
  @TextColumn({ nullable: true })
  batchId!: string | null;

  @Field(() => String, { nullable: true, description: 'Id of the event in an external calendar.' })
  @TextColumn({ nullable: true })
  externalEventId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Id of the invitation that led to the appointment.',
  })
  @TextColumn({ nullable: true })
  invitationId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the requisition in an external system.',
  })
  @TextColumn({ nullable: true })
  jobRequisitionId!: string | null;

  /**
   * Not a foreign key, since SQLite cannot add one to an existing table. A series is never deleted.
   */
  @IntColumn({ nullable: true })
  recurringAppointmentId!: number | null;

  /**
   * Start according to the rule of the series, as local time in the zone of the series,
   * 'YYYY-MM-DDTHH:mm:ss'. It differs from the start if the occurrence was moved separately.
   */
  @TextColumn({ length: 19, nullable: true })
  recurrenceStart!: string | null;

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
}
