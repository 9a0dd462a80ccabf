import { Role, requireRole, type Context, type Member } from '../../context';
import type { Reader } from '../../shared/db/database';
import { parseGlobalIds } from '../../shared/global-id';
import { isBooking, snapshotOf } from '../appointments/appointment.events';
import type { LogEvent } from '../log/event.entity';
import { cursorOf, parseCursor, type Place } from '../log/cursor';
import { headOf, placeOf, readAfter } from '../log/log.service';
import type { Admit } from '../log/tail';
import type { BookingNotificationFilter } from './notification.type';

export type Test = (event: LogEvent) => boolean;

/** Whoever may read bookings may follow them. */
export const reader = (context: Context): Member =>
  requireRole(context, Role.ADMINISTRATOR, Role.LOCATION_SUPER_USER, Role.STAFF_USER, Role.CLIENT);

/**
 * Whether an event may be seen by this viewer and passes the filter. Judged by the snapshot: who may see an appointment now may see what
 * happens to it now.
 * @throws DomainError BAD_USER_INPUT for a malformed id.
 */
export function testFor(member: Member, filter: BookingNotificationFilter | null | undefined): Test {
  const ids = (type: string, name: keyof BookingNotificationFilter) => {
    const given = filter?.[name] as string[] | null | undefined;
    return given ? new Set(parseGlobalIds(type, given, ['filter', name])) : null;
  };
  const wanted = {
    appointments: ids('Appointment', 'appointmentIds'), locations: ids('Location', 'locationIds'), staff: ids('Staff', 'staffIds'),
    reasons: ids('Reason', 'reasonIds'), clients: ids('Client', 'clientIds'),
  };
  const types = filter?.types ? new Set<string>(filter.types) : null;
  return (event) => {
    if (!isBooking(event) || (types && !types.has(event.type))) return false;
    const { appointment, additionalStaffIds } = snapshotOf(event);
    const staff = [appointment.staffId, ...additionalStaffIds];
    return (
      maySee(member, appointment, staff) &&
      (!wanted.appointments || wanted.appointments.has(appointment.rowId)) &&
      (!wanted.locations || wanted.locations.has(appointment.locationId)) &&
      (!wanted.reasons || wanted.reasons.has(appointment.reasonId)) &&
      (!wanted.clients || (appointment.clientId !== null && wanted.clients.has(appointment.clientId))) &&
      (!wanted.staff || staff.some((id) => wanted.staff?.has(id)))
    );
  };
}

function maySee(member: Member, { locationId, clientId }: { locationId: number; clientId: number | null }, staff: readonly number[]): boolean {
  switch (member.role) {
    case Role.ADMINISTRATOR: return true;
    case Role.LOCATION_SUPER_USER: return member.locationIds.includes(locationId);
    case Role.STAFF_USER: return member.staffId !== null && staff.includes(member.staffId);
    case Role.CLIENT: return clientId !== null && member.clientIds.includes(clientId);
    case Role.GUEST:
    case Role.PUBLIC: return false;
  }
}

/**
 * Where a subscription begins: what a browser that connects again says by Last-Event-ID goes before the argument, which is that
 * of its first connection. Null for from now on.
 * @throws DomainError BAD_USER_INPUT
 */
export const startOf = ({ lastEventId }: Context, after: string | null | undefined): Place | null => parseCursor(lastEventId ?? after);

const SCAN = 500;
/** A filter that lets little through may read this much of the log for one page; the page says where to go on. */
const MAX_SCANNED = 10_000;

export interface LogPage {
  readonly events: readonly LogEvent[];
  /** What the next page starts from. */
  readonly cursor: string;
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

interface LogPageArgs { readonly after: string | null | undefined; readonly limit: number; readonly admit: Admit }

/** Up to `limit` events that are let through. @throws DomainError BAD_USER_INPUT, CURSOR_EXPIRED */
export async function pageAfter(db: Reader, businessId: number, { after, limit, admit }: LogPageArgs): Promise<LogPage> {
  const found: LogEvent[] = [];
  const given = parseCursor(after) ?? { epoch: null, seq: 0 };
  let place = await placeOf(db, businessId, given);
  const page = (hasNext: boolean) => ({ events: found, cursor: cursorOf(place.epoch, place.seq), hasNext, hasPrevious: given.seq > 0 });
  for (let scanned = 0; scanned < MAX_SCANNED; ) {
    const events = await readAfter(db, businessId, place, SCAN);
    const admitted = new Set(await admit(events));
    for (const event of events) {
      place = { ...place, seq: event.seq as number };
      if (admitted.has(event) && found.push(event) === limit) return page(place.seq < (await headOf(db, businessId)));
    }
    scanned += events.length;
    if (events.length < SCAN) return page(false);
  }
  return page(true);
}
