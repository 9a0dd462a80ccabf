import { Field, Int, ObjectType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index } from 'typeorm';
import {
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
import { TimeRange } from '../../schedules/schedule.type';
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
  description: 'That a client waits for a place.',
})
export class WaitlistEntry extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int, { description: 'The number in the id.' })
  @Shows<WaitlistEntry>('rowId')
  get waitListId(): number {
    return this.rowId;
  }

  @Field(() => Int, { description: 'Rises by one with each change.' })
  @IntColumn()
  version!: number;

  @IntColumn()
  reasonId!: number;

  @IntColumn()
  locationId!: number;

  @IntColumn()
  clientId!: number;

  /** As it was written; what the schema shows also looks at the clock. */
  @TextColumn({ length: 8 })
  status!: WaitlistStatus;

  @Field(() => WaitlistKind)
  @TextColumn({ length: 16 })
  kind!: WaitlistKind;

  @Field(() => [DateTime], {
    description: 'Of the kind TIMES: the starts that would suit, by time.',
  })
  @JsonColumn()
  times!: number[];

  /** Of the kind FIRST_AVAILABLE: local days of the location, both included. */
  @Field(() => LocalDate, {
    nullable: true,
    description: 'Of the kind FIRST_AVAILABLE: the first day that would suit, at the location.',
  })
  @TextColumn({ length: 10, nullable: true })
  fromDate!: string | null;

  @Field(() => LocalDate, { nullable: true, description: 'The last day, itself included.' })
  @TextColumn({ length: 10, nullable: true })
  toDate!: string | null;

  @Field(() => [TimeRange], {
    description:
      'Of the kind FIRST_AVAILABLE: it starts within one of these; empty for any time of the day.',
  })
  @JsonColumn()
  timesOfDay!: TimeRange[];

  /** Of the kind SESSION. No foreign key: SQLite adds none to a table. */
  @IntColumn({ nullable: true })
  classScheduleId!: number | null;

  /** Any of them may serve; empty for anybody. */
  @JsonColumn()
  staffIds!: number[];

  /** From this instant on nothing that it waits for is still to come. */
  @InstantColumn()
  wantedUntil!: number;

  @Field(() => Int, { description: 'How many seats they want in a class; 1 for everything else.' })
  @IntColumn()
  seats!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Where they want it, at a location of type VARIABLE.',
  })
  @TextColumn({ length: 500, nullable: true })
  address!: string | null;

  @Field(() => String, { nullable: true })
  @LongTextColumn({ nullable: true })
  note!: string | null;

  /** SHA-256 of the secret with which somebody without a name claims and leaves. */
  @TextColumn({ length: 43, nullable: true })
  claimSecretHash!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When they were invited last.' })
  @InstantColumn({ nullable: true })
  invitedAt!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "Until when the place is held; at this instant it is anybody's.",
  })
  @InstantColumn({ nullable: true })
  invitationExpiresAt!: number | null;

  /** The hold while INVITED, the booking once BOOKED. */
  @IntColumn({ nullable: true })
  appointmentId!: number | null;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field({ description: 'Who put them on the list; WebClient where a client did.' })
  @TextColumn({ length: 201 })
  createdBy!: string;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;

  @Field({ description: 'Who changed it last; WebClient where a client did.' })
  @TextColumn({ length: 201 })
  modifiedBy!: string;
}
