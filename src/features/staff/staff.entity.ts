import { Field, Int, ObjectType } from 'type-graphql';
import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import {
  FlagColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  TenantColumn,
  TextColumn,
} from '../../db/columns';
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
  implements: Node,
  simpleResolvers: true,
  description: 'Who serves: elsewhere called a professional.',
})
export class Staff extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int, { description: 'The number in the id.' })
  @Shows<Staff>('rowId')
  get professionalId(): number {
    return this.rowId;
  }

  /** Whose time bookings take. */
  @IntColumn()
  subjectId!: number;

  /** Unique in the business. Shown to staff only, by `userName` of the resolver. */
  @TextColumn({ length: 100 })
  userName!: string;

  @Field()
  @TextColumn({ length: 100 })
  firstName!: string;

  @Field()
  @TextColumn({ length: 100 })
  lastName!: string;

  @Field({ description: 'First and last name.' })
  @TextColumn({ length: 201 })
  fullName!: string;

  /** Shown to staff only. */
  @TextColumn({ nullable: true })
  email!: string | null;

  /** E.164. Shown to staff only. */
  @TextColumn({ length: 20, nullable: true })
  phone!: string | null;

  /** IANA; `timeZone` in the schema is the object made from it. */
  @TextColumn({ length: 64 })
  timeZoneCode!: string;

  @Field({ description: 'False: nobody can book them, though their appointments stay.' })
  @FlagColumn()
  acceptsAppointments!: boolean;

  @Field({ description: 'False once they have left.' })
  @FlagColumn()
  active!: boolean;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;
}

/** Where a staff member serves. */
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
