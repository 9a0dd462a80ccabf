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
  WAITLIST_UPDATED = 'WAITLIST_UPDATED',
  WAITLIST_INVITED = 'WAITLIST_INVITED',
  WAITLIST_BOOKED = 'WAITLIST_BOOKED',
  WAITLIST_RETURNED = 'WAITLIST_RETURNED',
  WAITLIST_EXPIRED = 'WAITLIST_EXPIRED',
  WAITLIST_REMOVED = 'WAITLIST_REMOVED',
}
registerEnumType(BookingEventType, {
  name: 'BookingEventType',
  description: 'What happened to an appointment or a waitlist entry.',
  valuesConfig: {
    HELD: { description: 'The time is held until holdExpiresAt.' },
    BOOKED: { description: 'A hold was booked.' },
    HOLD_EXPIRED: { description: 'A hold ended without a booking.' },
    WAITLIST_JOINED: { description: 'A client joined a waitlist. Not an event of an appointment.' },
    WAITLIST_UPDATED: { description: 'The wish of a waiting client changed.' },
    WAITLIST_INVITED: { description: 'The time is held for an invited client of the waitlist.' },
    WAITLIST_BOOKED: { description: 'An invited client claimed the time.' },
    WAITLIST_RETURNED: {
      description:
        'An invited client is waiting again: another client claimed the time, or it is no ' +
        'longer held.',
    },
    WAITLIST_EXPIRED: {
      description:
        'An invitation expired unclaimed. Without an appointment: all requested times have passed.',
    },
    WAITLIST_REMOVED: { description: 'A client left the waitlist or was removed from it.' },
    STATUS_CHANGED: {
      description: 'Any other change of the status or sub-status.',
    },
  },
});

/**
 * An appointment as recorded in the log: the row, its other staff, its resources and its add-ons.
 */
export interface Snapshot {
  /**
   * Recipients who are not notified of the change. Part of the event only, not of the appointment.
   */
  readonly notify?: NotificationChoice;
  /**
   * Whether the change is part of a batch, which is notified as a whole: see BATCH_CHANGED. Part of
   * the event only.
   */
  readonly together?: true;
  readonly appointment: Appointment;
  readonly additionalStaffIds: readonly number[];
  /** Staff who do not serve, but whose time is blocked. */
  readonly blockedStaffIds?: readonly number[];
  readonly resources: readonly { readonly resourceId: number; readonly units: number }[];
  readonly addOnReasonIds: readonly number[];
}

/** Returns a snapshot without other staff, resources or add-ons. */
export const withoutExtras = (appointment: Appointment): Snapshot => ({
  appointment,
  additionalStaffIds: [],
  resources: [],
  addOnReasonIds: [],
});

/** Columns that are not reported as changes. */
const SILENT = new Set([
  'version',
  'resourceUnits',
  'modifiedAt',
  'modifiedBy',
  'modifiedById',
  'timeZoneData',
  'locationStartDate',
  'locationEndDate',
  'holdSecretHash',
  'recurrenceStart',
  'originalStartAt',
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

function fromJson(json: Record<string, unknown>): Snapshot {
  const list = (field: string): number[] => (json[field] as number[] | undefined) ?? [];
  const units = list('resourceUnits');
  return {
    // Snapshots written before these columns existed have none.
    appointment: tableOf(Appointment).hydrate({ seats: 1, originalStartAt: null, ...json }),
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
 * Whether an event belongs to the life cycle of an appointment, so that its snapshot contains the
 * appointment.
 */
export const isBooking = ({ type, appointmentId }: LogEvent): boolean =>
  appointmentId !== null && TYPES.has(type);

const snapshots = new WeakMap<LogEvent, Snapshot>();

/** Returns the appointment of an event. Memoized, since many subscribers read one event. */
export function snapshotOf(event: LogEvent): Snapshot {
  const cached = snapshots.get(event);
  if (cached) return cached;
  const snapshot = fromJson(event.snapshot);
  snapshots.set(event, snapshot);
  return snapshot;
}

/** Returns the differences by field, as [old, new]. */
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
