import { isStaffSide } from '../../context';
import { sql, TRUE } from '../../db/sql';
import { connectionOf } from '../../graphql/connection';
import { across, computedField } from '../../graphql/relations/computed-field';
import {
  toFew,
  toMany,
  toManyVia,
  toManyWhere,
  toOne,
  withEdges,
} from '../../graphql/relations/relation';
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
import { ServiceStaffFilter, serviceStaffList, shownTo } from './links/service-staff.list';
import { StaffReasonEdge, staffReasonEdges } from './links/staff-reason-edge';
import { durationsOfStaff } from './staff-durations';
import { ReasonDuration } from './reason-values';
import { connectionField, relationField } from '../../graphql/relations/relation-field';

export const ReasonConnection = connectionOf(Reason, 'Reason');

export const businessOfReason = relationField(Reason, 'business', toOne('businessId', businesses), {
  type: () => Business,
});

export const ServiceStaffConnection = connectionOf(ServiceStaff, 'ServiceStaff');

export const serviceStaffOfReason = connectionField(
  Reason,
  'serviceStaff',
  toMany(serviceStaffList, 'reasonId'),
  {
    type: () => ServiceStaffConnection,
    filter: () => ServiceStaffFilter,
    description:
      'Assignments of the staff who serve it, by the number of the staff member. Callers other ' +
      'than staff see active assignments only.',
  },
);
export const staffOfService = relationField(ServiceStaff, 'staff', toOne('staffId', staff), {
  type: () => Staff,
});
export const reasonOfService = relationField(ServiceStaff, 'reason', toOne('reasonId', reasons), {
  type: () => Reason,
});

export const durationsOfService = computedField(ServiceStaff, 'durations', {
  type: () => [ReasonDuration],
  description:
    'Lengths of the reason with the price of this staff member: as set by setReasonStaff, else ' +
    'that of the length, else `price`. Null for the price of the reason.',
  reads: ['price', 'durations'],
  across: [across(reasonOfService, 'rowId', 'durations', 'price', 'currency')],
  compute: (service, _context, reason) => (reason ? durationsOfStaff(reason, service) : []),
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

const StaffReasonConnection = connectionOf(Reason, 'StaffReason', StaffReasonEdge);

export const reasonsOfStaff = connectionField(
  Staff,
  'reasons',
  withEdges(
    toManyWhere(reasonList, (alias, parent, member) => {
      const reason = ofReason(alias);
      return sql`EXISTS (
      SELECT 1 FROM service_staff AS given WHERE given.business_id = ${reason('businessId')} AND given.reason_id = ${reason('rowId')}
        AND given.staff_id = ${parent} AND ${isStaffSide(member) ? TRUE : sql`given.active = ${true}`})`;
    }),
    staffReasonEdges,
  ),
  {
    ...REASONS,
    type: () => StaffReasonConnection,
    description:
      'Reasons assigned to the staff member, by sortWeight, with the assignment on the edge. ' +
      'Callers other than staff see active assignments only.',
  },
);
