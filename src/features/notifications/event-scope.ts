import { Role, type Member } from '../../context';
import type { Reader } from '../../db/database';
import { isOneOf, raw, sql } from '../../db/sql';
import type { LogEvent } from '../../log/event.entity';
import { subjectsOf, type Subject } from './event-subjects';

/** The staff who serve the reason of each waitlist event; the events of appointments need none. */
export type Servers = ReadonlyMap<LogEvent, ReadonlySet<number>>;

const NONE: ReadonlySet<number> = new Set();
const cachedServers = new WeakMap<LogEvent, Promise<ReadonlySet<number>>>();

/**
 * Whether the viewer may see an object as it was before or after an event. Equals the scope of
 * `appointments` and `waitlistEntries`,
 * evaluated on the columns that the event holds.
 */
export function maySee(
  member: Member,
  { appointmentId, locationId, clientId, staffIds }: Subject,
  servers: ReadonlySet<number> = NONE,
): boolean {
  switch (member.role) {
    case Role.ADMINISTRATOR:
      return true;
    case Role.LOCATION_SUPER_USER:
      return member.locationIds.includes(locationId);
    case Role.STAFF_USER:
      return (
        member.staffId !== null &&
        (appointmentId === null ? servers.has(member.staffId) : staffIds.includes(member.staffId))
      );
    case Role.CLIENT:
      return clientId !== null && member.clientIds.includes(clientId);
    case Role.GUEST:
    case Role.PUBLIC:
      return false;
  }
}

/**
 * Reads who serves the reasons of waitlist events, which decides for staff users. One statement for
 * all events that no subscriber
 * of this process has met; returns null if there is nothing to read.
 */
export function serversOf(
  db: Reader,
  { role }: Member,
  events: readonly LogEvent[],
): Promise<Servers> | null {
  if (role !== Role.STAFF_USER) return null;
  const ofWaitlist = events.filter((event) => reasonIdOf(event) !== undefined);
  if (!ofWaitlist.length) return null;
  const unknown = ofWaitlist.filter((event) => !cachedServers.has(event));
  const read = unknown.length ? readServers(db, unknown) : null;
  for (const event of unknown) {
    const servers = (read as ReturnType<typeof readServers>).then(
      (byReason) => byReason.get(reasonIdOf(event) as number) ?? NONE,
    );
    cachedServers.set(event, servers);
    servers.catch(() => cachedServers.delete(event));
  }
  return Promise.all(
    ofWaitlist.map(
      async (event) => [event, (await cachedServers.get(event)) as ReadonlySet<number>] as const,
    ),
  ).then((all) => new Map(all));
}

/** The reason that a waitlist entry waits for; undefined for an event without waitlist entry. */
const reasonIdOf = (event: LogEvent): number | undefined =>
  subjectsOf(event)?.entry?.after.reasonId;

async function readServers(
  db: Reader,
  events: readonly LogEvent[],
): Promise<Map<number, Set<number>>> {
  const { businessId } = events[0] as LogEvent;
  const reasonIds = [...new Set(events.map((event) => reasonIdOf(event) as number))];
  const rows = await db.all<{ reasonId: number; staffId: number }>(sql`
    SELECT reason_id AS "reasonId", staff_id AS "staffId" FROM service_staff
    WHERE business_id = ${businessId} AND active = ${true} AND ${isOneOf(raw('reason_id'), reasonIds)}`);
  const byReason = new Map<number, Set<number>>();
  for (const { reasonId, staffId } of rows)
    byReason.set(reasonId, (byReason.get(reasonId) ?? new Set()).add(staffId));
  return byReason;
}
