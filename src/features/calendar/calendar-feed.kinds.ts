import type { Address } from '../../graphql/inputs/address';
import type { CalendarEvent } from '../../lib/icalendar/calendar';
import { ReasonStatus, ReasonType } from '../reasons/reason.enums';
import { eventOf, type Timed } from './calendar-event';
import type { FeedOwnerType } from './calendar-feed.owner';

/** What a feed may tell of an appointment. No e-mail address, phone or note is ever read for one. */
export interface FeedRow extends Timed {
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
  /** Seats that are booked and seats that there are, of a session of a class; null of an appointment. */
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

/** For who serves: who comes, or how many to a class, what for and where. */
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

/** For everybody: that it is taken, and what by where the public may know of the reason. Nothing of who comes, the address that was given included. */
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

/** For who comes: what for, with whom and where. */
function forClient(row: FeedRow): CalendarEvent {
  return eventOf(row, {
    summary: `${row.reasonDesc} (${row.staffName})`,
    location: row.givenAddress ?? placeOf(row),
    url: row.meetingUrl,
  });
}

/** How each kind of feed tells of an appointment, in a feed kept in a zone. */
export const FEEDS: Readonly<
  Record<FeedOwnerType, (timeZone: string) => (row: FeedRow) => CalendarEvent>
> = {
  Staff: () => forStaff,
  Location: forLocation,
  Client: () => forClient,
};
