import { Check, Entity, ForeignKey } from 'typeorm';
import { IdColumn, InstantColumn, IntColumn, TenantColumn, TextColumn } from '../../db/columns';
import { Business } from '../businesses/business.entity';

/** Somebody or something whose time can be taken. Its row is what bookings lock. */
@Entity('subject')
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@Check('ck_subject_capacity', 'capacity >= 1')
export class Subject {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @TextColumn({ length: 16 })
  kind!: 'STAFF' | 'RESOURCE' | 'CLASS_SESSION';

  /** Units that may be taken at one instant; 1 for a person. */
  @IntColumn()
  capacity!: number;

  /** When it became less; what was claimed before may be more. Null where it never did. */
  @InstantColumn({ nullable: true })
  lessSince!: number | null;
}
