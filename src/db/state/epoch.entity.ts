import { Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, TextColumn } from '../columns';

/**
 * The history that log numbers and ids belong to, in one row of the installation. A promoted standby and a restored
 * backup continue an earlier state, so numbers that were lost would be given again: each begins a new epoch.
 */
@Entity('database_epoch')
export class DatabaseEpoch {
  /** Always 1. */
  @PrimaryColumn('integer')
  id!: number;

  /** Random; 0 for the first of an installation. */
  @InstantColumn()
  epoch!: number;

  /** The identity of the database when the epoch began. Null before the first connection. */
  @TextColumn({ length: 200, nullable: true })
  marker!: string | null;

  /** SQLite adds it to a log number to get an event's position, so that positions of a lost tail are not given again. */
  @InstantColumn()
  positionBase!: number;

  @InstantColumn({ nullable: true })
  begunAt!: number | null;
}
