import { Role, requireRole, type Context, type Member } from '../../context';
import type { Reader } from '../../db/database';
import { parseGlobalIds } from '../../graphql/global-id';
import type { LogEvent } from '../../log/event.entity';
import { cursorOf, parseCursor, type Place } from '../../log/cursor';
import { headOf, placeOf, readAfter } from '../../log/log.service';
import type { EventFilter, NumberedEvent } from '../../log/log-subscription';
import { seen, type Match } from '../../log/visibility';
import { maySee, serversOf, type Servers } from './event-scope';
import { subjectsOf, type SeenBooking, type Subject, type Transition } from './event-subjects';
import type { BookingConditions, BookingNotificationFilter } from './notification';

/** Requires a role that may read bookings. */
export const reader = (context: Context): Member =>
  requireRole(context, Role.ADMINISTRATOR, Role.LOCATION_SUPER_USER, Role.STAFF_USER, Role.CLIENT);

type Test = (subject: Subject) => boolean;

/**
 * Returns the test that an object has to pass, before or after an event, to meet the conditions.
 * @param path of the conditions in the input, for errors
 * @throws DomainError BAD_USER_INPUT for a malformed id.
 */
export function testOf(
  conditions: BookingConditions | null | undefined,
  path: readonly string[],
): Test {
  const ids = (type: string, name: keyof BookingConditions) => {
    const globalIds = conditions?.[name];
    return globalIds ? new Set(parseGlobalIds(type, globalIds, [...path, name])) : null;
  };
  const tests: Test[] = [];
  const add = <T>(
    accepted: ReadonlySet<T> | null,
    valuesOf: (subject: Subject) => readonly (T | null)[],
  ) => {
    if (accepted)
      tests.push((subject) =>
        valuesOf(subject).some((value) => value !== null && accepted.has(value)),
      );
  };
  add(ids('Appointment', 'appointmentIds'), ({ appointmentId }) => [appointmentId]);
  add(ids('Location', 'locationIds'), ({ locationId }) => [locationId]);
  add(ids('Staff', 'staffIds'), ({ staffIds }) => staffIds);
  add(ids('Reason', 'reasonIds'), ({ reasonId }) => [reasonId]);
  add(ids('Client', 'clientIds'), ({ clientId }) => [clientId]);
  add(conditions?.statuses ? new Set<string>(conditions.statuses) : null, ({ status }) => [status]);
  add(conditions?.subStatuses ? new Set(conditions.subStatuses) : null, ({ subStatus }) => [
    subStatus,
  ]);
  return (subject) => tests.every((test) => test(subject));
}

/**
 * Returns how an event of a booking or waitlist is received, by whether each of its objects
 * matches; null if it is not received.
 */
export function seeBooking(
  event: LogEvent,
  match: (subject: Subject) => Match,
): SeenBooking | null {
  const through = (transition: Transition | null | undefined) =>
    transition
      ? seen(event, transition.before && match(transition.before), match(transition.after))
      : null;
  const subjects = subjectsOf(event);
  const booking = through(subjects?.appointment);
  const found = booking ?? through(subjects?.entry);
  return found && { ...found, ofAppointment: booking !== null };
}

/**
 * Decides which events a viewer receives, and how each relates to the filter and the viewer's
 * permissions before and after it.
 * @throws DomainError BAD_USER_INPUT for a malformed id.
 */
export function admitFor(
  db: Reader,
  member: Member,
  filter: BookingNotificationFilter | null | undefined,
): EventFilter<SeenBooking> {
  const test = testOf(filter, ['filter']);
  const types = filter?.types ? new Set<string>(filter.types) : null;
  const admit = (events: readonly LogEvent[], servers: Servers | null) =>
    events.flatMap(
      (event) =>
        seeBooking(event, (subject) => ({
          permitted: maySee(member, subject, servers?.get(event)),
          filtered: test(subject),
        })) ?? [],
    );
  return (events) => {
    const relevant = types ? events.filter(({ type }) => types.has(type)) : events;
    const servers = serversOf(db, member, relevant);
    return servers ? servers.then((found) => admit(relevant, found)) : admit(relevant, null);
  };
}

/**
 * Returns the start of a subscription. The Last-Event-ID of a reconnecting browser takes precedence
 * over the argument, which
 * dates from its first connection. Null starts at the current head.
 * @throws DomainError BAD_USER_INPUT
 */
export const startOf = ({ lastEventId }: Context, after: string | null | undefined): Place | null =>
  parseCursor(lastEventId ?? after);

const SCAN = 500;
/**
 * Limit of events read for one page. A selective filter may return an incomplete page with the
 * cursor to continue from.
 */
const MAX_SCANNED = 10_000;

export interface LogPage<T> {
  readonly events: readonly T[];
  /** Cursor of the next page. */
  readonly cursor: string;
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

interface LogPageArgs<T extends NumberedEvent> {
  readonly after: string | null | undefined;
  readonly limit: number;
  readonly admit: EventFilter<T>;
}

/**
 * Returns up to `limit` admitted events after a cursor. @throws DomainError BAD_USER_INPUT,
 * CURSOR_EXPIRED
 */
export async function pageAfter<T extends NumberedEvent>(
  db: Reader,
  businessId: number,
  { after, limit, admit }: LogPageArgs<T>,
): Promise<LogPage<T>> {
  const found: T[] = [];
  const start = parseCursor(after) ?? { epoch: null, seq: 0 };
  let place = await placeOf(db, businessId, start);
  const page = (hasNext: boolean) => ({
    events: found,
    cursor: cursorOf(place.epoch, place.seq),
    hasNext,
    hasPrevious: start.seq > 0,
  });
  for (let scanned = 0; scanned < MAX_SCANNED;) {
    const events = await readAfter(db, businessId, place, SCAN);
    const admitted = new Map((await admit(events)).map((one) => [one.seq, one]));
    for (const { seq } of events) {
      place = { ...place, seq: seq as number };
      const one = admitted.get(seq);
      if (one && found.push(one) === limit) return page(place.seq < (await headOf(db, businessId)));
    }
    scanned += events.length;
    if (events.length < SCAN) return page(false);
  }
  return page(true);
}
