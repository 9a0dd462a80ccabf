import { Field, Int, ObjectType } from 'type-graphql';
import { Entity, ForeignKey, Index } from 'typeorm';
import {
  ActorColumn,
  DecimalColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  TenantColumn,
  TextColumn,
  VersionColumn,
} from '../../db/columns';
import { Decimal } from '../../lib/money';
import { Node } from '../../graphql/node';
import { DateTime } from '../../graphql/scalars';
import { Business } from '../businesses/business.entity';
import { Location } from '../locations/location.entity';
import { Reason } from '../reasons/reason.entity';
import type { CancellationReason } from '../status-reasons/status-reasons';

@Entity('course_set')
@Index(['businessId', 'startAt', 'rowId'])
@Index(['businessId', 'reasonId', 'startAt', 'rowId'])
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@ForeignKey(() => Reason, ['businessId', 'reasonId'], ['businessId', 'rowId'])
@ForeignKey(() => Location, ['businessId', 'locationId'], ['businessId', 'rowId'])
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'One run of a course. Its sessions are booked together.',
})
export class CourseSet extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int)
  @VersionColumn()
  version!: number;

  @IntColumn()
  reasonId!: number;

  @IntColumn()
  locationId!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Name of the run, such as the season.',
  })
  @TextColumn({ nullable: true })
  name!: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Price of one seat in all sessions together. Null for the price of the reason.',
  })
  @DecimalColumn({ nullable: true })
  price!: string | null;

  /** Start of the first session. Sort key of lists. */
  @InstantColumn()
  startAt!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Time of the cancellation of the run. Null if it is not cancelled.',
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
