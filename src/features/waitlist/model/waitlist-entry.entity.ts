import { Field, Int, ObjectType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index } from 'typeorm';
import {
  ActorColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  JsonColumn,
  LongTextColumn,
  TenantColumn,
  TextColumn,
} from '../../../db/columns';
import { Node } from '../../../graphql/node';
import { Shows } from '../../../graphql/relations/column-field';
import { DateTime, LocalDate } from '../../../graphql/scalars';
import { Appointment } from '../../appointments/model/appointment.entity';
import { Business } from '../../businesses/business.entity';
import { Client } from '../../clients/client.entity';
import { Location } from '../../locations/location.entity';
import { Reason } from '../../reasons/reason.entity';
import { TimeRange } from '../../schedules/schedule-values';
import { WaitlistKind, type WaitlistStatus } from './status';

@Entity('waitlist_entry')
@Index(['businessId', 'createdAt', 'rowId'])
@Index(['businessId', 'clientId', 'createdAt', 'rowId'])
@Index(['businessId', 'reasonId', 'locationId', 'status'])
@Index(['businessId', 'appointmentId'])
@Index('ix_waitlist_entry_open', { synchronize: false })
@Index('ix_waitlist_entry_class', { synchronize: false })
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@ForeignKey(() => Reason, ['businessId', 'reasonId'], ['businessId', 'rowId'])
@ForeignKey(() => Location, ['businessId', 'locationId'], ['businessId', 'rowId'])
@ForeignKey(() => Client, ['businessId', 'clientId'], ['businessId', 'rowId'])
@ForeignKey(() => Appointment, ['businessId', 'appointmentId'], ['businessId', 'rowId'])
@Check(
  'ck_waitlist_entry_status',
  `status IN ('WAITING', 'INVITED', 'BOOKED', 'EXPIRED', 'REMOVED')`,
)
@Check(
  'ck_waitlist_entry_appointment',
  `(status IN ('INVITED', 'BOOKED')) = (appointment_id IS NOT NULL)`,
)
@Check('ck_waitlist_entry_seats', 'seats >= 1')
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'The request of a client for a place that is not free yet.',
})
export class WaitlistEntry extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int, {
    description: "TimeTap's number of the waitlist entry: the numeric part of `id`.",
  })
  @Shows<WaitlistEntry>('rowId')
  get waitListId(): number {
    return this.rowId;
  }

  @Field(() => Int)
  @IntColumn()
  version!: number;

  @IntColumn()
  reasonId!: number;

  @IntColumn()
  locationId!: number;

  @IntColumn()
  clientId!: number;

  /** Stored status. The status in the schema also depends on the current time. */
  @TextColumn({ length: 8 })
  status!: WaitlistStatus;

  @Field(() => WaitlistKind)
  @TextColumn({ length: 16 })
  kind!: WaitlistKind;

  @Field(() => [DateTime], {
    description:
      'Requested starts of an entry of kind TIMES, in ascending order. Empty for other kinds.',
  })
  @JsonColumn()
  times!: number[];

  /** Local days of the location, both inclusive. Null for other kinds than FIRST_AVAILABLE. */
  @Field(() => LocalDate, {
    nullable: true,
    description:
      'First requested day of an entry of kind FIRST_AVAILABLE, in the time zone of the ' +
      'location. Null for other kinds.',
  })
  @TextColumn({ length: 10, nullable: true })
  fromDate!: string | null;

  @Field(() => LocalDate, { nullable: true, description: 'Last requested day, inclusive.' })
  @TextColumn({ length: 10, nullable: true })
  toDate!: string | null;

  @Field(() => [TimeRange], {
    description:
      'Time ranges in which the start must lie, for an entry of kind FIRST_AVAILABLE. Empty ' +
      'for any time of day.',
  })
  @JsonColumn()
  timesOfDay!: TimeRange[];

  /**
   * Session of an entry of kind SESSION. Has no foreign key: SQLite cannot add one to an existing
   * table.
   */
  @IntColumn({ nullable: true })
  classScheduleId!: number | null;

  /** Accepted staff members. Empty for any. */
  @JsonColumn()
  staffIds!: number[];

  /** Instant after which every requested time is in the past. */
  @InstantColumn()
  wantedUntil!: number;

  @Field(() => Int, { description: 'Requested seats of a session. 1 for other kinds.' })
  @IntColumn()
  seats!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Requested address at a location of type VARIABLE.',
  })
  @TextColumn({ length: 500, nullable: true })
  address!: string | null;

  @Field(() => String, { nullable: true })
  @LongTextColumn({ nullable: true })
  note!: string | null;

  /** SHA-256 of the secret that authorises an anonymous caller to claim and leave. */
  @TextColumn({ length: 43, nullable: true })
  claimSecretHash!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Instant of the last invitation.' })
  @InstantColumn({ nullable: true })
  invitedAt!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'End of the hold, exclusive. Null without an invitation.',
  })
  @InstantColumn({ nullable: true })
  invitationExpiresAt!: number | null;

  /** The hold of an INVITED entry, the booking of a BOOKED entry. */
  @IntColumn({ nullable: true })
  appointmentId!: number | null;

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
