import { raw, sql, type Sql } from '../../db/sql';

/** The business of an export, and the client to whose data it is limited. */
export interface ExportScope {
  readonly businessId: number;
  readonly clientId: number | null;
}

const OF_CLIENT = raw('a.client_id');

/**
 * Returns the condition for rows `a` about a client, by table. Tables without one hold nothing
 * about a single client.
 */
export function clientCondition(table: string, { businessId, clientId }: ExportScope): Sql | null {
  const isClient = sql`${OF_CLIENT} = ${clientId}`;
  const ofAppointment = sql`a.appointment_id IN
    (SELECT o.id FROM appointment AS o WHERE o.business_id = ${businessId} AND o.client_id = ${clientId})`;
  const conditions: Readonly<Record<string, Sql>> = {
    client: sql`a.id = ${clientId}`,
    client_view: sql`(${isClient} OR a.viewable_client_id = ${clientId})`,
    client_location: isClient,
    client_staff: isClient,
    api_key: isClient,
    appointment: isClient,
    appointment_staff: ofAppointment,
    appointment_blocked_staff: ofAppointment,
    appointment_resource: ofAppointment,
    appointment_add_on: ofAppointment,
    claim: ofAppointment,
    recurring_appointment: isClient,
    waitlist_entry: isClient,
    package_sold: isClient,
    calendar_feed: isClient,
    // A message to staff about the visit names the client too.
    message: sql`(${isClient} OR (${OF_CLIENT} IS NULL AND ${ofAppointment}))`,
    event: sql`((a.entity_type = 'Client' AND a.entity_id = ${clientId}) OR ${ofAppointment}
      OR a.waitlist_entry_id IN
        (SELECT w.id FROM waitlist_entry AS w WHERE w.business_id = ${businessId} AND w.client_id = ${clientId}))`,
  };
  return conditions[table] ?? null;
}
