import { Check, Entity, ForeignKey, Index } from 'typeorm';
import type { Role } from '../../context';
import {
  IdColumn,
  InstantColumn,
  IntColumn,
  JsonColumn,
  TenantColumn,
  TextColumn,
} from '../../db/columns';
import { Business } from '../businesses/business.entity';
import { Client } from '../clients/client.entity';
import { Staff } from '../staff/staff.entity';

/** An API key of one business. Only its hash is stored. */
@Entity('api_key')
@Index(['businessId', 'hash'], { unique: true })
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@ForeignKey(() => Staff, ['businessId', 'staffId'], ['businessId', 'rowId'])
@ForeignKey(() => Client, ['businessId', 'clientId'], ['businessId', 'rowId'])
@Check(
  'ck_api_key_role',
  `role IN ('ADMINISTRATOR', 'LOCATION_SUPER_USER', 'STAFF_USER', 'CLIENT', 'PUBLIC')`,
)
export class ApiKey {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @TextColumn({ length: 16 })
  kind!: 'SECRET' | 'PUBLISHABLE';

  @TextColumn({ length: 32 })
  role!: Role;

  @TextColumn({ length: 100 })
  name!: string;

  /** SHA-256, base64url. Sufficient for a secret of 192 random bits. */
  @TextColumn({ length: 43 })
  hash!: string;

  /** The holder of a STAFF_USER key, else null. */
  @IntColumn({ nullable: true })
  staffId!: number | null;

  /** The holder of a CLIENT key, else null. */
  @IntColumn({ nullable: true })
  clientId!: number | null;

  /** The locations of a LOCATION_SUPER_USER key, else empty. */
  @JsonColumn()
  locationIds!: number[];

  @InstantColumn()
  createdAt!: number;

  @InstantColumn({ nullable: true })
  revokedAt!: number | null;
}
