import { isOneOf } from '../../db/sql';
import { acrossAll, computedField } from '../../graphql/relations/computed-field';
import { toFew } from '../../graphql/relations/relation';
import { Appointment } from '../appointments/model/appointment.entity';
import { BookingEventType } from '../appointments/model/events';
import { LogEvent, MAX_HISTORY } from '../../log/event.entity';
import { HistoryEntry } from './notification';

/** Oldest first, by position: an event is visible as soon as it is committed. */
const stepsOfAppointment = toFew<Appointment, LogEvent>(LogEvent, 'appointmentId', {
  order: ['position'],
  limit: MAX_HISTORY,
  where: (_member, column) => isOneOf(column('type'), Object.values(BookingEventType)),
});

export const historyOfAppointment = computedField(Appointment, 'history', {
  type: () => [HistoryEntry],
  description: 'Changes of the appointment with actor, time and reason, oldest first.',
  across: [acrossAll(stepsOfAppointment, ...HistoryEntry.reads)],
  compute: (_row, { viewer }, steps) => steps.map((step) => new HistoryEntry(step, viewer)),
});
