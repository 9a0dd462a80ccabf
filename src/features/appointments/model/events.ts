import { registerEnumType } from 'type-graphql';
import { tableOf } from '../../../db/table';
import type { LogEvent } from '../../../log/event.entity';
import { Appointment } from './appointment.entity';
import type { NotificationChoice } from './notification-choice';

export enum BookingEventType {
  CREATED = 'CREATED',
  UPDATED = 'UPDATED',
  RESCHEDULED = 'RESCHEDULED',
  CANCELLED = 'CANCELLED',
  COMPLETED = 'COMPLETED',
  NO_SHOW = 'NO_SHOW',
  STATUS_CHANGED = 'STATUS_CHANGED',
  HELD = 'HELD',
  BOOKED = 'BOOKED',
  HOLD_EXPIRED = 'HOLD_EXPIRED',
  WAITLIST_JOINED = 'WAITLIST_JOINED',
  WAITLIST_INVITED = 'WAITLIST_INVITED',
  WAITLIST_BOOKED = 'WAITLIST_BOOKED',
  WAITLIST_RETURNED = 'WAITLIST_RETURNED',
  WAITLIST_EXPIRED = 'WAITLIST_EXPIRED',
  WAITLIST_REMOVED = 'WAITLIST_REMOVED',
}
registerEnumType(BookingEventType, {
  name: 'BookingEventType',
  valuesConfig: {
    HELD: { description: 'Its time is held until holdExpiresAt.' },
    BOOKED: { description: 'A hold became an appointment.' },
    HOLD_EXPIRED: { description: 'A hold ended without a booking.' },
    WAITLIST_JOINED: { description: 'Somebody waits for a place. Of no appointment.' },
    WAITLIST_INVITED: { description: 'Its time is held for somebody who waits.' },
    WAITLIST_BOOKED: { description: 'Somebody who was invited claimed it.' },
    WAITLIST_RETURNED: {
      description:
        'Somebody who was invited waits again: another was faster, or it is held no longer.',
    },
    WAITLIST_EXPIRED: {
      description:
        'An invitation was not claimed in time; or, of no appointment, all that was waited for has passed.',
    },
    WAITLIST_REMOVED: { description: 'Somebody left the waitlist, or was taken off it.' },
    STATUS_CHANGED: {
      description: 'Any change of status or sub-status that has no event of its own.',
    },
  },
});

/**
 * An appointment as the log keeps it: the row, who else serves, what it takes and what comes with
 * it.
 */
export interface Snapshot {
  /** Who is not to be told of the change: of the event alone, not of the appointment. */
  readonly notify?: NotificationChoice;
  /**
   * Changed with others by one command, and told with them: see TOGETHER. Of the event alone, too.
   */
  readonly together?: true;
  readonly appointment: Appointment;
  readonly additionalStaffIds: readonly number[];
  /** Staff whose time is blocked and who do not serve. */
  readonly blockedStaffIds?: readonly number[];
  readonly resources: readonly { readonly resourceId: number; readonly units: number }[];
  readonly addOnReasonIds: readonly number[];
}

/** One with which nothing else goes. */
export const withoutExtras = (appointment: Appointment): Snapshot => ({
  appointment,
  additionalStaffIds: [],
  resources: [],
  addOnReasonIds: [],
});

/** Bookkeeping that says nothing of its own about a change. */
const SILENT = new Set([
  'version',
  'resourceUnits',
  'modifiedAt',
  'modifiedBy',
  'timeZoneData',
  'locationStartDate',
  'locationEndDate',
  'holdSecretHash',
  'recurrenceStart',
  'notify',
  'together',
]);

export function toJson({
  appointment,
  additionalStaffIds,
  blockedStaffIds = [],
  resources,
  addOnReasonIds,
  notify,
  together,
}: Snapshot): Record<string, unknown> {
  const taken = {
    resourceIds: resources.map(({ resourceId }) => resourceId),
    resourceUnits: resources.map(({ units }) => units),
  };
  return {
    ...appointment,
    additionalStaffIds,
    blockedStaffIds,
    ...taken,
    addOnReasonIds,
    ...(notify ? { notify } : {}),
    ...(together ? { together } : {}),
  };
}

export function fromJson(json: Record<string, unknown>): Snapshot {
  const list = (field: string): number[] => (json[field] as number[] | undefined) ?? [];
  const units = list('resourceUnits');
  return {
    // Written before there were seats it has none.
    appointment: tableOf(Appointment).hydrate({ seats: 1, ...json }),
    additionalStaffIds: list('additionalStaffIds'),
    blockedStaffIds: list('blockedStaffIds'),
    resources: list('resourceIds').map((resourceId, index) => ({
      resourceId,
      units: units[index] as number,
    })),
    addOnReasonIds: list('addOnReasonIds'),
    ...(json.together ? { together: true } : {}),
  };
}

const TYPES = new Set<string>(Object.values(BookingEventType));

/**
 * Whether an event is a step in the life of an appointment: then its snapshot holds the
 * appointment.
 */
export const isBooking = ({ type, appointmentId }: LogEvent): boolean =>
  appointmentId !== null && TYPES.has(type);

const snapshots = new WeakMap<LogEvent, Snapshot>();

/** The appointment of an event. Many subscribers look at one event: it is made once. */
export function snapshotOf(event: LogEvent): Snapshot {
  const known = snapshots.get(event);
  if (known) return known;
  const made = fromJson(event.snapshot);
  snapshots.set(event, made);
  return made;
}

/** Field → [old, new] of whatever differs. */
export function changesBetween(
  before: Snapshot,
  after: Snapshot,
): Record<string, [unknown, unknown]> {
  const [old, fresh] = [toJson(before), toJson(after)];
  return Object.fromEntries(
    Object.entries(fresh)
      .filter(
        ([field, value]) =>
          !SILENT.has(field) &&
          JSON.stringify(old[field] ?? null) !== JSON.stringify(value ?? null),
      )
      .map(([field, value]) => [field, [old[field] ?? null, value]]),
  );
}
