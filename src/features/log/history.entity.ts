import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, IntColumn, JsonColumn, TenantColumn, TextColumn } from '../../shared/db/columns';
import { Business } from '../businesses/business.entity';
import type { LogEvent } from './event.entity';

/** A step in the life of an appointment, kept for as long as the appointment once the log has forgotten the event. */
@Entity('appointment_history')
@Index(['businessId', 'appointmentId', 'position'])
@ForeignKey(() => Business, ['businessId'], ['rowId'])
export class AppointmentHistory {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('bigint')
  position!: number;

  @IntColumn()
  appointmentId!: number;

  @TextColumn({ length: 40 })
  type!: string;

  @InstantColumn()
  occurredAt!: number;

  @TextColumn({ length: 201 })
  actor!: string;

  @TextColumn({ length: 2000, nullable: true })
  reason!: string | null;

  @JsonColumn()
  changes!: LogEvent['changes'];

  /** Where it stood after this step. */
  @TextColumn({ length: 40, nullable: true })
  subStatusCode!: string | null;
}
