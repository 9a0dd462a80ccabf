import type { Reader, Tx } from '../../../db/database';
import { and, or, sql } from '../../../db/sql';
import { addDays, dayEnd, dayStart, MS_PER_DAY, toLocal } from '../../../lib/time-zone';
import type { Reason } from '../../reasons/reason.entity';
import { QuotaType } from '../../reasons/reason-enums';
import { lockReason } from '../../reasons/lock-reason';
import type { Quota } from '../engine/engine';
import type { AvailabilityQuery } from './query';

/**
 * Returns the first day of the week, month or year that contains a local day; a lifetime is one
 * period. Weeks begin on Monday.
 */
export function periodOf(type: QuotaType, date: string): string {
  switch (type) {
    case QuotaType.DAY:
      return date;
    case QuotaType.WEEK:
      return addDays(date, -((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7));
    case QuotaType.MONTH:
      return `${date.slice(0, 7)}-01`;
    case QuotaType.YEAR:
      return `${date.slice(0, 4)}-01-01`;
    case QuotaType.LIFETIME:
      return LIFETIME;
  }
}

const LIFETIME = '0001-01-01';

/** Returns the day after the last day of a period. */
export function periodEnd(type: QuotaType, period: string): string {
  switch (type) {
    case QuotaType.DAY:
      return addDays(period, 1);
    case QuotaType.WEEK:
      return addDays(period, 7);
    case QuotaType.MONTH:
      return periodOf(QuotaType.MONTH, addDays(period, 31));
    case QuotaType.YEAR:
      return periodOf(QuotaType.YEAR, addDays(period, 366));
    case QuotaType.LIFETIME:
      return '9999-12-31';
  }
}

/**
 * Returns the used quota of a reason, each appointment counted on its local day; null if the reason
 * has no quota.
 */
export async function quotaOf(
  reader: Reader,
  { member: { businessId }, reason, range, now, exceptAppointmentId }: AvailabilityQuery,
): Promise<Quota | null> {
  const { quota: limit, quotaType: type } = reason;
  if (limit === null || type === null) return null;
  const [first, last] = [range.startAt - MS_PER_DAY, range.endAt + MS_PER_DAY].map(
    (instant) => toLocal(instant, 'UTC').date,
  ) as [string, string];
  const span = { reason, from: periodOf(type, first), to: periodEnd(type, periodOf(type, last)) };
  const used = (await usedIn(reader, businessId, [span], { now, exceptAppointmentId })).get(
    reason.rowId,
  );
  return {
    limit,
    periodOf: (date) => periodOf(type, date),
    used: (period) => used?.get(period) ?? 0,
  };
}

export interface Span {
  readonly reason: Reason;
  readonly from: string;
  readonly to: string;
}

/**
 * Counts the appointments of each reason by period of its quota, on local days from `from` to
 * before `to`, in one statement.
 */
export async function usedIn(
  reader: Reader,
  businessId: number,
  spans: readonly Span[],
  { now, exceptAppointmentId = 0 }: { readonly now: number; readonly exceptAppointmentId?: number },
): Promise<ReadonlyMap<number, ReadonlyMap<string, number>>> {
  const typeById = new Map(
    spans.map(({ reason }) => [reason.rowId, reason.quotaType as QuotaType]),
  );
  const within = or(
    spans.map(({ reason: { rowId, quotaType }, from, to }) =>
      and([
        sql`reason_id = ${rowId}`,
        // The instants limit the index range; the local time of the appointment decides.
        ...(quotaType === QuotaType.LIFETIME
          ? []
          : [
              sql`start_at >= ${dayStart(from, 'UTC') - MS_PER_DAY} AND start_at < ${dayEnd(to, 'UTC')} AND local_start >= ${from} AND local_start < ${to}`,
            ]),
      ]),
    ),
  );
  const rows = await reader.all<{ reasonId: number; date: string; count: number }>(sql`
    SELECT reason_id AS "reasonId", substr(local_start, 1, 10) AS date, count(*) AS count FROM appointment
    WHERE business_id = ${businessId} AND ${within} AND status NOT IN ('CANCELLED', 'DELETED') AND (hold_expires_at IS NULL OR hold_expires_at > ${now})
      AND id <> ${exceptAppointmentId} GROUP BY reason_id, substr(local_start, 1, 10)`);
  const found = new Map(
    spans.map(({ reason }): [number, Map<string, number>] => [reason.rowId, new Map()]),
  );
  for (const { reasonId, date, count } of rows) {
    const used = found.get(reasonId) as Map<string, number>;
    const period = periodOf(typeById.get(reasonId) as QuotaType, date);
    used.set(period, (used.get(period) ?? 0) + Number(count));
  }
  return found;
}

/** Call it after the locks of subjects, and count after it: see lockReason. */
export async function lockQuota(
  tx: Tx,
  businessId: number,
  { rowId, quota }: Reason,
): Promise<void> {
  if (quota !== null) await lockReason(tx, businessId, rowId);
}
