import { Check, Entity, Exclusion, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { FlagColumn, InstantColumn, IntColumn, TenantColumn } from '../../db/columns';
import { Subject } from './subject.entity';

/**
 * Units of one subject's time taken by one appointment, or by one session of a class, whose numbers are of one block: half-open, epoch
 * milliseconds, buffers included.
 * Never changed: a move deletes and inserts. The database refuses what would break the law of occupancy: on PostgreSQL by the
 * exclusion below for subjects of one unit and by a trigger for the rest, on SQLite by a trigger alone (see the migration).
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

  /** Of a hold: from this instant on it takes nothing, whether it has been removed or not. */
  @InstantColumn({ nullable: true })
  expiresAt!: number | null;

  /** Written past the check by a role that may. Occupies for everybody after it. */
  @FlagColumn()
  override!: boolean;

  /** Of a subject with one unit, and no override: what the exclusion constraint compares. */
  @FlagColumn()
  exclusive!: boolean;
}
