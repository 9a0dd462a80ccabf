import {
  renderCalendar,
  type Calendar,
  type CalendarEvent,
} from '../../../src/lib/icalendar/calendar';

export const event = (given: Partial<CalendarEvent> = {}): CalendarEvent => ({
  uid: '1-7@example',
  sequence: 0,
  createdAt: Date.UTC(2029, 0, 1),
  modifiedAt: Date.UTC(2029, 0, 2),
  start: Date.UTC(2030, 0, 31, 9),
  end: Date.UTC(2030, 0, 31, 10),
  timeZone: 'Europe/Berlin',
  status: 'CONFIRMED',
  summary: 'Check-up',
  ...given,
});
export const render = (events: readonly CalendarEvent[], given: Partial<Calendar> = {}) =>
  renderCalendar({ method: 'PUBLISH', events, ...given });
