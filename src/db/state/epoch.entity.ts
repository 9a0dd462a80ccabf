import { Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, TextColumn } from '../columns';

/**
 * The history that log numbers and ids belong to, in one row of the installation. A promoted
 * standby or a restored backup continues from an earlier state and would reuse lost numbers, so
 * each begins a new epoch.
 */
@Entity('database_epoch')
export class DatabaseEpoch {
  /** Always 1. */
  @PrimaryColumn('integer')
  id!: number;

  /** Random; 0 for the first epoch of an installation. */
  @InstantColumn()
  epoch!: number;

  /** The identity of the database when the epoch began. Null before the first connection. */
  @TextColumn({ length: 200, nullable: true })
  marker!: string | null;

  /**
   * SQLite adds it to a log number to get the position of an event, so that positions of a lost
   * tail are not reused.
   */
  @InstantColumn()
  positionBase!: number;

  @InstantColumn({ nullable: true })
  begunAt!: number | null;
}
