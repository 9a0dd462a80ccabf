import type { CalendarEvent } from '../../lib/icalendar/calendar';
import type { Appointment } from '../appointments/model/appointment.entity';
import { AppointmentStatus } from '../appointments/model/status';

const STATUS: Readonly<Record<AppointmentStatus, CalendarEvent['status']>> = {
  [AppointmentStatus.PENDING]: 'TENTATIVE',
  [AppointmentStatus.OPEN]: 'CONFIRMED',
  [AppointmentStatus.COMPLETED]: 'CONFIRMED',
  [AppointmentStatus.NO_SHOW]: 'CONFIRMED',
  [AppointmentStatus.CANCELLED]: 'CANCELLED',
  [AppointmentStatus.DELETED]: 'CANCELLED',
};

export type Timed = Pick<
  Appointment,
  | 'businessId'
  | 'rowId'
  | 'version'
  | 'createdAt'
  | 'modifiedAt'
  | 'startAt'
  | 'endAt'
  | 'status'
  | 'timeZoneCode'
>;

/** One appointment is one event for as long as it lives, in every feed and every invitation. No two installations are likely to say the same. */
const uidOf = ({ businessId, rowId, createdAt }: Timed): string =>
  `${businessId}-${rowId}-${createdAt.toString(36)}@slotgraph`;

/** When it is and how it stands, as its client sees it, in the appointment's own zone unless another is given; what is said of it is the caller's to say. */
export function eventOf(
  appointment: Timed,
  told: Pick<CalendarEvent, 'summary'> & Partial<CalendarEvent>,
): CalendarEvent {
  const { version, createdAt, modifiedAt, startAt, endAt, status, timeZoneCode } = appointment;
  return {
    uid: uidOf(appointment),
    sequence: version - 1,
    createdAt,
    modifiedAt,
    start: startAt,
    end: endAt,
    timeZone: timeZoneCode,
    status: STATUS[status],
    ...told,
  };
}
