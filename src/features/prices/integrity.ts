import type { Reader } from '../../db/database';
import { raw, sql } from '../../db/sql';
import { takesUses } from './redeem';

/** Limit of findings. */
const MAX_FINDINGS = 100;

/** A balance of uses that the appointments do not match. */
export interface BalanceFinding {
  readonly businessId: number;
  readonly type: 'coupon' | 'sold package';
  readonly id: number;
  readonly problem: string;
}

/** Compares the uses that coupons and packages record with the appointments that take them. */
export async function balanceFindings(db: Reader): Promise<BalanceFinding[]> {
  const takes = takesUses(raw('a.status'));
  const packages = db.all<BalanceFinding>(sql`
    SELECT p.business_id AS "businessId", 'sold package' AS type, p.id, 'its uses are not those that appointments take' AS problem
    FROM ${raw('package_sold AS p')}
    WHERE p.uses - p.uses_left <> (SELECT coalesce(sum(a.seats), 0) FROM ${raw('appointment AS a')}
      WHERE a.business_id = p.business_id AND a.package_sold_id = p.id AND ${takes}) LIMIT ${MAX_FINDINGS}`);
  const clients = db.all<BalanceFinding>(sql`
    SELECT p.business_id AS "businessId", 'sold package' AS type, p.id, 'it pays for an appointment of another client' AS problem
    FROM ${raw('package_sold AS p')}
    WHERE EXISTS (SELECT 1 FROM ${raw('appointment AS a')} WHERE a.business_id = p.business_id AND a.package_sold_id = p.id AND ${takes}
      AND (a.client_id IS NULL OR a.client_id <> p.client_id)) LIMIT ${MAX_FINDINGS}`);
  const coupons = db.all<BalanceFinding>(sql`
    SELECT c.business_id AS "businessId", 'coupon' AS type, c.id, 'its uses are not those that appointments take' AS problem
    FROM ${raw('coupon AS c')}
    WHERE c.uses <> (SELECT count(*) FROM ${raw('appointment AS a')}
      WHERE a.business_id = c.business_id AND a.coupon_id = c.id AND ${takes}) LIMIT ${MAX_FINDINGS}`);
  return (await Promise.all([packages, clients, coupons])).flat();
}
