import type { WriteUnit } from '../../context';
import { raw, sql, type Sql } from '../../db/sql';
import { BusinessRule } from '../../business-rule';
import { violated } from '../../errors';

/** The types whose rows are not deleted while a booking to come needs them. */
type BookedType = 'Location' | 'Reason' | 'Resource' | 'Staff';

interface BookedBy {
  readonly noun: string;
  /** The appointments `a` of the row. */
  readonly appointments: (id: number) => Sql;
  /** The sessions of classes and courses `s` of the row. */
  readonly sessions: (id: number) => Sql;
}

/** Time off occupies staff, and is no booking of a client. */
const NO_TIME_OFF = raw(
  `NOT EXISTS (SELECT 1 FROM reason AS r WHERE r.business_id = a.business_id AND r.id = a.reason_id AND r.reason_type = 'PERSONAL')`,
);

/** Queries appointments and sessions by table name, since both import the types. */
const BOOKED_BY: Readonly<Record<BookedType, BookedBy>> = {
  Location: {
    noun: 'location',
    appointments: (id) => sql`a.location_id = ${id} AND ${NO_TIME_OFF}`,
    sessions: (id) => sql`s.location_id = ${id}`,
  },
  Reason: {
    noun: 'reason',
    appointments: (id) => sql`a.reason_id = ${id}`,
    sessions: (id) => sql`s.reason_id = ${id}`,
  },
  Resource: {
    noun: 'resource',
    appointments: (id) => sql`EXISTS (
      SELECT 1 FROM appointment_resource AS t WHERE t.business_id = a.business_id AND t.resource_id = ${id} AND t.appointment_id = a.id)`,
    sessions: (id) => sql`s.resource_id = ${id}`,
  },
  Staff: {
    noun: 'staff member',
    appointments: (id) => sql`(a.staff_id = ${id} OR EXISTS (
      SELECT 1 FROM appointment_staff AS t WHERE t.business_id = a.business_id AND t.staff_id = ${id} AND t.appointment_id = a.id)) AND ${NO_TIME_OFF}`,
    sessions: (id) => sql`s.staff_id = ${id}`,
  },
};

/**
 * @throws DomainError RULE_VIOLATED if an appointment or a session that has not ended needs the row
 */
export async function refuseBooked(
  { tx, member: { businessId }, now }: WriteUnit,
  type: BookedType,
  rowId: number,
): Promise<void> {
  const { noun, appointments, sessions } = BOOKED_BY[type];
  const [found] = await tx.all<{ appointments: number; sessions: number }>(sql`
    SELECT (
      SELECT count(*) FROM ${raw('appointment AS a')} WHERE a.business_id = ${businessId} AND a.end_at > ${now} AND a.status IN ('PENDING', 'OPEN')
        AND (a.hold_expires_at IS NULL OR a.hold_expires_at > ${now}) AND ${appointments(rowId)}
    ) AS appointments, (
      SELECT count(*) FROM ${raw('class_schedule AS s')} WHERE s.business_id = ${businessId} AND s.end_at > ${now} AND s.status = 'OPEN' AND ${sessions(rowId)}
    ) AS sessions`);
  const counts = [
    [Number(found?.appointments), 'appointment'],
    [Number(found?.sessions), 'session'],
  ] as const;
  const booked = counts.filter(([count]) => count > 0);
  if (!booked.length) return;
  const listed = booked.map(([count, name]) => `${count} ${name}${count > 1 ? 's' : ''}`);
  throw violated(
    BusinessRule.IN_USE,
    `This ${noun} has ${listed.join(' and ')} still to come. Move or cancel them first.`,
    'id',
  );
}
