import { Field, Int, ObjectType } from 'type-graphql';
import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import {
  FlagColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  TenantColumn,
  TextColumn,
  VersionColumn,
} from '../../db/columns';
import { Actor } from '../../log/actors/actor';
import { Node } from '../../graphql/node';
import { Shows } from '../../graphql/relations/column-field';
import { DateTime } from '../../graphql/scalars';
import { Business } from '../businesses/business.entity';
import { Location } from '../locations/location.entity';
import { Subject } from '../occupancy/subject.entity';

@Entity('staff')
@Index(['businessId', 'userName'], { unique: true })
@Index('ix_staff_full_name_id', { synchronize: false })
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@ForeignKey(() => Subject, ['businessId', 'subjectId'], ['businessId', 'rowId'])
@ObjectType({
  implements: [Node, Actor],
  simpleResolvers: true,
  description: 'A person who serves clients. Other systems call it a professional.',
})
export class Staff extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int)
  @VersionColumn()
  version!: number;

  @Field(() => Int, {
    description: "TimeTap's number of the staff member: the numeric part of `id`.",
  })
  @Shows<Staff>('rowId')
  get professionalId(): number {
    return this.rowId;
  }

  /** The subject whose time bookings occupy. */
  @IntColumn()
  subjectId!: number;

  /** Unique in the business. The resolver returns it to staff only. */
  @TextColumn({ length: 100 })
  userName!: string;

  @Field()
  @TextColumn({ length: 100 })
  firstName!: string;

  @Field()
  @TextColumn({ length: 100 })
  lastName!: string;

  @Field({ description: 'First and last name, separated by a space.' })
  @TextColumn({ length: 201 })
  fullName!: string;

  @Field({ description: 'First and last name. Never null.' })
  @Shows<Staff>('fullName')
  get displayName(): string {
    return this.fullName;
  }

  /** The resolver returns it to staff only. */
  @TextColumn({ nullable: true })
  email!: string | null;

  /** E.164. The resolver returns it to staff only. */
  @TextColumn({ length: 20, nullable: true })
  phone!: string | null;

  /** IANA name. The schema exposes it as the object `timeZone`. */
  @TextColumn({ length: 64 })
  timeZoneCode!: string;

  @Field({
    description: 'Whether the staff member can be booked. Existing appointments are not affected.',
  })
  @FlagColumn()
  acceptsAppointments!: boolean;

  @Field({
    description: 'Whether the staff member works for the business. False after they have left.',
  })
  @FlagColumn()
  active!: boolean;

  @Field({
    description: 'Whether the staff member is deleted. Lists omit deleted rows by default.',
  })
  @FlagColumn({ default: false })
  deleted!: boolean;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;
}

/** A location of a staff member. */
@Entity('staff_location')
@Index(['businessId', 'locationId', 'staffId'])
@ForeignKey(() => Staff, ['businessId', 'staffId'], ['businessId', 'rowId'])
@ForeignKey(() => Location, ['businessId', 'locationId'], ['businessId', 'rowId'])
export class StaffLocation {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  staffId!: number;

  @PrimaryColumn('integer')
  locationId!: number;
}
