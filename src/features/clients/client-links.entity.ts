import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { TenantColumn } from '../../db/columns';
import { Location } from '../locations/location.entity';
import { Staff } from '../staff/staff.entity';
import { Client } from './client.entity';

/**
 * A location whose super user added a client. The client is visible there before it has an
 * appointment.
 */
@Entity('client_location')
@ForeignKey(() => Client, ['businessId', 'clientId'], ['businessId', 'rowId'])
@ForeignKey(() => Location, ['businessId', 'locationId'], ['businessId', 'rowId'])
export class ClientLocation {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  clientId!: number;

  @PrimaryColumn('integer')
  locationId!: number;
}

/** A staff user who added a client. The client is visible to it before it has an appointment. */
@Entity('client_staff')
@ForeignKey(() => Client, ['businessId', 'clientId'], ['businessId', 'rowId'])
@ForeignKey(() => Staff, ['businessId', 'staffId'], ['businessId', 'rowId'])
export class ClientStaff {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  clientId!: number;

  @PrimaryColumn('integer')
  staffId!: number;
}

/** The permission of a client to view another client and to book for them. */
@Entity('client_view')
@Index(['businessId', 'viewableClientId', 'clientId'])
@ForeignKey(() => Client, ['businessId', 'clientId'], ['businessId', 'rowId'])
@ForeignKey(() => Client, ['businessId', 'viewableClientId'], ['businessId', 'rowId'])
export class ClientView {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  clientId!: number;

  @PrimaryColumn('integer')
  viewableClientId!: number;
}
