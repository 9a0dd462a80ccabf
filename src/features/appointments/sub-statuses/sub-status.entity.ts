import { Field, ObjectType } from 'type-graphql';
import { Check, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { TenantColumn, TextColumn } from '../../../db/columns';
import { Business } from '../../businesses/business.entity';
import { AppointmentStatus } from '../model/status';

@Entity('appointment_sub_status')
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@Check(
  'ck_appointment_sub_status',
  `status IN ('PENDING', 'OPEN', 'COMPLETED', 'NO_SHOW', 'CANCELLED', 'DELETED')`,
)
@ObjectType({
  simpleResolvers: true,
  description: 'Refines a status: eleven are built in, a business may add its own.',
})
export class AppointmentSubStatus {
  @TenantColumn()
  businessId!: number;

  @Field({ description: 'Upper case, digits and underscores.' })
  @PrimaryColumn('varchar', { length: 40 })
  code!: string;

  @Field()
  @TextColumn({ length: 80 })
  label!: string;

  @Field(() => AppointmentStatus, { description: 'What an appointment with this sub-status is.' })
  @TextColumn({ length: 16 })
  status!: AppointmentStatus;

  @Field({ description: 'True for the eleven that every business has.' })
  builtIn: boolean = false;
}
