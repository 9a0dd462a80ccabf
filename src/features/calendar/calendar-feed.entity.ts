import { Check, Entity, ForeignKey, Index } from 'typeorm';
import { IdColumn, InstantColumn, IntColumn, TenantColumn, TextColumn } from '../../db/columns';
import { Business } from '../businesses/business.entity';
import { Client } from '../clients/client.entity';
import { Location } from '../locations/location.entity';
import { Staff } from '../staff/staff.entity';

/**
 * The feed of one staff member, location or client. Its address is signed with the salt, so that
 * deleting the row revokes the address.
 */
@Entity('calendar_feed')
@Index(['businessId', 'staffId'], { unique: true })
@Index(['businessId', 'locationId'], { unique: true })
@Index(['businessId', 'clientId'], { unique: true })
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@ForeignKey(() => Staff, ['businessId', 'staffId'], ['businessId', 'rowId'])
@ForeignKey(() => Location, ['businessId', 'locationId'], ['businessId', 'rowId'])
@ForeignKey(() => Client, ['businessId', 'clientId'], ['businessId', 'rowId'])
@Check(
  'ck_calendar_feed_one',
  '(CASE WHEN staff_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN location_id IS NULL THEN 0 ' +
    'ELSE 1 END) + (CASE WHEN client_id IS NULL THEN 0 ELSE 1 END) = 1',
)
export class CalendarFeed {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @IntColumn({ nullable: true })
  staffId!: number | null;

  @IntColumn({ nullable: true })
  locationId!: number | null;

  @IntColumn({ nullable: true })
  clientId!: number | null;
  /** Random for each creation, so that a revoked address never becomes valid again. */
  @TextColumn({ length: 43 })
  salt!: string;
  /** SHA-256 of the last served calendar, in base64url. Valid since `changedAt`. */
  @TextColumn({ length: 43, nullable: true })
  contentHash!: string | null;

  @InstantColumn()
  changedAt!: number;

  @InstantColumn()
  createdAt!: number;
}
