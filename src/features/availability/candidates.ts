import type { Reader } from '../../db/database';
import { raw, sql } from '../../db/sql';
import { servingOf } from '../reasons/reason.loaders';

export const MAX_CANDIDATES = 200;

/**
 * Returns the ids of all staff who could serve a reason: those assigned to it, else all who take
 * appointments.
 */
export async function candidateIdsFor(
  reader: Reader,
  businessId: number,
  reasonId: number,
): Promise<readonly number[]> {
  const [serving, rows] = await Promise.all([
    servingOf(reader, businessId, [reasonId]),
    reader.all<{ id: number }>(sql`
      SELECT id FROM ${raw('staff')} WHERE business_id = ${businessId} AND active = ${true} AND accepts_appointments = ${true} ORDER BY id LIMIT ${MAX_CANDIDATES}`),
  ]);
  const assigned = (serving.get(reasonId) ?? []).slice(0, MAX_CANDIDATES);
  return assigned.length ? assigned.map(({ staffId }) => staffId) : rows.map(({ id }) => id);
}
