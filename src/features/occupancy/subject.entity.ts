import { Check, Entity, ForeignKey } from 'typeorm';
import { IdColumn, InstantColumn, IntColumn, TenantColumn, TextColumn } from '../../db/columns';
import { Business } from '../businesses/business.entity';

/** A person or resource whose time can be taken. Bookings lock its row. */
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

  /** Units that can be taken at one instant; 1 for a person. */
  @IntColumn()
  capacity!: number;

  /** When the capacity was last reduced; earlier claims may exceed it. Null if never. */
  @InstantColumn({ nullable: true })
  lessSince!: number | null;
}
