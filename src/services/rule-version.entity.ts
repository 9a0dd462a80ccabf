import { Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../db/columns';

/**
 * How often what a business lays down has changed: its people, places, reasons, hours, resources and fields. Raised by triggers in the transaction of each
 * change (see the migration), so that whoever remembers rules need ask for no more than this to know that they stand.
 */
@Entity('rule_version')
export class RuleVersion {
  @PrimaryColumn('integer')
  businessId!: number;

  @InstantColumn()
  version!: number;
}
