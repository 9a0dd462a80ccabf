import { Field, ObjectType } from 'type-graphql';
import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { FlagColumn, TenantColumn } from '../../db/columns';
import { Location } from '../locations/location.entity';
import { Reason } from './reason.entity';

@Entity('service_location')
@Index(['businessId', 'locationId', 'reasonId'])
@ForeignKey(() => Reason, ['businessId', 'reasonId'], ['businessId', 'rowId'])
@ForeignKey(() => Location, ['businessId', 'locationId'], ['businessId', 'rowId'])
@ObjectType({
  simpleResolvers: true,
  description:
    'That a reason is offered at a location, where its customWorkSchedule is SELECTED_LOCATIONS.',
})
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
