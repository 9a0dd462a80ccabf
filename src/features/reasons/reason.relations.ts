import { isStaffSide, Role, type Member } from '../../context';
import { and, sql, TRUE, type Sql } from '../../db/sql';
import { toFew, toManyVia, toOne } from '../../graphql/relations/relation';
import type { Repository } from '../../graphql/relations/repository';
import { Business } from '../businesses/business.entity';
import { businesses } from '../businesses/business.list';
import { Location } from '../locations/location.entity';
import { locations } from '../locations/location.list';
import { Staff } from '../staff/staff.entity';
import { staff } from '../staff/staff.list';
import { ReasonAddOn } from './links/reason-add-on.entity';
import { Reason } from './reason.entity';
import { ReasonStatus } from './reason-enums';
import { reasons } from './reason.list';
import { ServiceLocation } from './links/service-location.entity';
import { ServiceStaff } from './links/service-staff.entity';
import { relationField } from '../../graphql/relations/relation-field';

export const businessOfReason = relationField(Reason, 'business', toOne('businessId', businesses), {
  type: () => Business,
});

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
export const serviceStaffOfReason = relationField(
  Reason,
  'serviceStaff',
  toFew(ServiceStaff, 'reasonId', {
    order: ['staffId'],
    where: shownTo(staff, 'staffId'),
  }),
  { type: () => [ServiceStaff], description: 'Assignments of the staff who serve it.' },
);
export const staffOfService = relationField(ServiceStaff, 'staff', toOne('staffId', staff), {
  type: () => Staff,
});
export const reasonOfService = relationField(ServiceStaff, 'reason', toOne('reasonId', reasons), {
  type: () => Reason,
});

/** Locations, ordered by id. */
export const serviceLocationsOfReason = relationField(
  Reason,
  'serviceLocations',
  toFew(ServiceLocation, 'reasonId', {
    order: ['locationId'],
    where: shownTo(locations, 'locationId'),
  }),
  {
    type: () => [ServiceLocation],
    description:
      'Locations at which it is offered if its customWorkSchedule is SELECTED_LOCATIONS.',
  },
);
export const locationOfOffer = relationField(
  ServiceLocation,
  'location',
  toOne('locationId', locations),
  { type: () => Location },
);
export const reasonOfOffer = relationField(ServiceLocation, 'reason', toOne('reasonId', reasons), {
  type: () => Reason,
});

/**
 * Active add-ons, ordered by sortWeight. Staff see all of them; other viewers see those visible to
 * them.
 */
export const addOnsOfReason = relationField(
  Reason,
  'addOns',
  toManyVia({ entity: ReasonAddOn, from: 'reasonId', to: 'addOnId' }, reasons, {
    order: ['sortWeight', 'rowId'],
    refers: true,
    where: (member, column, alias) =>
      sql`${column('status')} = ${ReasonStatus.ACTIVE} AND ${isStaffSide(member) ? TRUE : reasons.visible(member, alias)}`,
  }),
  {
    type: () => [Reason],
    description: 'Active add-ons that can be booked with it, by sortWeight.',
  },
);
