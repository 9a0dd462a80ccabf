import { and, byDialect, isOneOf, or, raw, sql, type Sql } from '../../db/sql';
import type { Branch, Branches } from '../../graphql/relations/branches';

/** Conditions on the start of appointments, by the column that has it. */
export type StartBounds = (startAt: Sql) => readonly Sql[];

const UNBOUNDED: StartBounds = () => [];

/**
 * Condition for appointments with additional staff of these ids. Their appointments are read once,
 * from the index of the staff member, and become an index condition on the appointment. A
 * correlated EXISTS in an OR would be evaluated for every row of the business.
 */
export function helpedBy(
  appointmentId: Sql,
  businessId: number,
  staffIds: readonly number[],
  bounds = UNBOUNDED,
): Sql {
  const helped = sql`SELECT helper.appointment_id FROM appointment_staff AS helper
    WHERE helper.business_id = ${businessId} AND ${isOneOf(sql`helper.staff_id`, staffIds)}
    AND ${and(bounds(raw('helper.start_at')))}`;
  return byDialect({
    postgres: sql`${appointmentId} = ANY (ARRAY(${helped}))`,
    sqlite: sql`${appointmentId} IN (${helped})`,
  });
}

/**
 * The same for one appointment that has been found: its key is looked up, however many others the
 * staff have. The OFFSET keeps PostgreSQL from reading all of them into a hash table instead.
 */
export const isHelpedBy = (
  appointmentId: Sql,
  businessId: number,
  staffIds: readonly number[],
): Sql => sql`EXISTS (
  SELECT 1 FROM appointment_staff AS helper WHERE helper.business_id = ${businessId}
  AND helper.appointment_id = ${appointmentId} AND ${isOneOf(sql`helper.staff_id`, staffIds)}
  LIMIT 1 OFFSET 0)`;

const COLUMNS: Readonly<Record<string, { main: string; helped: string }>> = {
  startAt: { main: 'start_at', helped: 'start_at' },
  createdAt: { main: 'created_at', helped: 'created_at' },
  rowId: { main: 'id', helped: 'appointment_id' },
};

const columnOf = (alias: string, name: string | undefined): Sql | null =>
  name === undefined ? null : raw(`${alias}."${name}"`);

/**
 * Appointments that staff serve, in the order of their start or creation: as the main staff member,
 * and as an additional one.
 */
export function branchesOfStaff(
  businessId: number,
  staffIds: readonly number[],
  bounds: StartBounds,
): Branches {
  const main: Branch = {
    from: (alias) => raw(`appointment AS "${alias}"`),
    of: (alias, key) => sql`${raw(`"${alias}".business_id`)} = ${businessId}
      AND ${raw(`"${alias}".staff_id`)} = ${key}`,
    column: (alias, property) => columnOf(`"${alias}"`, COLUMNS[property]?.main),
  };
  const helped: Branch = {
    from: (alias) =>
      raw(`appointment_staff AS helped JOIN appointment AS "${alias}"
      ON "${alias}".business_id = helped.business_id AND "${alias}".id = helped.appointment_id`),
    of: (_alias, key) =>
      and([
        sql`helped.business_id = ${businessId} AND helped.staff_id = ${key}`,
        ...bounds(raw('helped.start_at')),
      ]),
    column: (_alias, property) => columnOf('helped', COLUMNS[property]?.helped),
  };
  return {
    keys: staffIds,
    branches: [main, helped],
    orders: ['START', 'CREATED_AT'],
    all: (alias) => {
      const own = [
        isOneOf(raw(`"${alias}".staff_id`), staffIds),
        ...bounds(raw(`"${alias}".start_at`)),
      ];
      return or([and(own), helpedBy(raw(`"${alias}".id`), businessId, staffIds, bounds)]);
    },
  };
}
