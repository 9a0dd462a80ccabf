import { Int } from 'type-graphql';
import { sql } from '../../../db/sql';
import { value } from '../../../graphql/relations/computed-field';
import { connectionOf } from '../../../graphql/connection';
import { ClassSchedule } from '../../classes/class-schedule.entity';
import { Client } from '../../clients/client.entity';
import { clients } from '../../clients/client.list';
import { Location } from '../../locations/location.entity';
import { Reason } from '../../reasons/reason.entity';
import { Resource } from '../../resources/resource.entity';
import { Staff } from '../../staff/staff.entity';
import { Appointment } from '../model/appointment.entity';
import { AppointmentFilter, AppointmentOrder } from '../model/filter';
import { appointmentList } from '../model/list';
import { AppointmentStatus } from '../model/status';
import { connectionField, relationField } from '../../../graphql/relations/relation-field';
import { toManyThrough, toMany } from '../../../graphql/relations/relation';
import { AppointmentResource } from '../model/links/appointment-resource.entity';

export const AppointmentConnection = connectionOf(Appointment, 'Appointment');

const ACTIVE = [AppointmentStatus.PENDING, AppointmentStatus.OPEN];

/** Relations back to appointments. Defined here, so that no other feature imports this one. */
const APPOINTMENTS = {
  type: () => AppointmentConnection,
  filter: () => AppointmentFilter,
  orderBy: () => AppointmentOrder,
  description: 'Appointments visible to the caller. Ordered by start by default.',
};

export const appointmentsOfResource = connectionField(
  Resource,
  'appointments',
  toManyThrough(appointmentList, {
    entity: AppointmentResource,
    from: 'resourceId',
    to: 'appointmentId',
  }),
  {
    ...APPOINTMENTS,
    description: `${APPOINTMENTS.description} Limited to those that take the resource.`,
  },
);
export const appointmentsOfSession = connectionField(
  ClassSchedule,
  'appointments',
  toMany(appointmentList, 'classScheduleId', { isFew: true }),
  {
    ...APPOINTMENTS,
    description: `${APPOINTMENTS.description} Limited to those with seats in the session.`,
  },
);
export const appointmentsOfClient = connectionField(
  Client,
  'appointments',
  toMany(appointmentList, 'clientId', { isFew: true }),
  APPOINTMENTS,
);
export const appointmentsOfLocation = connectionField(
  Location,
  'appointments',
  toMany(appointmentList, 'locationId'),
  APPOINTMENTS,
);
export const appointmentsOfReason = connectionField(
  Reason,
  'appointments',
  toMany(appointmentList, 'reasonId'),
  APPOINTMENTS,
);
export const appointmentsOfStaff = connectionField(
  Staff,
  'appointments',
  toMany(appointmentList, 'staffId'),
  {
    ...APPOINTMENTS,
    description: `${APPOINTMENTS.description} Limited to those in which the staff member is the main one.`,
  },
);

/** Counts the appointments of a client that have not ended. */
export const activeCountOfClient = relationField(
  Client,
  'activeAppointmentCount',
  value(
    clients,
    [],
    ({ member }, column) => sql`(
  SELECT count(*) FROM ${appointmentList.source.from('active')}
  WHERE ${appointmentList.where(member, { statuses: ACTIVE }, 'active')} AND ${appointmentList.source.table.column('active', 'clientId')} = ${column('rowId')})`,
  ),
  { type: () => Int, description: 'Number of appointments that are PENDING or OPEN.' },
);
