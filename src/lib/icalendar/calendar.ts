import { contentLines, mailto, parameterValue, textValue, uriValue } from './content-line';
import { dateTime, utc } from './date-time';
import { timeZoneLines } from './vtimezone';
import { zoneSpan, type ZoneSpan } from './zone-span';

interface CalendarPerson {
  readonly name: string;
  readonly email: string;
}

/**
 * A VEVENT (RFC 5545 3.6.1). Instants are epoch milliseconds, half-open; null or missing
 * properties are omitted.
 */
export interface CalendarEvent {
  /** Constant over the life of the event, in every calendar that contains it. */
  readonly uid: string;
  /** Rises with each revision. */
  readonly sequence: number;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly start: number;
  readonly end: number;
  /** The IANA zone in which the times are written. */
  readonly timeZone: string;
  readonly status: 'TENTATIVE' | 'CONFIRMED' | 'CANCELLED';
  readonly summary: string;
  readonly location?: string | null;
  readonly description?: string | null;
  readonly url?: string | null;
  readonly organizer?: CalendarPerson | null;
  readonly attendees?: readonly CalendarPerson[];
}

/**
 * A VCALENDAR. The methods REQUEST and CANCEL require an organizer and attendees (RFC 5546 3.2).
 */
export interface Calendar {
  readonly method: 'PUBLISH' | 'REQUEST' | 'CANCEL';
  /** Displayed by subscribing programs. */
  readonly name?: string;
  /**
   * The zone and span of a subscribed calendar, so that a calendar without events has a component,
   * too.
   */
  readonly kept?: { readonly timeZone: string; readonly from: number; readonly to: number };
  readonly events: readonly CalendarEvent[];
}

const PRODUCT = '-//Slotgraph//Slotgraph//EN';

const optional = (name: string, value: string | null | undefined): string[] =>
  value ? [`${name}:${textValue(value)}`] : [];

const person = (property: string, { name, email }: CalendarPerson): string =>
  `${property};CN=${parameterValue(name)}:${mailto(email)}`;

function eventLines(
  event: CalendarEvent,
  method: Calendar['method'],
  zone: ZoneSpan | undefined,
): string[] {
  const answer = method === 'REQUEST' ? 'ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=FALSE' : 'ATTENDEE';
  return [
    'BEGIN:VEVENT',
    `UID:${textValue(event.uid)}`,
    `DTSTAMP:${utc(event.modifiedAt)}`,
    `CREATED:${utc(event.createdAt)}`,
    `LAST-MODIFIED:${utc(event.modifiedAt)}`,
    `SEQUENCE:${event.sequence}`,
    dateTime('DTSTART', event.start, zone),
    dateTime('DTEND', event.end, zone),
    `STATUS:${event.status}`,
    `TRANSP:${event.status === 'CANCELLED' ? 'TRANSPARENT' : 'OPAQUE'}`,
    `SUMMARY:${textValue(event.summary)}`,
    ...optional('LOCATION', event.location),
    ...optional('DESCRIPTION', event.description),
    ...(event.url ? [`URL:${uriValue(event.url)}`] : []),
    ...(event.organizer ? [person('ORGANIZER', event.organizer)] : []),
    ...(event.attendees ?? []).map((attendee) => person(answer, attendee)),
    'END:VEVENT',
  ];
}

/** Returns the used zones, each with the span of its events. */
function zonesOf({ kept, events }: Calendar): Map<string, ZoneSpan> {
  const spans = new Map(kept ? [[kept.timeZone, { first: kept.from, last: kept.to }]] : []);
  for (const { timeZone, start, end } of events) {
    const span = spans.get(timeZone);
    spans.set(timeZone, {
      first: Math.min(start, span?.first ?? start),
      last: Math.max(end, span?.last ?? end),
    });
  }
  // UTC needs no zone, but a calendar must have a component.
  if (events.length) spans.delete('UTC');
  return new Map(
    [...spans].map(([timeZone, { first, last }]) => [timeZone, zoneSpan(timeZone, first, last)]),
  );
}

/**
 * Renders the text of a calendar, as served or attached: `text/calendar; charset=utf-8; method=…`.
 * Pure.
 */
export function renderCalendar(calendar: Calendar): string {
  const { method, name, kept, events } = calendar;
  const zones = zonesOf(calendar);
  return contentLines([
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:${PRODUCT}`,
    'CALSCALE:GREGORIAN',
    `METHOD:${method}`,
    ...optional('NAME', name),
    ...optional('X-WR-CALNAME', name),
    ...optional('X-WR-TIMEZONE', kept?.timeZone),
    ...[...zones.values()].flatMap(timeZoneLines),
    ...events.flatMap((event) => eventLines(event, method, zones.get(event.timeZone))),
    'END:VCALENDAR',
  ]);
}
