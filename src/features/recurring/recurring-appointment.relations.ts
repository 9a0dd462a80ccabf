import { connectionOf } from '../../graphql/connection';
import { toMany, toOne } from '../../graphql/relations/relation';
import { Appointment } from '../appointments/model/appointment.entity';
import { AppointmentFilter, AppointmentOrder } from '../appointments/model/filter';
import { appointmentList } from '../appointments/model/list';
import { Client } from '../clients/client.entity';
import { clients } from '../clients/client.list';
import { Location } from '../locations/location.entity';
import { locations } from '../locations/location.list';
import { Reason } from '../reasons/reason.entity';
import { reasons } from '../reasons/reason.list';
import { Staff } from '../staff/staff.entity';
import { staff } from '../staff/staff.list';
import { RecurringAppointment } from './recurring-appointment.entity';
import { relationField, connectionField } from '../../graphql/relations/relation-field';
import { AppointmentConnection } from '../appointments/graphql/reverse-relations';
import { RecurringAppointmentFilter } from './recurring-appointment.filter';
import { recurringAppointmentList, recurringAppointments } from './recurring-appointment.list';

export const RecurringAppointmentConnection = connectionOf(
  RecurringAppointment,
  'RecurringAppointment',
);

export const seriesOfAppointment = relationField(
  Appointment,
  'recurringAppointment',
  toOne('recurringAppointmentId', recurringAppointments),
  {
    type: () => RecurringAppointment,
    nullable: true,
    description: 'Series of the appointment. Null for a single appointment.',
  },
);

export const appointmentsOfSeries = connectionField(
  RecurringAppointment,
  'appointments',
  toMany(appointmentList, 'recurringAppointmentId', { isFew: true }),
  {
    type: () => AppointmentConnection,
    filter: () => AppointmentFilter,
    orderBy: () => AppointmentOrder,
    description:
      'Appointments of the series, including moved and cancelled ones. Ordered by start by ' +
      'default.',
  },
);

export const reasonOfSeries = relationField(
  RecurringAppointment,
  'reason',
  toOne('reasonId', reasons),
  { type: () => Reason },
);

export const locationOfSeries = relationField(
  RecurringAppointment,
  'location',
  toOne('locationId', locations),
  { type: () => Location },
);

export const staffOfSeries = relationField(RecurringAppointment, 'staff', toOne('staffId', staff), {
  type: () => Staff,
  nullable: true,
  description: 'Staff member who serves. Null if one was chosen for each occurrence.',
});

export const clientOfSeries = relationField(
  RecurringAppointment,
  'client',
  toOne('clientId', clients),
  { type: () => Client, nullable: true },
);

export const seriesOfClient = connectionField(
  Client,
  'recurringAppointments',
  toMany(recurringAppointmentList, 'clientId'),
  {
    type: () => RecurringAppointmentConnection,
    filter: () => RecurringAppointmentFilter,
    description: 'Series of the client that are visible to the caller, in the order of their ids.',
  },
);
