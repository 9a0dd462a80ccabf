import { Entity, PrimaryColumn } from 'typeorm';
import { TextColumn } from '../db/columns';

/**
 * A secret shared by the processes of an installation and never disclosed. Belongs to the
 * installation, not to a tenant.
 */
@Entity('installation_secret')
export class InstallationSecret {
  @PrimaryColumn('varchar', { length: 32 })
  name!: string;

  @TextColumn({ length: 64 })
  value!: string;
}
