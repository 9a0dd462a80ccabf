import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { TenantColumn } from '../../../db/columns';
import { Staff } from '../../staff/staff.entity';
import { Appointment } from './appointment.entity';

/** Staff who serve in addition to the main staff member. Their time is blocked as well. */
@Entity('appointment_staff')
@Index(['businessId', 'staffId', 'appointmentId'])
@ForeignKey(() => Appointment, ['businessId', 'appointmentId'], ['businessId', 'rowId'])
@ForeignKey(() => Staff, ['businessId', 'staffId'], ['businessId', 'rowId'])
export class AppointmentStaff {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  appointmentId!: number;

  @PrimaryColumn('integer')
  staffId!: number;
}
