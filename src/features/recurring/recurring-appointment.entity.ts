import { Field, Int, ObjectType } from 'type-graphql';
import { Entity, ForeignKey, Index } from 'typeorm';
import {
  ActorColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  TenantColumn,
  TextColumn,
} from '../../db/columns';
import { Node } from '../../graphql/node';
import { DateTime, LocalDateTime } from '../../graphql/scalars';
import { Business } from '../businesses/business.entity';
import { Client } from '../clients/client.entity';
import { Location } from '../locations/location.entity';
import { Reason } from '../reasons/reason.entity';
import { Staff } from '../staff/staff.entity';

@Entity('recurring_appointment')
@Index(['businessId', 'clientId'])
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@ForeignKey(() => Reason, ['businessId', 'reasonId'], ['businessId', 'rowId'])
@ForeignKey(() => Location, ['businessId', 'locationId'], ['businessId', 'rowId'])
@ForeignKey(() => Staff, ['businessId', 'staffId'], ['businessId', 'rowId'])
@ForeignKey(() => Client, ['businessId', 'clientId'], ['businessId', 'rowId'])
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description:
    'A series of appointments: a recurrence rule and the values with which each was booked. ' +
    'Appointments can be changed individually afterwards.',
})
export class RecurringAppointment extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int)
  @IntColumn()
  version!: number;

  @Field({ description: 'Recurrence rule of RFC 5545, always with COUNT or UNTIL.' })
  @TextColumn({ length: 600 })
  rrule!: string;

  /** Time zone in which the rule is evaluated. */
  @TextColumn({ length: 64 })
  timeZoneCode!: string;

  /** Wall-clock start of the first occurrence, 'YYYY-MM-DDTHH:mm:ss'. */
  @Field(() => LocalDateTime, {
    description: 'Wall-clock start of the first occurrence, in `timeZone`.',
  })
  @TextColumn({ length: 19 })
  localStart!: string;

  @Field(() => Int)
  @IntColumn()
  durationMinutes!: number;

  @IntColumn()
  reasonId!: number;

  @IntColumn()
  locationId!: number;

  /** Null if the staff member is chosen for each occurrence. */
  @IntColumn({ nullable: true })
  staffId!: number | null;

  @IntColumn({ nullable: true })
  clientId!: number | null;

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
