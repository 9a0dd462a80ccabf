import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { TenantColumn } from '../../../../db/columns';
import { Reason } from '../../../reasons/reason.entity';
import { Appointment } from '../appointment.entity';

/** An add-on booked with an appointment, whose minutes and price include it. */
@Entity('appointment_add_on')
@Index(['businessId', 'reasonId', 'appointmentId'])
@ForeignKey(() => Appointment, ['businessId', 'appointmentId'], ['businessId', 'rowId'])
@ForeignKey(() => Reason, ['businessId', 'reasonId'], ['businessId', 'rowId'])
export class AppointmentAddOn {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  appointmentId!: number;

  @PrimaryColumn('integer')
  reasonId!: number;
}
