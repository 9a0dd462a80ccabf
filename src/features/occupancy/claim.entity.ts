import { Check, Entity, Exclusion, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { FlagColumn, InstantColumn, IntColumn, TenantColumn } from '../../db/columns';
import { Subject } from './subject.entity';

/**
 * Units of one subject's time taken by one appointment, or by one session of a class. Their ids
 * share one sequence. The interval is half-open, in epoch milliseconds, and includes buffers.
 * Rows are never updated: a move deletes and inserts. The database rejects claims that exceed a
 * subject's capacity: PostgreSQL by the exclusion constraint below for subjects of one unit and by
 * a trigger for the others, SQLite by a trigger (see the migration).
 */
@Entity('claim')
@ForeignKey(() => Subject, ['businessId', 'subjectId'], ['businessId', 'rowId'])
@Index(['businessId', 'subjectId', 'endMs'])
@Index('ix_claim_shared_overlap', { synchronize: false })
@Index('ix_claim_expiring', { synchronize: false })
@Check('ck_claim_interval', 'start_ms < end_ms')
@Check('ck_claim_units', 'units >= 1')
@Exclusion(
  'xc_claim_overlap',
  'USING gist (business_id WITH =, subject_id WITH =, int8range(start_ms, end_ms) WITH &&) WHERE (exclusive)',
)
export class Claim {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  appointmentId!: number;

  @PrimaryColumn('integer')
  subjectId!: number;

  @InstantColumn()
  startMs!: number;

  @InstantColumn()
  endMs!: number;

  @IntColumn()
  units!: number;

  /**
   * When the hold expires: from this instant on the claim takes nothing, whether or not it has been
   * removed.
   */
  @InstantColumn({ nullable: true })
  expiresAt!: number | null;

  /** Written without the check, by a role that may. It occupies its time for all later bookings. */
  @FlagColumn()
  override!: boolean;

  /**
   * True for a subject with one unit, unless overridden: the rows that the exclusion constraint
   * compares.
   */
  @FlagColumn()
  exclusive!: boolean;
}
