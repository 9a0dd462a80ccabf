import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import {
  ActorColumn,
  InstantColumn,
  IntColumn,
  JsonColumn,
  TenantColumn,
  TextColumn,
} from '../db/columns';
import { Business } from '../features/businesses/business.entity';

/**
 * One change in a business, written in the transaction of the change. `position` orders rows by
 * insertion. `seq` is the gap-free number for readers, assigned on commit (SQLite) or by the
 * sequencer once the commit is visible (PostgreSQL).
 */
@Entity('event')
@Index(['businessId', 'seq'], { unique: true })
@Index('ix_event_unnumbered', { synchronize: false })
@Index(['businessId', 'appointmentId', 'position'])
@Index('ix_event_waitlist', { synchronize: false })
@ForeignKey(() => Business, ['businessId'], ['rowId'])
export class LogEvent {
  static readonly rowIdProperty = 'position';

  get rowId(): number {
    return this.position;
  }

  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('bigint')
  position!: number;

  @InstantColumn({ nullable: true })
  seq!: number | null;

  @TextColumn({ length: 40 })
  type!: string;

  /** The type of the changed row, as in ids. */
  @TextColumn({ length: 40, default: 'Appointment' })
  entityType!: string;

  /** The id of the changed row. */
  @IntColumn({ default: 0 })
  entityId!: number;

  /** The appointment whose history contains the event; null if none. */
  @IntColumn({ nullable: true })
  appointmentId!: number | null;

  /** For events of a waitlist: the entry, in addition to any appointment. */
  @IntColumn({ nullable: true })
  waitlistEntryId!: number | null;

  @InstantColumn()
  occurredAt!: number;

  /** Name of the user or key that made the change. */
  @TextColumn({ length: 201 })
  actor!: string;

  /** Reference to the actor, as `actorIdOf` returns it. Null for events older than the column. */
  @ActorColumn()
  actorId!: string | null;

  @TextColumn({ length: 32 })
  actorRole!: string;

  /** The reason given for the change. */
  @TextColumn({ length: 2000, nullable: true })
  reason!: string | null;

  /** Field → [old value, new value]. */
  @JsonColumn()
  changes!: Record<string, [unknown, unknown]>;

  /** The whole row after the change, so that notifications need no read. */
  @JsonColumn()
  snapshot!: Record<string, unknown>;

  /**
   * The cursor after the event, in the epoch in which it was read. Set on events that were read
   * from the log only.
   */
  cursor!: string;
}

/** The bounds of the log of a business. */
@Entity('log_head')
@ForeignKey(() => Business, ['businessId'], ['rowId'])
export class LogHead {
  @TenantColumn()
  businessId!: number;

  /** The last assigned number. */
  @InstantColumn()
  lastSeq!: number;

  /** The last number whose event was pruned; 0 if none. */
  @InstantColumn({ default: 0 })
  prunedSeq!: number;
}
