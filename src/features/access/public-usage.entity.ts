import { Column, Entity, PrimaryColumn } from 'typeorm';
import { TenantColumn } from '../../db/columns';

/** The number of actions of public callers on one subject in one window. */
@Entity('public_usage')
export class PublicUsage {
  @TenantColumn()
  businessId!: number;

  /** `bookings:key:12`, `bookings:address:203.0.113.9`, `bookings:email:a@example.org`. */
  @PrimaryColumn('varchar', { length: 300 })
  subject!: string;

  /** Epoch milliseconds. */
  @PrimaryColumn('bigint')
  windowStart!: number;

  @Column('integer')
  used!: number;
}
