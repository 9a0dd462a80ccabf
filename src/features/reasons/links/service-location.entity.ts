import { Field, ObjectType } from 'type-graphql';
import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { FlagColumn, TenantColumn } from '../../../db/columns';
import { Location } from '../../locations/location.entity';
import { Reason } from '../reason.entity';

@Entity('service_location')
@Index(['businessId', 'locationId', 'reasonId'])
@ForeignKey(() => Reason, ['businessId', 'reasonId'], ['businessId', 'rowId'])
@ForeignKey(() => Location, ['businessId', 'locationId'], ['businessId', 'rowId'])
@ObjectType({
  simpleResolvers: true,
  description:
    'Offer of a reason at a location. Applies if its customWorkSchedule is SELECTED_LOCATIONS.',
})
export class ServiceLocation {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  reasonId!: number;

  @PrimaryColumn('integer')
  locationId!: number;

  @Field({ description: 'Whether the reason is offered at the location.' })
  @FlagColumn()
  active!: boolean;
}
