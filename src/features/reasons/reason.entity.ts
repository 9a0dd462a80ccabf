import { Field, Int, ObjectType } from 'type-graphql';
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
  VersionColumn,
} from '../../db/columns';
import { Decimal } from '../../lib/money';
import { Node } from '../../graphql/node';
import { Reads, Shows } from '../../graphql/relations/column-field';
import { DateTime } from '../../graphql/scalars';
import { Business } from '../businesses/business.entity';
import { RoundRobin } from '../locations/round-robin';
import {
  QuotaType,
  ReasonStatus,
  ReasonType,
  RescheduleType,
  SlotAlignment,
  WorkSchedule,
} from './reason-enums';
import type { Duration, ScreeningQuestion } from './reason-values';

@Entity('reason')
@Index(['businessId', 'sortWeight', 'rowId'])
@Index('ix_reason_reason_desc_id', { synchronize: false })
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@Check('ck_reason_type', `reason_type IN ('SERVICE', 'CLASS', 'COURSE', 'ADDON', 'PERSONAL')`)
@Check('ck_reason_status', `status IN ('ACTIVE', 'DEACTIVE', 'DELETED')`)
@Check('ck_reason_minutes', 'visit_minutes > 0 AND buffer_before >= 0 AND buffer_after >= 0')
@Check('ck_reason_slot_alignment', `slot_alignment IN ('WINDOW', 'CLOCK')`)
@Check('ck_reason_slot_step', 'slot_step_minutes > 0')
@Check('ck_reason_quota', 'quota > 0')
@Check('ck_reason_quota_type', `quota_type IN ('LIFETIME', 'YEAR', 'MONTH', 'WEEK', 'DAY')`)
@Check('ck_reason_round_robin', `round_robin IN ('NONE', 'RANDOM', 'BALANCED', 'COMBINED')`)
@Check(
  'ck_reason_work_schedule',
  `custom_work_schedule IN ('ALL_LOCATIONS', 'SELECTED_LOCATIONS', 'CUSTOM_SCHEDULE')`,
)
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description:
    'Something that can be booked: a service, class, course or add-on, or a kind of ' +
    'personal time. Other systems call it a service or event type.',
})
export class Reason extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int)
  @VersionColumn()
  version!: number;

  @Field(() => Int, { description: "TimeTap's number of the reason: the numeric part of `id`." })
  @Shows<Reason>('rowId')
  get reasonId(): number {
    return this.rowId;
  }

  @Field(() => ReasonType, { description: 'What is booked.' })
  @TextColumn({ length: 16 })
  reasonType!: ReasonType;

  @Field(() => ReasonStatus, { description: 'Whether the reason can be booked.' })
  @TextColumn({ length: 16 })
  status!: ReasonStatus;

  @Field({ description: 'True while the status is ACTIVE.' })
  @Reads<Reason>('status')
  get active(): boolean {
    return this.status === ReasonStatus.ACTIVE;
  }

  @Field({ description: 'Whether the reason is deleted: its status is DELETED.' })
  @Reads<Reason>('status')
  get deleted(): boolean {
    return this.status === ReasonStatus.DELETED;
  }

  @Field({
    description:
      'Whether it is a kind of time off or private time. Such reasons are visible to staff only.',
  })
  @Reads<Reason>('reasonType')
  get personal(): boolean {
    return this.reasonType === ReasonType.PERSONAL;
  }

  @Field({ description: 'Name shown to clients.' })
  @TextColumn()
  reasonDesc!: string;

  /** Name shown to staff; null for other viewers. */
  @TextColumn({ nullable: true })
  internalName!: string | null;

  @Field(() => String, { nullable: true, description: 'Description as sanitized HTML.' })
  @LongTextColumn({ nullable: true })
  reasonDetail!: string | null;

  @Field(() => Int, { description: 'Length in minutes.' })
  @IntColumn()
  visitMinutes!: number;

  @Field(() => Int, { description: 'Minutes kept free before the start, in steps of five.' })
  @IntColumn()
  bufferBefore!: number;

  @Field(() => Int, { description: 'Minutes kept free after the end, in steps of five.' })
  @IntColumn()
  bufferAfter!: number;

  @Field({ description: 'Whether clients may book it. False restricts booking to staff.' })
  @FlagColumn()
  allowOnline!: boolean;

  @Field(() => Int, {
    nullable: true,
    description: 'Maximum number of days in advance that clients may book. Null for no limit.',
  })
  @IntColumn({ nullable: true })
  apptDayMax!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Minimum notice for bookings by clients, in hours before the start. Null for none.',
  })
  @IntColumn({ nullable: true })
  apptHrMin!: number | null;

  @Field(() => RescheduleType, { description: 'How far a client may move an appointment.' })
  @TextColumn({ length: 16 })
  rescheduleType!: RescheduleType;

  @Field(() => Decimal, { nullable: true, description: 'Price in `currency`.' })
  @DecimalColumn({ nullable: true })
  price!: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Deposit due at booking, in `currency`. The external payment system collects it.',
  })
  @DecimalColumn({ nullable: true })
  depositAmount!: string | null;

  @Field({ description: 'ISO 4217 code.' })
  @TextColumn({ length: 3 })
  currency!: string;

  @Field({ description: 'Whether taxes are added to the price.' })
  @FlagColumn()
  taxable!: boolean;

  @Field({ description: 'Whether clients may pay before the appointment.' })
  @FlagColumn()
  allowPrePay!: boolean;

  @Field(() => Int, { description: 'Position in lists; 0 comes first.' })
  @IntColumn()
  sortWeight!: number;

  @Field(() => String, { nullable: true, description: 'Color in calendars, as #RRGGBB.' })
  @TextColumn({ length: 7, nullable: true })
  color!: string | null;

  @Field(() => String, { nullable: true })
  @TextColumn({ length: 2000, nullable: true })
  imageUrl!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Instructions included in messages about its appointments.',
  })
  @LongTextColumn({ nullable: true })
  emailInstructions!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Second text included in messages about its appointments.',
  })
  @LongTextColumn({ nullable: true })
  emailInstructions2!: string | null;

  /** Lengths that a client may choose from. */
  @JsonColumn({ default: [] })
  durations!: Duration[];

  @Field(() => SlotAlignment, { description: 'Where the offered times begin.' })
  @TextColumn({ length: 8, default: SlotAlignment.WINDOW })
  slotAlignment!: SlotAlignment;

  @Field(() => Int, {
    nullable: true,
    description:
      'Minutes between the starts of offered times. Null for the length of the appointment.',
  })
  @IntColumn({ nullable: true })
  slotStepMinutes!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Maximum number of appointments in each period of quotaType. Null for no limit.',
  })
  @IntColumn({ nullable: true })
  quota!: number | null;

  @Field(() => QuotaType, { nullable: true, description: 'Period of the quota, if any.' })
  @TextColumn({ length: 8, nullable: true })
  quotaType!: QuotaType | null;

  @Field({ description: 'Whether a booking by a client awaits confirmation by the staff member.' })
  @FlagColumn({ default: false })
  requiresStaffConfirmation!: boolean;

  /** The resolver of `screeningQuestion` shows to staff only which answers pass. */
  @JsonColumn({ nullable: true })
  screeningQuestion!: ScreeningQuestion | null;

  @Field({ description: 'Whether clients may join its waitlist.' })
  @FlagColumn({ default: false })
  allowWaitList!: boolean;

  @IntColumn({ nullable: true }) maxWaitList!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Maximum number of clients on its waitlist. Null for no limit.',
  })
  @Shows<Reason>('maxWaitList')
  get maxWaitlist(): number | null {
    return this.maxWaitList;
  }

  @Field(() => Int, {
    nullable: true,
    description:
      'Hours for which a freed place is held for invited clients. Null for the setting of ' +
      'the business.',
  })
  @Shows<Reason>('waitListHoldHours')
  get waitlistHoldHours(): number | null {
    return this.waitListHoldHours;
  }

  @IntColumn({ nullable: true }) waitListHoldHours!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Maximum number of clients on the waitlist of one session of a CLASS. Null for no limit.',
  })
  @IntColumn({ nullable: true })
  maxWaitListPerClass!: number | null;

  @Field(() => Int, { nullable: true, description: 'Number of sessions in each run of a COURSE.' })
  @IntColumn({ nullable: true })
  numberSessions!: number | null;

  @Field(() => RoundRobin, {
    nullable: true,
    description:
      'Policy that chooses the staff member if the caller names none. Null for the policy ' +
      'of the location.',
  })
  @TextColumn({ length: 16, nullable: true })
  roundRobin!: RoundRobin | null;

  @Field(() => WorkSchedule, { description: 'Where and when a SERVICE is offered.' })
  @TextColumn({ length: 20, default: WorkSchedule.ALL_LOCATIONS })
  customWorkSchedule!: WorkSchedule;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;

  @TextColumn({ length: 201 })
  modifiedBy!: string;
  @ActorColumn() modifiedById!: string | null;
}
