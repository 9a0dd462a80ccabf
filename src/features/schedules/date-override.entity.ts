import { Field, Int, ObjectType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index } from 'typeorm';
import {
  ActorColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  JsonColumn,
  TenantColumn,
  TextColumn,
  VersionColumn,
} from '../../db/columns';
import { Node } from '../../graphql/node';
import { Reads } from '../../graphql/relations/column-field';
import { DateTime, LocalDate } from '../../graphql/scalars';
import { Business } from '../businesses/business.entity';
import { Location } from '../locations/location.entity';
import { Reason } from '../reasons/reason.entity';
import { Resource } from '../resources/resource.entity';
import { Staff } from '../staff/staff.entity';
import { ONE_OWNER, TimeRange } from './schedule-values';

/**
 * In the same time zone as schedule periods. Unique for an owner, a day and a location: see the
 * index in the migration.
 */
@Entity('date_override')
@Index('ix_date_override_one', { synchronize: false })
@Index(['businessId', 'date', 'rowId'])
@Index(['businessId', 'staffId', 'date', 'rowId'])
@Index(['businessId', 'ofLocationId'])
@Index(['businessId', 'ofReasonId'])
@Index(['businessId', 'resourceId'])
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@ForeignKey(() => Staff, ['businessId', 'staffId'], ['businessId', 'rowId'])
@ForeignKey(() => Location, ['businessId', 'ofLocationId'], ['businessId', 'rowId'])
@ForeignKey(() => Reason, ['businessId', 'ofReasonId'], ['businessId', 'rowId'])
@ForeignKey(() => Resource, ['businessId', 'resourceId'], ['businessId', 'rowId'])
@ForeignKey(() => Location, ['businessId', 'locationId'], ['businessId', 'rowId'])
@Check('ck_date_override_owner', ONE_OWNER)
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'Hours of one day. Replace those of the schedule periods.',
})
export class DateOverride extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int)
  @VersionColumn()
  version!: number;

  /** The owner: exactly one of the four columns is set. */
  @IntColumn({ nullable: true })
  staffId!: number | null;

  @IntColumn({ nullable: true })
  ofLocationId!: number | null;

  @IntColumn({ nullable: true })
  ofReasonId!: number | null;

  @IntColumn({ nullable: true })
  resourceId!: number | null;

  @Field(() => LocalDate)
  @TextColumn({ length: 10 })
  date!: string;

  @Field(() => [TimeRange], {
    description: 'Time ranges of the day, by start. Empty if the day is closed.',
  })
  @JsonColumn()
  ranges!: TimeRange[];

  @Field({ description: 'Whether the day has no hours at all.' })
  @Reads<DateOverride>('ranges')
  get closed(): boolean {
    return this.ranges.length === 0;
  }

  /** Location whose hours it replaces; null for all locations. */
  @IntColumn({ nullable: true })
  locationId!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Reason for the override, such as the name of a holiday.',
  })
  @TextColumn({ nullable: true })
  note!: string | null;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;

  @TextColumn({ length: 201 })
  modifiedBy!: string;

  @ActorColumn()
  modifiedById!: string | null;
}
