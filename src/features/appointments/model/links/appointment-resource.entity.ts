import { Check, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { IntColumn, TenantColumn } from '../../../../db/columns';
import { Resource } from '../../../resources/resource.entity';
import { Appointment } from '../appointment.entity';

/** Units of a resource that an appointment takes, for the time that its staff are blocked. */
@Entity('appointment_resource')
@Index(['businessId', 'resourceId', 'appointmentId'])
@ForeignKey(() => Appointment, ['businessId', 'appointmentId'], ['businessId', 'rowId'])
@ForeignKey(() => Resource, ['businessId', 'resourceId'], ['businessId', 'rowId'])
@Check('ck_appointment_resource_units', 'units >= 1')
export class AppointmentResource {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  appointmentId!: number;

  @PrimaryColumn('integer')
  resourceId!: number;

  @IntColumn()
  units!: number;
}
