import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, TenantColumn } from '../../../db/columns';
import { Appointment } from '../model/appointment.entity';

/** The publishable key that made a hold. */
@Entity('public_hold')
@Index(['businessId', 'expiresAt'])
@ForeignKey(() => Appointment, ['businessId', 'appointmentId'], ['businessId', 'rowId'])
export class PublicHold {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  appointmentId!: number;

  /** `key:12` */
  @Column('varchar', { length: 100 })
  actor!: string;

  @InstantColumn()
  expiresAt!: number;
}
