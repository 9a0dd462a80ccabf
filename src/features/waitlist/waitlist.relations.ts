import { Int } from 'type-graphql';
import { connectionOf } from '../../graphql/connection';
import { Appointment } from '../appointments/model/appointment.entity';
import { WaitlistEntry } from './model/waitlist-entry.entity';
import { WaitlistFilter, WaitlistOrder } from './model/waitlist.filter';
import { waitlistEntries, waitlistEntryList } from './model/waitlist.list';
import { relationField, connectionField } from '../../graphql/relations/relation-field';
import { sql } from '../../db/sql';
import { computedField, value, valueOf } from '../../graphql/relations/computed-field';
import { toMany, toOne, withNodes } from '../../graphql/relations/relation';
import { appointments } from '../appointments/model/list';
import { ClassSchedule } from '../classes/class-schedule.entity';
import { classSchedules } from '../classes/class.list';
import { Client } from '../clients/client.entity';
import { clients } from '../clients/client.list';
import { Location } from '../locations/location.entity';
import { locations } from '../locations/location.list';
import type { LogEvent } from '../../log/event.entity';
import { historyList } from '../notifications/history.list';
import { Reason } from '../reasons/reason.entity';
import { reasons } from '../reasons/reason.list';
import { WaitlistStep } from './model/waitlist-step';

export const WaitlistEntryConnection = connectionOf(WaitlistEntry, 'WaitlistEntry');

export const reasonOfEntry = relationField(WaitlistEntry, 'reason', toOne('reasonId', reasons), {
  type: () => Reason,
});
export const locationOfEntry = relationField(
  WaitlistEntry,
  'location',
  toOne('locationId', locations),
  { type: () => Location },
);
export const clientOfEntry = relationField(WaitlistEntry, 'client', toOne('clientId', clients), {
  type: () => Client,
});
export const appointmentOfEntry = relationField(
  WaitlistEntry,
  'appointment',
  toOne('appointmentId', appointments),
  {
    type: () => Appointment,
    nullable: true,
    description:
      'The hold of an INVITED entry, the booking of a BOOKED entry. Null for other statuses.',
  },
);
export const sessionOfEntry = relationField(
  WaitlistEntry,
  'classSchedule',
  toOne('classScheduleId', classSchedules),
  {
    type: () => ClassSchedule,
    nullable: true,
    description: 'Requested session of an entry of kind SESSION. Null for other kinds.',
  },
);
export const entriesOfSession = connectionField(
  ClassSchedule,
  'waitlistEntries',
  toMany(waitlistEntryList, 'classScheduleId'),
  {
    type: () => WaitlistEntryConnection,
    filter: () => WaitlistFilter,
    orderBy: () => WaitlistOrder,
    description:
      'Waitlist entries for the session that are visible to the caller, in the order of joining.',
  },
);
export const entriesOfClient = connectionField(
  Client,
  'waitlistEntries',
  toMany(waitlistEntryList, 'clientId'),
  {
    type: () => WaitlistEntryConnection,
    filter: () => WaitlistFilter,
    orderBy: () => WaitlistOrder,
    description: 'Waitlist entries of the client, in the order of joining.',
  },
);

/**
 * Position of a WAITING entry among those for the same reason and location, or the same session. 0
 * for other statuses.
 */
const placeOfEntry = value(
  waitlistEntries,
  ['status', 'reasonId', 'locationId', 'classScheduleId', 'createdAt'],
  (_asking, column) => sql`(
  SELECT count(*) FROM waitlist_entry AS o
  WHERE ${column('status')} = 'WAITING' AND o.business_id = ${column('businessId')} AND o.reason_id = ${column('reasonId')} AND o.location_id = ${column('locationId')}
    AND coalesce(o.class_schedule_id, 0) = coalesce(${column('classScheduleId')}, 0)
    AND o.status = 'WAITING' AND (o.created_at, o.id) <= (${column('createdAt')}, ${column('rowId')}))`,
);

export const positionOfEntry = computedField(WaitlistEntry, 'position', {
  type: () => Int,
  nullable: true,
  description:
    'Position among the WAITING entries for the same reason and location, or the same ' +
    'session, starting at 1. Null for other statuses.',
  across: [valueOf(placeOfEntry)],
  compute: (_row, _context, place) => place || null,
});

const WaitlistStepConnection = connectionOf(WaitlistStep, 'WaitlistStep');

export const historyOfEntry = connectionField(
  WaitlistEntry,
  'history',
  withNodes(
    toMany<WaitlistEntry, LogEvent, object>(historyList, 'waitlistEntryId'),
    WaitlistStep.reads,
    (event, { viewer }) => new WaitlistStep(event, viewer),
  ),
  {
    type: () => WaitlistStepConnection,
    description: 'Changes of the entry, oldest first.',
  },
);
