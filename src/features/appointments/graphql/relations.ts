import { toManyVia, toMany, toManyThrough, toOne } from '../../../graphql/relations/relation';
import type { Business } from '../../businesses/business.entity';
import { businesses } from '../../businesses/business.loaders';
import type { ClassSchedule } from '../../classes/class-schedule.entity';
import { classSchedules } from '../../classes/class.source';
import type { Client } from '../../clients/client.entity';
import { clients } from '../../clients/client.source';
import type { Location } from '../../locations/location.entity';
import { locations } from '../../locations/location.source';
import type { Reason } from '../../reasons/reason.entity';
import { reasons } from '../../reasons/reason.source';
import type { Resource } from '../../resources/resource.entity';
import { resources } from '../../resources/resource.source';
import type { Staff } from '../../staff/staff.entity';
import { staff } from '../../staff/staff.source';
import { AppointmentAddOn } from '../model/links/appointment-add-on.entity';
import { AppointmentBlockedStaff } from '../model/links/appointment-blocked-staff.entity';
import { AppointmentResource } from '../model/links/appointment-resource.entity';
import { AppointmentStaff } from '../model/links/appointment-staff.entity';
import type { Appointment } from '../model/appointment.entity';
import type { AppointmentFilter } from '../model/filter';
import { appointmentList } from '../model/list';

export const businessOfAppointment = toOne<Appointment, Business>(
  'Appointment.business',
  'businessId',
  businesses,
);
export const clientOfAppointment = toOne<Appointment, Client>(
  'Appointment.client',
  'clientId',
  clients,
);
export const locationOfAppointment = toOne<Appointment, Location>(
  'Appointment.location',
  'locationId',
  locations,
);
export const reasonOfAppointment = toOne<Appointment, Reason>(
  'Appointment.reason',
  'reasonId',
  reasons,
);
export const staffOfAppointment = toOne<Appointment, Staff>('Appointment.staff', 'staffId', staff);
export const classScheduleOfAppointment = toOne<Appointment, ClassSchedule>(
  'Appointment.classSchedule',
  'classScheduleId',
  classSchedules,
);
export const coordinatorOfAppointment = toOne<Appointment, Staff>(
  'Appointment.coordinatorStaff',
  'coordinatorStaffId',
  staff,
);
export const additionalStaffOfAppointment = toManyVia<Appointment, Staff, AppointmentStaff>(
  'Appointment.additionalStaff',
  AppointmentStaff,
  'appointmentId',
  'staffId',
  staff,
  { refers: true },
);
export const blockedStaffOfAppointment = toManyVia<Appointment, Staff, AppointmentBlockedStaff>(
  'Appointment.blockedStaff',
  AppointmentBlockedStaff,
  'appointmentId',
  'staffId',
  staff,
  { refers: true },
);
export const resourcesOfAppointment = toManyVia<Appointment, Resource, AppointmentResource>(
  ['Appointment.resources', 'Appointment.resource'],
  AppointmentResource,
  'appointmentId',
  'resourceId',
  resources,
  { refers: true },
);
export const addOnsOfAppointment = toManyVia<Appointment, Reason, AppointmentAddOn>(
  'Appointment.addOnReasons',
  AppointmentAddOn,
  'appointmentId',
  'reasonId',
  reasons,
  { refers: true },
);

export const appointmentsOfResource = toManyThrough<
  Resource,
  Appointment,
  AppointmentFilter,
  AppointmentResource
>('Resource.appointments', appointmentList, AppointmentResource, 'resourceId', 'appointmentId');
export const appointmentsOfSession = toMany<ClassSchedule, Appointment, AppointmentFilter>(
  'ClassSchedule.appointments',
  appointmentList,
  'classScheduleId',
);
export const appointmentsOfClient = toMany<Client, Appointment, AppointmentFilter>(
  'Client.appointments',
  appointmentList,
  'clientId',
);
export const appointmentsOfLocation = toMany<Location, Appointment, AppointmentFilter>(
  'Location.appointments',
  appointmentList,
  'locationId',
);
export const appointmentsOfReason = toMany<Reason, Appointment, AppointmentFilter>(
  'Reason.appointments',
  appointmentList,
  'reasonId',
);
export const appointmentsOfStaff = toMany<Staff, Appointment, AppointmentFilter>(
  'Staff.appointments',
  appointmentList,
  'staffId',
);
