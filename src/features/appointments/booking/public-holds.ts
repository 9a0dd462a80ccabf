import { DEFAULT_PUBLIC_LIMITS, type UnitOfWork } from '../../../context';
import { DomainError, ErrorCode } from '../../../errors';
import type { Database } from '../../../db/database';
import { sql } from '../../../db/sql';
import { insert } from '../../../db/table';
import { MS_PER_DAY } from '../../../lib/time-zone';
import type { AppointmentAggregate } from '../model/aggregate';
import { PublicHold } from './public-hold.entity';

/** Seconds until a refused caller should try again. */
const RETRY_AFTER = 60;

/** The counter whose row the transactions of a business lock. */
const LOCK_SUBJECT = 'open-holds';

/**
 * Records a hold of a publishable key, last in its transaction, and rolls it back beyond a limit.
 * The transactions of a business wait for each other here, so that each counts all holds before it.
 * @throws DomainError RATE_LIMITED
 */
export async function countPublicHold(
  { tx, member: { businessId, actor }, now, context }: UnitOfWork,
  { appointment }: AppointmentAggregate,
): Promise<void> {
  const { rowId: appointmentId, holdExpiresAt, staffId } = appointment;
  await tx.run(sql`
    INSERT INTO public_usage (business_id, subject, window_start, used) VALUES (${businessId}, ${LOCK_SUBJECT}, 0, 1)
    ON CONFLICT (business_id, subject, window_start) DO UPDATE SET used = public_usage.used + 1`);
  await insert(tx, PublicHold, {
    businessId,
    appointmentId,
    actor,
    expiresAt: holdExpiresAt as number,
  });
  const [row] = await tx.all<Record<'total' | 'ofKey' | 'ofStaff', number>>(sql`
    SELECT count(*) AS total, sum(CASE WHEN h.actor = ${actor} THEN 1 ELSE 0 END) AS "ofKey",
      sum(CASE WHEN a.staff_id = ${staffId} AND a.class_schedule_id IS NULL THEN 1 ELSE 0 END) AS "ofStaff"
    FROM public_hold AS h JOIN appointment AS a ON a.business_id = h.business_id AND a.id = h.appointment_id
    WHERE h.business_id = ${businessId} AND h.expires_at > ${now} AND a.status = 'PENDING' AND a.hold_expires_at > ${now}`);
  const limits = context.publicLimits ?? DEFAULT_PUBLIC_LIMITS;
  const isBeyond = (counted: 'total' | 'ofKey' | 'ofStaff', limit: number): boolean =>
    Number(row?.[counted] ?? 0) > limit;
  if (isBeyond('total', limits.openHolds) || isBeyond('ofKey', limits.openHoldsPerKey))
    throw tooMany('Too many times are held. Book or wait until holds expire.');
  if (appointment.classScheduleId === null && isBeyond('ofStaff', limits.openHoldsPerStaff))
    throw tooMany(
      'Too many times of this staff member are held. Choose another staff member, or wait.',
    );
}

const tooMany = (message: string): DomainError =>
  new DomainError(ErrorCode.RATE_LIMITED, message, { retryable: true, retryAfter: RETRY_AFTER });

/** Deletes records of holds that expired more than one day ago. Returns their number. */
export const prunePublicHolds = (db: Database, now: number): Promise<number> =>
  db.transaction((tx) =>
    tx.run(sql`DELETE FROM public_hold WHERE expires_at < ${now - MS_PER_DAY}`),
  );
