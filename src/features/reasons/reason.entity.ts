import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import {
  DecimalColumn, FlagColumn, IdColumn, InstantColumn, IntColumn, JsonColumn, LongTextColumn, TenantColumn, TextColumn,
} from '../../shared/db/columns';
import { Decimal } from '../../shared/money';
import { Node } from '../../shared/node';
import { Reads, Shows } from '../../shared/reads';
import { DateTime } from '../../shared/scalars';
import { Business } from '../businesses/business.entity';
import { Location } from '../locations/location.entity';
import { RoundRobin } from '../locations/round-robin';
import { Staff } from '../staff/staff.entity';
import { ReasonDuration, type ScreeningQuestion } from './reason.type';

export enum ReasonType {
  SERVICE = 'SERVICE',
  CLASS = 'CLASS',
  COURSE = 'COURSE',
  ADDON = 'ADDON',
  PERSONAL = 'PERSONAL',
}
registerEnumType(ReasonType, {
  name: 'ReasonType',
  valuesConfig: { PERSONAL: { description: 'Time off and private time: blocks, and clients never see it.' } },
});

export enum ReasonStatus {
  ACTIVE = 'ACTIVE',
  DEACTIVE = 'DEACTIVE',
  DELETED = 'DELETED',
}
registerEnumType(ReasonStatus, { name: 'ReasonStatus' });

export enum SlotAlignment {
  WINDOW = 'WINDOW',
  CLOCK = 'CLOCK',
}
registerEnumType(SlotAlignment, {
  name: 'SlotAlignment',
  description: 'Where the times that are offered begin.',
  valuesConfig: {
    WINDOW: { description: 'At the start of working hours, and so on by the step.' },
    CLOCK: { description: 'At multiples of the step on the local clock.' },
  },
});

export enum QuotaType {
  LIFETIME = 'LIFETIME',
  YEAR = 'YEAR',
  MONTH = 'MONTH',
  WEEK = 'WEEK',
  DAY = 'DAY',
}
registerEnumType(QuotaType, { name: 'QuotaType', description: 'The stretch of local days that a quota is for. Weeks begin on Monday.' });

export enum WorkSchedule {
  ALL_LOCATIONS = 'ALL_LOCATIONS',
  SELECTED_LOCATIONS = 'SELECTED_LOCATIONS',
  CUSTOM_SCHEDULE = 'CUSTOM_SCHEDULE',
}
registerEnumType(WorkSchedule, {
  name: 'WorkSchedule',
  description: 'Where and when a reason is offered.',
  valuesConfig: {
    ALL_LOCATIONS: { description: 'Wherever and whenever those who serve it work.' },
    SELECTED_LOCATIONS: { description: 'At the active ones of serviceLocations.' },
    CUSTOM_SCHEDULE: { description: 'In hours of its own: schedulePeriods and dateOverrides.' },
  },
});

export enum RescheduleType {
  STRICT = 'STRICT',
  FLEXIBLE = 'FLEXIBLE',
  NOT_ALLOWED = 'NOT_ALLOWED',
}
registerEnumType(RescheduleType, {
  name: 'RescheduleType',
  description: 'How far a client may move an appointment alone.',
  valuesConfig: {
    STRICT: { description: 'To another time with the same staff member and location.' },
    FLEXIBLE: { description: 'To any time, staff member and location that offers the reason.' },
    NOT_ALLOWED: { description: 'Not at all.' },
  },
});

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
@Check('ck_reason_work_schedule', `custom_work_schedule IN ('ALL_LOCATIONS', 'SELECTED_LOCATIONS', 'CUSTOM_SCHEDULE')`)
@ObjectType({ implements: Node, simpleResolvers: true, description: 'What an appointment is for: elsewhere called a service.' })
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

  @Field(() => Int, { nullable: true, description: 'How many days ahead clients may book; null for no end.' })
  @IntColumn({ nullable: true })
  apptDayMax!: number | null;

  @Field(() => Int, { nullable: true, description: 'Hours before the start after which clients may not book; null for none.' })
  @IntColumn({ nullable: true })
  apptHrMin!: number | null;

  @Field(() => RescheduleType)
  @TextColumn({ length: 16 })
  rescheduleType!: RescheduleType;

  @Field(() => Decimal, { nullable: true, description: 'In `currency`.' })
  @DecimalColumn({ nullable: true })
  price!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'Due when booking, in `currency`; taken by whoever takes payments.' })
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

  @Field(() => [ReasonDuration], { description: 'What a client may choose from; empty where only visitMinutes is offered.' })
  @JsonColumn({ default: [] })
  durations!: ReasonDuration[];

  @Field(() => SlotAlignment)
  @TextColumn({ length: 8, default: SlotAlignment.WINDOW })
  slotAlignment!: SlotAlignment;

  @Field(() => Int, { nullable: true, description: 'Minutes from one time that is offered to the next; null for the length of the appointment.' })
  @IntColumn({ nullable: true })
  slotStepMinutes!: number | null;

  @Field(() => Int, { nullable: true, description: 'How many may be booked in one quotaType; null for no end.' })
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

  @Field(() => Int, { nullable: true, description: 'How many may wait for it at once; null for no end.' })
  @IntColumn({ nullable: true })
  maxWaitList!: number | null;

  @Field(() => Int, { nullable: true, description: 'How many hours a place is held for those who are invited to it; null for what the business says.' })
  @IntColumn({ nullable: true })
  waitListHoldHours!: number | null;

  @Field(() => Int, { nullable: true, description: 'Of a CLASS: how many may wait for one session; null for no end.' })
  @IntColumn({ nullable: true })
  maxWaitListPerClass!: number | null;

  @Field(() => Int, { nullable: true, description: 'Of a COURSE: sessions of each set.' })
  @IntColumn({ nullable: true })
  numberSessions!: number | null;

  @Field(() => RoundRobin, { nullable: true, description: 'Who serves where the caller names nobody; null for the policy of the location.' })
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

  @Field(() => Decimal, { nullable: true, description: 'Their own price, unless a length that is booked has one; null for the price of the reason.' })
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

@Entity('service_location')
@Index(['businessId', 'locationId', 'reasonId'])
@ForeignKey(() => Reason, ['businessId', 'reasonId'], ['businessId', 'rowId'])
@ForeignKey(() => Location, ['businessId', 'locationId'], ['businessId', 'rowId'])
@ObjectType({ simpleResolvers: true, description: 'That a reason is offered at a location, where its customWorkSchedule is SELECTED_LOCATIONS.' })
export class ServiceLocation {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  reasonId!: number;

  @PrimaryColumn('integer')
  locationId!: number;

  @Field({ description: 'False: kept, but it is not offered there.' })
  @FlagColumn()
  active!: boolean;
}

/** That an add-on can be booked with a reason. */
@Entity('reason_add_on')
@Index(['businessId', 'addOnId', 'reasonId'])
@ForeignKey(() => Reason, ['businessId', 'reasonId'], ['businessId', 'rowId'])
@ForeignKey(() => Reason, ['businessId', 'addOnId'], ['businessId', 'rowId'])
export class ReasonAddOn {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  reasonId!: number;

  @PrimaryColumn('integer')
  addOnId!: number;
}
