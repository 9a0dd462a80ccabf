import { Field, Int, ObjectType } from 'type-graphql';
import { Check, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { FlagColumn, TenantColumn, TextColumn, VersionColumn } from '../../../db/columns';
import { Business } from '../../businesses/business.entity';
import { AppointmentStatus } from '../model/status';
import { KeyedNode, Node } from '../../../graphql/node';

@Entity('appointment_sub_status')
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@Check(
  'ck_appointment_sub_status',
  `status IN ('PENDING', 'OPEN', 'COMPLETED', 'NO_SHOW', 'CANCELLED', 'DELETED')`,
)
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'Refinement of a status. Eleven are built in; a business may add others.',
})
export class AppointmentSubStatus extends KeyedNode {
  @TenantColumn()
  businessId!: number;

  @Field({ description: 'Code of upper case letters, digits and underscores.' })
  @PrimaryColumn('varchar', { length: 40 })
  code!: string;

  get key(): string {
    return this.code;
  }

  @Field()
  @TextColumn({ length: 80 })
  label!: string;

  @Field(() => AppointmentStatus, { description: 'Status of an appointment with this sub-status.' })
  @TextColumn({ length: 16 })
  status!: AppointmentStatus;

  @Field(() => Int)
  @VersionColumn()
  version!: number;

  @Field({
    description:
      'Whether it is deleted. Appointments keep it, and no other appointment can get it.',
  })
  @FlagColumn({ default: false })
  deleted!: boolean;

  @Field({ description: 'Whether it is one of the eleven that every business has.' })
  builtIn: boolean = false;
}
