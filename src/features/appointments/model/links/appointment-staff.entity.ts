import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, TenantColumn } from '../../../../db/columns';
import { Staff } from '../../../staff/staff.entity';
import { Appointment } from '../appointment.entity';

/** Staff who serve in addition to the main staff member. Their time is blocked as well. */
@Entity('appointment_staff')
@Index(['businessId', 'staffId', 'startAt', 'appointmentId'])
@Index(['businessId', 'staffId', 'createdAt', 'appointmentId'])
@ForeignKey(() => Appointment, ['businessId', 'appointmentId'], ['businessId', 'rowId'])
@ForeignKey(() => Staff, ['businessId', 'staffId'], ['businessId', 'rowId'])
export class AppointmentStaff {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  appointmentId!: number;

  @PrimaryColumn('integer')
  staffId!: number;

  /** The appointment's start, for an index that has the appointments of a staff member in order. */
  @InstantColumn()
  startAt!: number;

  /** The appointment's creation, for the same in that order. */
  @InstantColumn()
  createdAt!: number;
}
