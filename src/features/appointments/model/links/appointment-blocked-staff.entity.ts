import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { TenantColumn } from '../../../../db/columns';
import { Staff } from '../../../staff/staff.entity';
import { Appointment } from '../appointment.entity';

/**
 * Staff whose time an appointment blocks in addition to the main staff member: additional staff,
 * and others who do not serve.
 */
@Entity('appointment_blocked_staff')
@Index(['businessId', 'staffId', 'appointmentId'])
@ForeignKey(() => Appointment, ['businessId', 'appointmentId'], ['businessId', 'rowId'])
@ForeignKey(() => Staff, ['businessId', 'staffId'], ['businessId', 'rowId'])
export class AppointmentBlockedStaff {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  appointmentId!: number;

  @PrimaryColumn('integer')
  staffId!: number;
}
