import { isOneOf, TRUE } from '../../db/sql';
import { OrderDirection } from '../../graphql/connection';
import { defineList } from '../../graphql/relations/list';
import { defineRepository } from '../../graphql/relations/repository';
import { LogEvent } from '../../log/event.entity';
import { BookingEventType } from '../appointments/model/events';

/** Events are read below an appointment or a waitlist entry, whose access decides. */
const events = defineRepository(LogEvent, () => TRUE);

/**
 * Events of bookings, oldest first. By position, since an event is visible as soon as it is
 * committed.
 */
export const historyList = defineList<LogEvent, object>({
  source: events,
  orders: { POSITION: [] },
  defaultOrder: { field: 'POSITION', direction: OrderDirection.ASC },
  filter: (_given, column) => [isOneOf(column('type'), Object.values(BookingEventType))],
});
