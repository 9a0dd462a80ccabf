import { Role } from '../../context';
import { FALSE, isOneOf, sql, TRUE } from '../../db/sql';
import { parseGlobalIds } from '../../graphql/global-id';
import { defineList } from '../../graphql/relations/list';
import { OrderDirection } from '../../graphql/connection';
import { defineRepository } from '../../graphql/relations/repository';
import { isHelpedBy } from '../staff/served-appointments';
import { RecurringAppointment } from './recurring-appointment.entity';
import type { RecurringAppointmentFilter } from './recurring-appointment.filter';

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
      AND (part.staff_id = ${viewer.staffId} OR ${isHelpedBy(sql`part.id`, viewer.businessId, [viewer.staffId])}))`;
    case Role.CLIENT:
      return isOneOf(column('clientId'), viewer.clientIds);
    case Role.GUEST:
    case Role.PUBLIC:
      return FALSE;
  }
});

const IDS = {
  ids: ['RecurringAppointment', 'rowId'],
  clientIds: ['Client', 'clientId'],
  reasonIds: ['Reason', 'reasonId'],
  staffIds: ['Staff', 'staffId'],
  locationIds: ['Location', 'locationId'],
} as const;

export const recurringAppointmentList = defineList<
  RecurringAppointment,
  RecurringAppointmentFilter
>({
  source: recurringAppointments,
  orders: { ID: [] },
  defaultOrder: { field: 'ID', direction: OrderDirection.ASC },
  filter: (filter, column) =>
    (Object.keys(IDS) as (keyof typeof IDS)[]).flatMap((name) => {
      const [type, property] = IDS[name];
      const ids = filter[name];
      return ids ? [isOneOf(column(property), parseGlobalIds(type, ids, ['filter', name]))] : [];
    }),
});
