import type { Context } from '../../../context';
import { toManyVia, toOne, firstOf } from '../../../graphql/relations/relation';
import { Business } from '../../businesses/business.entity';
import { businesses } from '../../businesses/business.list';
import { ClassSchedule } from '../../classes/class-schedule.entity';
import { classSchedules } from '../../classes/class.list';
import { Client } from '../../clients/client.entity';
import { clients } from '../../clients/client.list';
import { Coupon } from '../../coupons/coupon.entity';
import { coupons } from '../../coupons/coupon.list';
import { Group } from '../../groups/group.entity';
import { groups } from '../../groups/group.list';
import { PackageSold } from '../../packages/package-sold.entity';
import { packagesSold } from '../../packages/package.list';
import { Location } from '../../locations/location.entity';
import { locations } from '../../locations/location.list';
import { Reason } from '../../reasons/reason.entity';
import { reasons } from '../../reasons/reason.list';
import { Resource } from '../../resources/resource.entity';
import { resources } from '../../resources/resource.list';
import { Staff } from '../../staff/staff.entity';
import { staff } from '../../staff/staff.list';
import { AppointmentAddOn } from '../model/links/appointment-add-on.entity';
import { AppointmentBlockedStaff } from '../model/links/appointment-blocked-staff.entity';
import { AppointmentResource } from '../model/links/appointment-resource.entity';
import { AppointmentStaff } from '../model/links/appointment-staff.entity';
import { Appointment } from '../model/appointment.entity';
import { relationField } from '../../../graphql/relations/relation-field';

export const businessOfAppointment = relationField(
  Appointment,
  'business',
  toOne('businessId', businesses),
  { type: () => Business },
);
export const clientOfAppointment = relationField(
  Appointment,
  'client',
  toOne('clientId', clients),
  {
    type: () => Client,
    nullable: true,
    description:
      'The client the appointment is for. Null for time off, and for holds not yet ' +
      'assigned to a client.',
  },
);
export const locationOfAppointment = relationField(
  Appointment,
  'location',
  toOne('locationId', locations),
  { type: () => Location },
);
export const reasonOfAppointment = relationField(
  Appointment,
  'reason',
  toOne('reasonId', reasons),
  { type: () => Reason },
);
export const staffOfAppointment = relationField(Appointment, 'staff', toOne('staffId', staff), {
  type: () => Staff,
  description: 'Main staff member.',
});
export const classScheduleOfAppointment = relationField(
  Appointment,
  'classSchedule',
  toOne('classScheduleId', classSchedules),
  {
    type: () => ClassSchedule,
    nullable: true,
    description: 'Session in which the appointment has seats. Null for other appointments.',
  },
);
export const coordinatorOfAppointment = relationField(
  Appointment,
  'coordinatorStaff',
  toOne('coordinatorStaffId', staff),
  {
    type: () => Staff,
    nullable: true,
    description: 'Staff member who arranges the appointment. Their time is not blocked.',
  },
);
export const additionalStaffOfAppointment = relationField(
  Appointment,
  'additionalStaff',
  toManyVia({ entity: AppointmentStaff, from: 'appointmentId', to: 'staffId' }, staff, {
    refers: true,
  }),
  {
    type: () => [Staff],
    description:
      'Staff who serve in addition to the main staff member. Their time is blocked as well.',
  },
);
export const blockedStaffOfAppointment = relationField(
  Appointment,
  'blockedStaff',
  toManyVia({ entity: AppointmentBlockedStaff, from: 'appointmentId', to: 'staffId' }, staff, {
    refers: true,
  }),
  {
    type: () => [Staff],
    description:
      'Staff whose time is blocked in addition to that of the main staff member: ' +
      'additional staff, and staff who do not serve.',
  },
);
export const resourcesOfAppointment = relationField(
  Appointment,
  'resources',
  toManyVia({ entity: AppointmentResource, from: 'appointmentId', to: 'resourceId' }, resources, {
    refers: true,
  }),
  { type: () => [Resource], description: 'Resources that the appointment takes.' },
);
export const resourceOfAppointment = relationField(
  Appointment,
  'resource',
  firstOf(resourcesOfAppointment),
  {
    type: () => Resource,
    nullable: true,
    description: 'First of the resources. Null if the appointment takes none.',
  },
);

export const couponOfAppointment = relationField(
  Appointment,
  'coupon',
  toOne('couponId', coupons),
  {
    type: () => Coupon,
    nullable: true,
    description: 'Coupon with which it was booked. Null without one.',
  },
);

export const locationGroupOfAppointment = relationField(
  Appointment,
  'locationGroup',
  toOne('locationGroupId', groups),
  {
    type: () => Group,
    nullable: true,
    description: 'Group of locations by which it was booked. Later changes keep it.',
  },
);

export const locationSuperGroupOfAppointment = relationField(
  Appointment,
  'locationSuperGroup',
  toOne('locationSuperGroupId', groups),
  {
    type: () => Group,
    nullable: true,
    description: 'Super-group by which it was booked. Later changes keep it.',
  },
);

export const reasonGroupOfAppointment = relationField(
  Appointment,
  'reasonGroup',
  toOne('reasonGroupId', groups),
  {
    type: () => Group,
    nullable: true,
    description: 'Group of reasons by which it was booked. Later changes keep it.',
  },
);

const packageSold = toOne<Appointment, PackageSold>('packageSoldId', packagesSold);
/** Refers to no package, because a client must not see packages of other clients. */
export const packageSoldOfAppointment = relationField(
  Appointment,
  'packageSold',
  Object.assign((row: Appointment, context: Context) => packageSold(row, context), {
    relation: packageSold.relation,
  }),
  {
    type: () => PackageSold,
    nullable: true,
    description:
      'Package that pays for it. Null without one, and if it is not visible to the caller.',
  },
);

export const addOnsOfAppointment = relationField(
  Appointment,
  'addOnReasons',
  toManyVia({ entity: AppointmentAddOn, from: 'appointmentId', to: 'reasonId' }, reasons, {
    refers: true,
  }),
  {
    type: () => [Reason],
    description:
      'Add-ons booked with the reason. Their minutes and prices are included in those of ' +
      'the appointment.',
  },
);
