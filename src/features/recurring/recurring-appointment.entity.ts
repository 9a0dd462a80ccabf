import { Field, Int, ObjectType } from 'type-graphql';
import { Entity, ForeignKey, Index } from 'typeorm';
import { IdColumn, InstantColumn, IntColumn, TenantColumn, TextColumn } from '../../db/columns';
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
    'A series: a rule and what each appointment was booked with. The appointments go their own ways after that.',
})
export class RecurringAppointment extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int, {
    description: 'Rises by one with each change of the series. Send it back as expectedVersion.',
  })
  @IntColumn()
  version!: number;

  @Field({ description: 'RFC 5545; always with COUNT or UNTIL.' })
  @TextColumn({ length: 600 })
  rrule!: string;

  /** Whose wall clock the rule counts on. */
  @TextColumn({ length: 64 })
  timeZoneCode!: string;

  /** Of the first occurrence, 'YYYY-MM-DDTHH:mm:ss'. */
  @Field(() => LocalDateTime, { description: 'Wall clock of the first occurrence, in `timeZone`.' })
  @TextColumn({ length: 19 })
  localStart!: string;

  @Field(() => Int)
  @IntColumn()
  durationMinutes!: number;

  @IntColumn()
  reasonId!: number;

  @IntColumn()
  locationId!: number;

  /** Null where somebody is chosen for each occurrence. */
  @IntColumn({ nullable: true })
  staffId!: number | null;

  @IntColumn({ nullable: true })
  clientId!: number | null;

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
