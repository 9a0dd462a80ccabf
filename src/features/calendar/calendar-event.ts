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

export type CalendarSubject = Pick<
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

/**
 * Returns a UID that is stable over the life of an appointment, in feeds and invitations. The
 * creation instant distinguishes installations.
 */
const uidOf = ({ businessId, rowId, createdAt }: CalendarSubject): string =>
  `${businessId}-${rowId}-${createdAt.toString(36)}@slotgraph`;

/**
 * Returns the calendar event of an appointment with the times of the client. The time zone defaults
 * to that of the appointment. The caller supplies summary and other texts.
 */
export function eventOf(
  appointment: CalendarSubject,
  details: Pick<CalendarEvent, 'summary'> & Partial<CalendarEvent>,
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
    ...details,
  };
}
