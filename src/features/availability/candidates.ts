import { Role, type Member } from '../../context';
import type { Reader } from '../../db/database';
import { isOneOf, sql, type Sql } from '../../db/sql';
import { servingOf } from '../reasons/links/active-links';
import { staff } from '../staff/staff.list';

export const MAX_CANDIDATES = 200;

/**
 * Returns the ids of all staff who could serve a reason: those assigned to it, else all who take
 * appointments. For a location super user only those it may name.
 */
export async function candidateIdsFor(
  reader: Reader,
  member: Member,
  reasonId: number,
): Promise<readonly number[]> {
  const isBound = member.role === Role.LOCATION_SUPER_USER;
  const column = (property: 'businessId' | 'rowId' | 'active' | 'acceptsAppointments') =>
    staff.table.column('a', property);
  const idsWhere = async (condition: Sql): Promise<number[]> => {
    const scope = isBound
      ? staff.visible(member, 'a')
      : sql`${column('businessId')} = ${member.businessId}`;
    const rows = await reader.all<{ id: number }>(sql`
      SELECT ${column('rowId')} AS id FROM ${staff.from('a')} WHERE ${scope} AND ${condition} ORDER BY ${column('rowId')} LIMIT ${MAX_CANDIDATES}`);
    return rows.map(({ id }) => id);
  };
  const [serving, taking] = await Promise.all([
    servingOf(reader, member.businessId, [reasonId]),
    idsWhere(sql`${column('active')} = ${true} AND ${column('acceptsAppointments')} = ${true}`),
  ]);
  const assigned = (serving.get(reasonId) ?? []).map(({ staffId }) => staffId);
  if (!assigned.length) return taking;
  if (!isBound) return assigned.slice(0, MAX_CANDIDATES);
  const own = new Set(await idsWhere(isOneOf(column('rowId'), assigned)));
  return assigned.filter((id) => own.has(id));
}
