import { Role } from '../../context';
import { FALSE, isOneOf, sql, TRUE } from '../../db/sql';
import { defineList } from '../../graphql/relations/list';
import { OrderDirection } from '../../graphql/connection';
import { toMany, toOne } from '../../graphql/relations/relation';
import { defineRepository } from '../../graphql/relations/repository';
import type { Appointment } from '../appointments/model/appointment.entity';
import type { AppointmentFilter } from '../appointments/model/filter';
import { appointmentList } from '../appointments/model/list';
import type { Client } from '../clients/client.entity';
import { clients } from '../clients/client.source';
import type { Location } from '../locations/location.entity';
import { locations } from '../locations/location.source';
import type { Reason } from '../reasons/reason.entity';
import { reasons } from '../reasons/reason.source';
import type { Staff } from '../staff/staff.entity';
import { helpedBy } from '../staff/served-appointments';
import { staff } from '../staff/staff.source';
import { RecurringAppointment } from './recurring-appointment.entity';

/**
 * Series visible to a viewer, by the scope of appointments. A staff user sees a series if they
 * serve any of its appointments.
 */
export const recurringAppointments = defineRepository(RecurringAppointment, (viewer, column) => {
  switch (viewer.role) {
    case Role.ADMINISTRATOR:
      return TRUE;
    case Role.LOCATION_SUPER_USER:
      return isOneOf(column('locationId'), viewer.locationIds);
    case Role.STAFF_USER:
      return viewer.staffId === null
        ? FALSE
        : sql`EXISTS (
      SELECT 1 FROM appointment AS part WHERE part.business_id = ${column('businessId')} AND part.recurring_appointment_id = ${column('rowId')}
      AND (part.staff_id = ${viewer.staffId} OR ${helpedBy(sql`part.id`, viewer.businessId, [viewer.staffId])}))`;
    case Role.CLIENT:
      return isOneOf(column('clientId'), viewer.clientIds);
    case Role.GUEST:
    case Role.PUBLIC:
      return FALSE;
  }
});

export const recurringAppointmentList = defineList<RecurringAppointment, object>({
  source: recurringAppointments,
  queries: { one: 'recurringAppointment' },
  orders: { ID: [] },
  defaultOrder: { field: 'ID', direction: OrderDirection.ASC },
  filter: () => [],
});

export const seriesOfAppointment = toOne<Appointment, RecurringAppointment>(
  'Appointment.recurringAppointment',
  'recurringAppointmentId',
  recurringAppointments,
);
export const appointmentsOfSeries = toMany<RecurringAppointment, Appointment, AppointmentFilter>(
  'RecurringAppointment.appointments',
  appointmentList,
  'recurringAppointmentId',
);
export const reasonOfSeries = toOne<RecurringAppointment, Reason>(
  'RecurringAppointment.reason',
  'reasonId',
  reasons,
);
export const locationOfSeries = toOne<RecurringAppointment, Location>(
  'RecurringAppointment.location',
  'locationId',
  locations,
);
export const staffOfSeries = toOne<RecurringAppointment, Staff>(
  'RecurringAppointment.staff',
  'staffId',
  staff,
);
export const clientOfSeries = toOne<RecurringAppointment, Client>(
  'RecurringAppointment.client',
  'clientId',
  clients,
);
