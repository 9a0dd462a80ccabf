import { Field, Int, ObjectType } from 'type-graphql';
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
} from './reason.enums';
import { ReasonDuration, type ScreeningQuestion } from './reason.type';

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
  description: 'What an appointment is for: elsewhere called a service.',
})
export class Reason extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int, { description: 'The number in the id.' })
  @Shows<Reason>('rowId')
  get reasonId(): number {
    return this.rowId;
  }

  @Field(() => ReasonType)
  @TextColumn({ length: 16 })
  reasonType!: ReasonType;

  @Field(() => ReasonStatus)
  @TextColumn({ length: 16 })
  status!: ReasonStatus;

  @Field({ description: 'True while the status is ACTIVE.' })
  @Reads<Reason>('status')
  get active(): boolean {
    return this.status === ReasonStatus.ACTIVE;
  }

  @Field({ description: 'Time off and private time: seen by staff only.' })
  @Reads<Reason>('reasonType')
  get personal(): boolean {
    return this.reasonType === ReasonType.PERSONAL;
  }

  @Field({ description: 'The name that clients see.' })
  @TextColumn()
  reasonDesc!: string;

  /** The name that staff see; shown to them alone. */
  @TextColumn({ nullable: true })
  internalName!: string | null;

  @Field(() => String, { nullable: true, description: 'Description, HTML that is safe to show.' })
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

  @Field({ description: 'False: only staff can book it.' })
  @FlagColumn()
  allowOnline!: boolean;

  @Field(() => Int, {
    nullable: true,
    description: 'How many days ahead clients may book; null for no end.',
  })
  @IntColumn({ nullable: true })
  apptDayMax!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Hours before the start after which clients may not book; null for none.',
  })
  @IntColumn({ nullable: true })
  apptHrMin!: number | null;

  @Field(() => RescheduleType)
  @TextColumn({ length: 16 })
  rescheduleType!: RescheduleType;

  @Field(() => Decimal, { nullable: true, description: 'In `currency`.' })
  @DecimalColumn({ nullable: true })
  price!: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Due when booking, in `currency`; taken by whoever takes payments.',
  })
  @DecimalColumn({ nullable: true })
  depositAmount!: string | null;

  @Field({ description: 'ISO 4217.' })
  @TextColumn({ length: 3 })
  currency!: string;

  @Field({ description: 'Whether taxes are added.' })
  @FlagColumn()
  taxable!: boolean;

  @Field({ description: 'Whether clients may pay before they come.' })
  @FlagColumn()
  allowPrePay!: boolean;

  @Field(() => Int, { description: 'Place in lists; 0 comes first.' })
  @IntColumn()
  sortWeight!: number;

  @Field(() => String, { nullable: true, description: '#RRGGBB of the calendar.' })
  @TextColumn({ length: 7, nullable: true })
  color!: string | null;

  @Field(() => String, { nullable: true })
  @TextColumn({ length: 2000, nullable: true })
  imageUrl!: string | null;

  @Field(() => String, { nullable: true, description: 'Put into messages about it.' })
  @LongTextColumn({ nullable: true })
  emailInstructions!: string | null;

  @Field(() => String, { nullable: true, description: 'A second text for messages.' })
  @LongTextColumn({ nullable: true })
  emailInstructions2!: string | null;

  @Field(() => [ReasonDuration], {
    description: 'What a client may choose from; empty where only visitMinutes is offered.',
  })
  @Shows<Reason>('durations')
  @JsonColumn({ default: [] })
  durations!: ReasonDuration[];

  @Field(() => SlotAlignment)
  @TextColumn({ length: 8, default: SlotAlignment.WINDOW })
  slotAlignment!: SlotAlignment;

  @Field(() => Int, {
    nullable: true,
    description:
      'Minutes from one time that is offered to the next; null for the length of the appointment.',
  })
  @IntColumn({ nullable: true })
  slotStepMinutes!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many may be booked in one quotaType; null for no end.',
  })
  @IntColumn({ nullable: true })
  quota!: number | null;

  @Field(() => QuotaType, { nullable: true })
  @TextColumn({ length: 8, nullable: true })
  quotaType!: QuotaType | null;

  @Field({ description: 'A booking by a client waits until the staff member confirms it.' })
  @FlagColumn({ default: false })
  requiresStaffConfirmation!: boolean;

  /** `screeningQuestion` of the resolver shows to staff alone which answers pass. */
  @JsonColumn({ nullable: true })
  screeningQuestion!: ScreeningQuestion | null;

  @Field({ description: 'Whether clients may wait for a place.' })
  @FlagColumn({ default: false })
  allowWaitList!: boolean;

  @Field(() => Int, {
    nullable: true,
    description: 'How many may wait for it at once; null for no end.',
  })
  @IntColumn({ nullable: true })
  maxWaitList!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many hours a place is held for those who are invited to it; null for what the business says.',
  })
  @IntColumn({ nullable: true })
  waitListHoldHours!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Of a CLASS: how many may wait for one session; null for no end.',
  })
  @IntColumn({ nullable: true })
  maxWaitListPerClass!: number | null;

  @Field(() => Int, { nullable: true, description: 'Of a COURSE: sessions of each set.' })
  @IntColumn({ nullable: true })
  numberSessions!: number | null;

  @Field(() => RoundRobin, {
    nullable: true,
    description: 'Who serves where the caller names nobody; null for the policy of the location.',
  })
  @TextColumn({ length: 16, nullable: true })
  roundRobin!: RoundRobin | null;

  @Field(() => WorkSchedule)
  @TextColumn({ length: 20, default: WorkSchedule.ALL_LOCATIONS })
  customWorkSchedule!: WorkSchedule;

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
