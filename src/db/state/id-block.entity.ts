import { Entity, PrimaryColumn } from 'typeorm';
import { IntColumn } from '../columns';

/**
 * The start of the next block of ids, by kind of row. Belongs to the installation, not to a
 * tenant.
 */
@Entity('id_block')
export class IdBlock {
  @PrimaryColumn('varchar', { length: 32 })
  kind!: string;

  @IntColumn()
  next!: number;
}
