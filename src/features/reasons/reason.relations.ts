import { isStaffSide, Role, type Member } from '../../context';
import { and, sql, TRUE, type Sql } from '../../db/sql';
import { connectionOf } from '../../graphql/connection';
import { toFew, toManyVia, toManyWhere, toOne } from '../../graphql/relations/relation';
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
import { ReasonFilter, ReasonOrder } from './reason.filter';
import { bookableAt, reasonList, reasons } from './reason.list';
import { ServiceLocation } from './links/service-location.entity';
import { ServiceStaff } from './links/service-staff.entity';
import { connectionField, relationField } from '../../graphql/relations/relation-field';

export const ReasonConnection = connectionOf(Reason, 'Reason');

export const businessOfReason = relationField(Reason, 'business', toOne('businessId', businesses), {
  type: () => Business,
});

/**
 * Administrators and staff users see all links, a location super user those whose target is visible
 * to it, other viewers the active ones of these. Links to deleted rows are omitted.
 */
const shownTo =
  (target: Repository<any>, key: 'staffId' | 'locationId') =>
  (member: Member, column: (property: any) => Sql): Sql => {
    const isBound = member.role === Role.LOCATION_SUPER_USER;
    // An administrator or staff user sees every row of the business.
    const isVisible = sql`EXISTS (
      SELECT 1 FROM ${target.from('shown')} WHERE ${target.visible(member, 'shown')} AND ${target.table.column('shown', 'rowId')} = ${column(key)} AND ${target.table.column('shown', 'deleted')} = ${false})`;
    if (isStaffSide(member) && !isBound) return isVisible;
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

const REASONS = {
  type: () => ReasonConnection,
  filter: () => ReasonFilter,
  orderBy: () => ReasonOrder,
};

const ofReason = (alias: string) => (property: keyof Reason & string) =>
  reasons.table.column(alias, property);

export const reasonsOfBusiness = connectionField(
  Business,
  'reasons',
  // The scope of every list is the viewer's business.
  toManyWhere(reasonList, () => TRUE),
  {
    ...REASONS,
    description:
      'Reasons visible to the caller, by sortWeight. ADDON and PERSONAL are excluded unless the ' +
      'filter selects them.',
  },
);

export const reasonsOfLocation = connectionField(
  Location,
  'reasons',
  toManyWhere(reasonList, (alias, parent) =>
    bookableAt(ofReason(alias), (id) => sql`${id} = ${parent}`, null),
  ),
  {
    ...REASONS,
    description:
      'Reasons that can be booked at the location, by sortWeight: services by the working hours ' +
      'of their staff there, classes by a session and courses by a run still to come there.',
  },
);

export const reasonsOfStaff = connectionField(
  Staff,
  'reasons',
  toManyWhere(reasonList, (alias, parent, member) => {
    const reason = ofReason(alias);
    return sql`EXISTS (
      SELECT 1 FROM service_staff AS given WHERE given.business_id = ${reason('businessId')} AND given.reason_id = ${reason('rowId')}
        AND given.staff_id = ${parent} AND ${isStaffSide(member) ? TRUE : sql`given.active = ${true}`})`;
  }),
  {
    ...REASONS,
    description:
      'Reasons assigned to the staff member, by sortWeight. Callers other than staff see active ' +
      'assignments only.',
  },
);
