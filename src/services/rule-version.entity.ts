import { Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../db/columns';

/**
 * The version of a business's rules: its staff, locations, reasons, hours, resources and fields.
 * Triggers raise it in the transaction of each change (see the migration), so that comparing it
 * suffices to validate cached rules.
 */
@Entity('rule_version')
export class RuleVersion {
  @PrimaryColumn('integer')
  businessId!: number;

  @InstantColumn()
  version!: number;
}
