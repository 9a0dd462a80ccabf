import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { TenantColumn } from '../../../db/columns';
import { Reason } from '../reason.entity';

/** Link of an add-on to a reason that it can be booked with. */
@Entity('reason_add_on')
@Index(['businessId', 'addOnId', 'reasonId'])
@ForeignKey(() => Reason, ['businessId', 'reasonId'], ['businessId', 'rowId'])
@ForeignKey(() => Reason, ['businessId', 'addOnId'], ['businessId', 'rowId'])
export class ReasonAddOn {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  reasonId!: number;

  @PrimaryColumn('integer')
  addOnId!: number;
}
