import { Entity, PrimaryColumn } from 'typeorm';
import { IntColumn } from '../columns';

/** Where the next block of numbers starts, by kind of row. Belongs to the installation, not to a tenant. */
@Entity('id_block')
export class IdBlock {
  @PrimaryColumn('varchar', { length: 32 })
  kind!: string;

  @IntColumn()
  next!: number;
}
