import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index } from 'typeorm';
import { Address } from '../../graphql/inputs/address';
import {
  FlagColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  JsonColumn,
  TenantColumn,
  TextColumn,
  VersionColumn,
} from '../../db/columns';
import { Node } from '../../graphql/node';
import { Shows } from '../../graphql/relations/column-field';
import { DateTime } from '../../graphql/scalars';
import { Business } from '../businesses/business.entity';
import { RoundRobin } from './round-robin';

export enum LocationType {
  OFFICE = 'OFFICE',
  VARIABLE = 'VARIABLE',
  VIRTUAL = 'VIRTUAL',
}
registerEnumType(LocationType, {
  name: 'LocationType',
  description: 'How a location is attended.',
  valuesConfig: {
    OFFICE: { description: 'A fixed address.' },
    VARIABLE: { description: 'Each appointment has its own address.' },
    VIRTUAL: { description: 'A phone or video call.' },
  },
});

@Entity('location')
@Index('ix_location_location_name_id', { synchronize: false })
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@Check('ck_location_type', `location_type IN ('OFFICE', 'VARIABLE', 'VIRTUAL')`)
@Check('ck_location_timer', 'booking_timer_minutes > 0')
@Check('ck_location_round_robin', `round_robin IN ('NONE', 'RANDOM', 'BALANCED', 'COMBINED')`)
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'A place at which appointments take place.',
})
export class Location extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int)
  @VersionColumn()
  version!: number;

  @Field(() => Int, { description: "TimeTap's number of the location: the numeric part of `id`." })
  @Shows<Location>('rowId')
  get locationId(): number {
    return this.rowId;
  }

  @Field()
  @TextColumn()
  locationName!: string;

  @Field(() => LocationType, { description: 'Where appointments at the location take place.' })
  @TextColumn({ length: 16 })
  locationType!: LocationType;

  /** IANA name. The schema exposes it as the object `timeZone`. */
  @TextColumn({ length: 64 })
  timeZoneCode!: string;

  @Field({
    description:
      'Whether the location is the default where none is given. Each business has exactly ' +
      'one primary location.',
  })
  @FlagColumn()
  primary!: boolean;

  @Field({ description: 'Whether the location accepts new appointments.' })
  @FlagColumn()
  active!: boolean;

  @Field({ description: 'Whether the location is deleted. Lists omit deleted rows by default.' })
  @FlagColumn({ default: false })
  deleted!: boolean;

  @Field(() => Address, { description: 'Postal address. Null if none is set.', nullable: true })
  @JsonColumn({ nullable: true })
  address!: Address | null;

  @Field(() => String, { nullable: true, description: 'Phone number in E.164 format.' })
  @TextColumn({ length: 20, nullable: true })
  phone!: string | null;

  @Field(() => Int, { description: 'Minutes after which a hold expires.' })
  @IntColumn({ default: 10 })
  bookingTimerMinutes!: number;

  @Field(() => RoundRobin, {
    description: 'Staff selection policy for reasons without their own policy.',
  })
  @TextColumn({ length: 16, default: RoundRobin.NONE })
  roundRobin!: RoundRobin;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;
}
