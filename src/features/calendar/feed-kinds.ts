import type { Address } from '../../graphql/inputs/address';
import type { CalendarEvent } from '../../lib/icalendar/calendar';
import { ReasonStatus, ReasonType } from '../reasons/reason-enums';
import { eventOf, type CalendarSubject } from './calendar-event';
import type { FeedOwnerType } from './feed-owner';

/** Columns that a feed reads of an appointment. Excludes e-mail addresses, phones and notes. */
export interface FeedRow extends CalendarSubject {
  readonly givenAddress: string | null;
  readonly meetingUrl: string | null;
  readonly reasonType: ReasonType;
  readonly reasonDesc: string;
  readonly reasonStatus: ReasonStatus;
  readonly online: boolean;
  readonly staffName: string;
  readonly clientName: string | null;
  readonly locationName: string;
  readonly address: Address | null;
  /** Booked seats of a session, and below its capacity. Null for an appointment. */
  readonly seats: number | null;
  readonly capacity: number | null;
}

const BUSY = 'Busy';

const isTimeOff = ({ reasonType }: FeedRow): boolean => reasonType === ReasonType.PERSONAL;

const placeOf = ({ locationName, address }: FeedRow): string =>
  [
    locationName,
    address?.address1,
    address?.address2,
    [address?.zip, address?.city].filter(Boolean).join(' '),
    address?.state,
    address?.country,
  ]
    .filter(Boolean)
    .join(', ');

/** Event in the feed of a staff member: client or number of seats, reason and place. */
function forStaff(row: FeedRow): CalendarEvent {
  if (isTimeOff(row)) return eventOf(row, { summary: BUSY });
  const { clientName, reasonDesc, givenAddress, meetingUrl, seats, capacity } = row;
  const what = capacity === null ? reasonDesc : `${reasonDesc} (${seats}/${capacity})`;
  return eventOf(row, {
    summary: clientName ? `${clientName}: ${what}` : what,
    location: givenAddress ?? placeOf(row),
    url: meetingUrl,
  });
}

/**
 * Event in the feed of a location, which is public: the reason only if it is bookable online.
 * Excludes the client and a client's address.
 */
const forLocation =
  (timeZone: string) =>
  (row: FeedRow): CalendarEvent => {
    const isPublic = row.online && row.reasonStatus === ReasonStatus.ACTIVE && !isTimeOff(row);
    return eventOf(row, {
      timeZone,
      summary: isPublic ? row.reasonDesc : BUSY,
      location: placeOf(row),
    });
  };

/** Event in the feed of a client: reason, staff member and place. */
function forClient(row: FeedRow): CalendarEvent {
  return eventOf(row, {
    summary: `${row.reasonDesc} (${row.staffName})`,
    location: row.givenAddress ?? placeOf(row),
    url: row.meetingUrl,
  });
}

/** Event renderers by type of feed owner, for a feed in a time zone. */
export const FEEDS: Readonly<
  Record<FeedOwnerType, (timeZone: string) => (row: FeedRow) => CalendarEvent>
> = {
  Staff: () => forStaff,
  Location: forLocation,
  Client: () => forClient,
};
