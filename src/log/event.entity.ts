import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, IntColumn, JsonColumn, TenantColumn, TextColumn } from '../db/columns';
import { Business } from '../features/businesses/business.entity';

/**
 * One change of something in a business, written in the transaction that made it.
 * `position` orders rows as they were inserted; `seq` is the gap-free number that readers see, given on commit (SQLite) or
 * by the relay once the commit is visible (PostgreSQL).
 */
@Entity('event')
@Index(['businessId', 'seq'], { unique: true })
@Index('ix_event_unnumbered', { synchronize: false })
@Index(['businessId', 'appointmentId', 'position'])
@Index('ix_event_waitlist', { synchronize: false })
@ForeignKey(() => Business, ['businessId'], ['rowId'])
export class LogEvent {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('bigint')
  position!: number;

  @InstantColumn({ nullable: true })
  seq!: number | null;

  @TextColumn({ length: 40 })
  type!: string;

  /** What changed: its type, as in ids ... */
  @TextColumn({ length: 40, default: 'Appointment' })
  entityType!: string;

  /** ... and its number. */
  @IntColumn({ default: 0 })
  entityId!: number;

  /** The appointment whose life this is a part of; null for whatever is of none. */
  @IntColumn({ nullable: true })
  appointmentId!: number | null;

  /** Of a waitlist: whom it tells of, beside the appointment where there is one. */
  @IntColumn({ nullable: true })
  waitlistEntryId!: number | null;

  @InstantColumn()
  occurredAt!: number;

  /** Who did it, by name. */
  @TextColumn({ length: 201 })
  actor!: string;

  @TextColumn({ length: 32 })
  actorRole!: string;

  /** Why, in the words of who did it. */
  @TextColumn({ length: 2000, nullable: true })
  reason!: string | null;

  /** Field → [old, new]. */
  @JsonColumn()
  changes!: Record<string, [unknown, unknown]>;

  /** The row right after the change, whole, so that it can be sent without reading again. */
  @JsonColumn()
  snapshot!: Record<string, unknown>;

  /** The place behind it, in the epoch in which it was read; of events that are read as a part of the log. */
  cursor!: string;
}

/** Steps of one life that an answer shows. */
export const MAX_HISTORY = 200;

/** The ends of the log of each business. */
@Entity('log_head')
@ForeignKey(() => Business, ['businessId'], ['rowId'])
export class LogHead {
  @TenantColumn()
  businessId!: number;

  /** The last number given. */
  @InstantColumn()
  lastSeq!: number;

  /** The last number whose event is forgotten; 0 while all are there. */
  @InstantColumn({ default: 0 })
  prunedSeq!: number;
}
