import { Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../columns';

/** The row that the readiness check writes. Belongs to the installation, not to a tenant. */
@Entity('readiness')
export class Readiness {
  /** Always 1. */
  @PrimaryColumn('integer')
  id!: number;

  @InstantColumn()
  checkedAt!: number;
}
