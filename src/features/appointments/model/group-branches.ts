import { raw, sql, type Sql } from '../../../db/sql';
import { isAmong, type Branches } from '../../../graphql/relations/branches';
import { membersIn } from '../../memberships/member-ids';
import type { AppointmentFilter } from './filter';

const COLUMNS: Readonly<Record<string, string>> = { startAt: 'start_at', rowId: 'id' };

/**
 * Appointments of the groups that a filter names, in the order of their start: those of each
 * location or reason are read from its index. PostgreSQL does not know how few they are, and would
 * read the appointments of the business in order. Null without groups.
 */
export function branchesOfGroups(
  filter: Partial<AppointmentFilter>,
  businessId: number,
): Branches | null {
  const places = membersIn(filter, 'locationGroupIds', businessId);
  if (places) return branchesBy('location_id', places, businessId);
  const reasons = membersIn(filter, 'reasonGroupIds', businessId);
  return reasons && branchesBy('reason_id', reasons, businessId);
}

const branchesBy = (
  column: 'location_id' | 'reason_id',
  keys: Sql,
  businessId: number,
): Branches => ({
  keys,
  branches: [
    {
      from: (alias) => raw(`appointment AS "${alias}"`),
      of: (alias, key) => sql`${raw(`"${alias}".business_id`)} = ${businessId}
        AND ${raw(`"${alias}".${column}`)} = ${key}`,
      column: (alias, property) =>
        COLUMNS[property] === undefined ? null : raw(`"${alias}".${COLUMNS[property]}`),
    },
  ],
  orders: ['START'],
  all: (alias) => isAmong(raw(`"${alias}".${column}`), keys),
});
