import { connectionOf } from '../../graphql/connection';
import { toMany, withNodes } from '../../graphql/relations/relation';
import { connectionField } from '../../graphql/relations/relation-field';
import type { LogEvent } from '../../log/event.entity';
import { Appointment } from '../appointments/model/appointment.entity';
import { historyList } from './history.list';
import { HistoryEntry } from './notification';

const HistoryEntryConnection = connectionOf(HistoryEntry, 'HistoryEntry');

export const historyOfAppointment = connectionField(
  Appointment,
  'history',
  withNodes(
    toMany<Appointment, LogEvent, object>(historyList, 'appointmentId'),
    HistoryEntry.reads,
    (event, { viewer }) => new HistoryEntry(event, viewer),
  ),
  {
    type: () => HistoryEntryConnection,
    description: 'Changes of the appointment with actor, time and reason, oldest first.',
  },
);
