import { isStaffSide, Role, type Member } from '../../context';
import { and, sql, TRUE, type Sql } from '../../db/sql';
import { toFew, toManyVia, toOne } from '../../graphql/relations/relation';
import type { Repository } from '../../graphql/relations/repository';
import type { Business } from '../businesses/business.entity';
import { businesses } from '../businesses/business.loaders';
import type { Location } from '../locations/location.entity';
import { locations } from '../locations/location.source';
import type { Staff } from '../staff/staff.entity';
import { staff } from '../staff/staff.source';
import { ReasonAddOn } from './reason-add-on.entity';
import type { Reason } from './reason.entity';
import { ReasonStatus } from './reason.enums';
import { reasons } from './reason.source';
import { ServiceLocation } from './service-location.entity';
import { ServiceStaff } from './service-staff.entity';

export const businessOfReason = toOne<Reason, Business>(
  'Reason.business',
  'businessId',
  businesses,
);

/**
 * Administrators and staff users see all links, a location super user those whose target is visible
 * to it, other viewers the active ones of these.
 */
const shownTo =
  (target: Repository<any>, key: 'staffId' | 'locationId') =>
  (member: Member, column: (property: any) => Sql): Sql => {
    const isBound = member.role === Role.LOCATION_SUPER_USER;
    if (isStaffSide(member) && !isBound) return TRUE;
    const isVisible = sql`EXISTS (
      SELECT 1 FROM ${target.from('shown')} WHERE ${target.visible(member, 'shown')} AND ${target.table.column('shown', 'rowId')} = ${column(key)})`;
    return isBound ? isVisible : and([sql`${column('active')} = ${true}`, isVisible]);
  };

/** Staff assignments, ordered by staff id. */
export const serviceStaffOfReason = toFew<Reason, ServiceStaff>(
  'Reason.serviceStaff',
  ServiceStaff,
  'reasonId',
  {
    order: ['staffId'],
    where: shownTo(staff, 'staffId'),
  },
);
export const staffOfService = toOne<ServiceStaff, Staff>('ServiceStaff.staff', 'staffId', staff);
export const reasonOfService = toOne<ServiceStaff, Reason>(
  'ServiceStaff.reason',
  'reasonId',
  reasons,
);

/** Locations, ordered by id. */
export const serviceLocationsOfReason = toFew<Reason, ServiceLocation>(
  'Reason.serviceLocations',
  ServiceLocation,
  'reasonId',
  {
    order: ['locationId'],
    where: shownTo(locations, 'locationId'),
  },
);
export const locationOfOffer = toOne<ServiceLocation, Location>(
  'ServiceLocation.location',
  'locationId',
  locations,
);
export const reasonOfOffer = toOne<ServiceLocation, Reason>(
  'ServiceLocation.reason',
  'reasonId',
  reasons,
);

/**
 * Active add-ons, ordered by sortWeight. Staff see all of them; other viewers see those visible to
 * them.
 */
export const addOnsOfReason = toManyVia<Reason, Reason, ReasonAddOn>(
  'Reason.addOns',
  ReasonAddOn,
  'reasonId',
  'addOnId',
  reasons,
  {
    order: ['sortWeight', 'rowId'],
    refers: true,
    where: (member, column, alias) =>
      sql`${column('status')} = ${ReasonStatus.ACTIVE} AND ${isStaffSide(member) ? TRUE : reasons.visible(member, alias)}`,
  },
);
