import type { LogEvent } from '../../../log/event.entity';
import { BookingEventType, snapshotOf, type Snapshot } from '../../appointments/model/events';
import { AppointmentStatus } from '../../appointments/model/status';
import { MessageKind } from '../../clients/message-kind';
import { MessageAudience } from '../message-types';

const { CLIENT, STAFF } = MessageAudience;

/** A kind of message, and the clients or staff to whom it is sent. */
export interface Announcement {
  readonly kind: MessageKind;
  readonly audience: MessageAudience;
  readonly ids: readonly number[];
  readonly version?: number;
}

/** Columns whose change is announced as a change of place or time. */
const PLACE_AND_TIME = [
  'reasonId',
  'addOnReasonIds',
  'startAt',
  'endAt',
  'locationId',
  'address',
  'meetingUrl',
  'staffId',
];

/** Returns which messages an event causes at once, and for whom. */
export function announcementsOf(event: LogEvent): Announcement[] {
  const snapshot = snapshotOf(event);
  switch (event.type as BookingEventType) {
    case BookingEventType.WAITLIST_INVITED:
      return invitationAnnouncement(event);
    case BookingEventType.COMPLETED:
      return [{ kind: MessageKind.THANK_YOU, audience: CLIENT, ids: clientsOf(snapshot) }];
    case BookingEventType.NO_SHOW:
      return [{ kind: MessageKind.NO_SHOW, audience: CLIENT, ids: clientsOf(snapshot) }];
  }
  const { holdExpiresAt, endAt } = snapshot.appointment;
  // Neither a hold nor a past appointment is announced.
  if (holdExpiresAt !== null || endAt <= event.occurredAt) return [];
  return bookingAnnouncements(event, snapshot);
}

const clientsOf = ({ appointment: { clientId } }: Snapshot): number[] =>
  clientId === null ? [] : [clientId];
const staffOf = ({ appointment, additionalStaffIds }: Snapshot): number[] => [
  appointment.staffId,
  ...additionalStaffIds,
];
const forBoth = (kind: MessageKind, snapshot: Snapshot): Announcement[] => [
  { kind, audience: CLIENT, ids: clientsOf(snapshot) },
  { kind, audience: STAFF, ids: staffOf(snapshot) },
];

const isUnconfirmed = ({ appointment }: Snapshot): boolean =>
  appointment.subStatusCode === 'PENDING_CONFIRMATION';
const isOpen = ({ appointment }: Snapshot): boolean =>
  appointment.status === AppointmentStatus.OPEN;

function bookingAnnouncements(event: LogEvent, snapshot: Snapshot): Announcement[] {
  switch (event.type as BookingEventType) {
    case BookingEventType.CREATED:
    case BookingEventType.BOOKED:
      return announcementsOfBooking(snapshot);
    case BookingEventType.STATUS_CHANGED:
      return event.changes.status ? announcementsOfBooking(snapshot) : [];
    case BookingEventType.CANCELLED:
      return forBoth(MessageKind.CANCELLATION, snapshot);
    case BookingEventType.RESCHEDULED:
    case BookingEventType.UPDATED:
      if (isUnconfirmed(snapshot)) return isMove(event) ? announcementsOfBooking(snapshot) : [];
      return isOpen(snapshot)
        ? announcementsOfUpdate(event, clientsOf(snapshot), staffOf(snapshot))
        : [];
    default:
      return [];
  }
}

/** Requests the confirmation of staff, or confirms an open appointment. */
function announcementsOfBooking(snapshot: Snapshot): Announcement[] {
  if (isUnconfirmed(snapshot)) {
    const ids = staffOf(snapshot);
    return [{ kind: MessageKind.STAFF_CONFIRMATION_REQUEST, audience: STAFF, ids }];
  }
  return isOpen(snapshot) ? forBoth(MessageKind.CONFIRMATION, snapshot) : [];
}

const isMove = ({ changes }: LogEvent): boolean => PLACE_AND_TIME.some((field) => field in changes);

/**
 * Returns a confirmation for added people, a cancellation for removed people, and a change for the
 * others if time or place changed.
 */
function announcementsOfUpdate(
  event: LogEvent,
  clients: readonly number[],
  staff: readonly number[],
): Announcement[] {
  const previous = <T>(field: string, now: T): T =>
    event.changes[field] ? (event.changes[field][0] as T) : now;
  const [main, ...others] = staff;
  const clientsBefore = [previous<number | null>('clientId', clients[0] ?? null)].filter(
    (id) => id !== null,
  );
  const staffBefore = [
    previous('staffId', main as number),
    ...previous('additionalStaffIds', others),
  ];
  return [
    ...differences(CLIENT, clientsBefore, clients, isMove(event)),
    ...differences(STAFF, staffBefore, staff, isMove(event)),
  ];
}

const differences = (
  audience: MessageAudience,
  before: readonly number[],
  after: readonly number[],
  moved: boolean,
): Announcement[] => [
  { kind: MessageKind.CONFIRMATION, audience, ids: after.filter((id) => !before.includes(id)) },
  { kind: MessageKind.CANCELLATION, audience, ids: before.filter((id) => !after.includes(id)) },
  {
    kind: MessageKind.CHANGE,
    audience,
    ids: moved ? after.filter((id) => before.includes(id)) : [],
  },
];

function invitationAnnouncement({ snapshot }: LogEvent): Announcement[] {
  const { waitlistEntry } = snapshot as {
    waitlistEntry?: { clientId: number | null; version: number };
  };
  return waitlistEntry?.clientId == null
    ? []
    : [
        {
          kind: MessageKind.WAITLIST_INVITATION,
          audience: CLIENT,
          ids: [waitlistEntry.clientId],
          version: waitlistEntry.version,
        },
      ];
}
