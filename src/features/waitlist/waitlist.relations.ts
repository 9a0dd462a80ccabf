import { sql } from '../../db/sql';
import { acrossAll, computedField, value, valueOf } from '../../graphql/relations/computed-field';
import { toFew, toMany, toOne } from '../../graphql/relations/relation';
import type { Appointment } from '../appointments/model/appointment.entity';
import { appointments } from '../appointments/model/list';
import type { ClassSchedule } from '../classes/class-schedule.entity';
import { classSchedules } from '../classes/class.source';
import type { Client } from '../clients/client.entity';
import { clients } from '../clients/client.source';
import type { Location } from '../locations/location.entity';
import { locations } from '../locations/location.source';
import { LogEvent, MAX_HISTORY } from '../../log/event.entity';
import type { Reason } from '../reasons/reason.entity';
import { reasons } from '../reasons/reason.source';
import { WaitlistEntry } from './model/waitlist-entry.entity';
import { WaitlistStep } from './model/waitlist-step.type';
import type { WaitlistFilter } from './waitlist.inputs';
import { waitlistEntries, waitlistEntryList } from './model/waitlist.list';

export const reasonOfEntry = toOne<WaitlistEntry, Reason>(
  'WaitlistEntry.reason',
  'reasonId',
  reasons,
);
export const locationOfEntry = toOne<WaitlistEntry, Location>(
  'WaitlistEntry.location',
  'locationId',
  locations,
);
export const clientOfEntry = toOne<WaitlistEntry, Client>(
  'WaitlistEntry.client',
  'clientId',
  clients,
);
export const appointmentOfEntry = toOne<WaitlistEntry, Appointment>(
  'WaitlistEntry.appointment',
  'appointmentId',
  appointments,
);
export const sessionOfEntry = toOne<WaitlistEntry, ClassSchedule>(
  'WaitlistEntry.classSchedule',
  'classScheduleId',
  classSchedules,
);
export const entriesOfSession = toMany<ClassSchedule, WaitlistEntry, WaitlistFilter>(
  'ClassSchedule.waitlistEntries',
  waitlistEntryList,
  'classScheduleId',
);
export const entriesOfClient = toMany<Client, WaitlistEntry, WaitlistFilter>(
  'Client.waitlistEntries',
  waitlistEntryList,
  'clientId',
);

/**
 * Position of a WAITING entry among those for the same reason and location, or the same session. 0
 * for other statuses.
 */
const placeOfEntry = value(
  null,
  waitlistEntries,
  ['status', 'reasonId', 'locationId', 'classScheduleId', 'createdAt'],
  (_asking, column) => sql`(
  SELECT count(*) FROM waitlist_entry AS o
  WHERE ${column('status')} = 'WAITING' AND o.business_id = ${column('businessId')} AND o.reason_id = ${column('reasonId')} AND o.location_id = ${column('locationId')}
    AND coalesce(o.class_schedule_id, 0) = coalesce(${column('classScheduleId')}, 0)
    AND o.status = 'WAITING' AND (o.created_at, o.id) <= (${column('createdAt')}, ${column('rowId')}))`,
);

export const positionOfEntry = computedField(
  WaitlistEntry,
  'position',
  [],
  [valueOf(placeOfEntry)],
  (_row, _context, place) => place || null,
);

/** Oldest first. */
const stepsOfEntry = toFew<WaitlistEntry, LogEvent>(null, LogEvent, 'waitlistEntryId', {
  order: ['position'],
  limit: MAX_HISTORY,
});

export const historyOfEntry = computedField(
  WaitlistEntry,
  'history',
  [],
  [acrossAll(stepsOfEntry, ...WaitlistStep.reads)],
  (_row, _context, steps) => steps.map((step) => new WaitlistStep(step)),
);
