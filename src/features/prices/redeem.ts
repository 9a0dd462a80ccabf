import type { WriteUnit } from '../../context';
import { and, isOneOf, raw, sql, TRUE, type Sql } from '../../db/sql';
import { findOne } from '../../db/table';
import { causeAgainst, couponRefused } from '../coupons/coupon.rules';
import { couponById } from '../coupons/find-coupon';
import { soldById } from '../packages/find-sold';
import { PackageSold } from '../packages/package-sold.entity';
import { checkSold, ofOtherClient, usedUp } from '../packages/package.rules';

/** The columns of an appointment on which the uses that it takes depend. */
interface RedeemingRow {
  readonly businessId: number;
  readonly rowId: number;
  readonly reasonId: number;
  readonly clientId: number | null;
  readonly currency: string;
  readonly status: string;
  readonly seats: number;
  readonly couponId: number | null;
  readonly packageSoldId: number | null;
}

/** An appointment before and after a change. `before` is null for a new one. */
interface RedeemingChange {
  readonly before: RedeemingRow | null;
  readonly after: RedeemingRow;
  /** E-mail address of a client that the transaction has not inserted yet. */
  readonly email?: string | null;
}

const ENDED = ['CANCELLED', 'DELETED'];

/** Condition for the statuses in which an appointment takes uses. */
export const takesUses = (status: Sql): Sql => sql`NOT ${isOneOf(status, ENDED)}`;

type Uses = readonly [id: number | null, uses: number];

const usesOfPackage = (row: RedeemingRow | null): Uses =>
  row && !ENDED.includes(row.status) ? [row.packageSoldId, row.seats] : [null, 0];
const usesOfCoupon = (row: RedeemingRow | null): Uses =>
  row && !ENDED.includes(row.status) ? [row.couponId, 1] : [null, 0];

/** Returns how many uses of each id a change takes; negative for uses that it gives back. */
function changesOfUses([oldId, old]: Uses, [newId, taken]: Uses): [id: number, change: number][] {
  const changes = new Map<number, number>();
  if (oldId !== null) changes.set(oldId, -old);
  if (newId !== null) changes.set(newId, (changes.get(newId) ?? 0) + taken);
  return [...changes].sort(([one], [other]) => one - other);
}

/**
 * Takes the uses of the package and the coupon that a change needs, and gives back those that it
 * frees, in the transaction of the change. Each statement takes a use only if one is left, so that
 * concurrent bookings never take one too many. Sends no statement for other appointments.
 * @throws DomainError RULE_VIOLATED, having written nothing of the appointment
 */
export async function redeem(unit: WriteUnit, change: RedeemingChange): Promise<void> {
  const { before, after } = change;
  for (const [id, uses] of changesOfUses(usesOfPackage(before), usesOfPackage(after)))
    await (uses > 0 ? takePackage(unit, change, uses) : returnPackage(unit, after, id, -uses));
  for (const [id, uses] of changesOfUses(usesOfCoupon(before), usesOfCoupon(after)))
    await (uses > 0 ? takeCoupon(unit, change) : returnCoupon(unit, after, id, -uses));
  const isOtherClient = before !== null && before.clientId !== after.clientId;
  if (!isOtherClient || ENDED.includes(after.status)) return;
  if (after.packageSoldId !== null) await checkClientOfPackage(unit, after, after.packageSoldId);
  if (after.couponId === null) return;
  // Locks the coupon as taking a use does, so that each booking counts those before it.
  await unit.tx.run(sql`UPDATE coupon SET uses = uses WHERE ${isAt(after, after.couponId)}`);
  await checkUsesPerClient(unit, change);
}

const isAt = ({ businessId }: RedeemingRow, id: number | null): Sql =>
  sql`business_id = ${businessId} AND id = ${id}`;

/** Takes uses of the package of the appointment. */
async function takePackage(
  unit: WriteUnit,
  { before, after }: RedeemingChange,
  uses: number,
): Promise<void> {
  const { tx, now } = unit;
  const id = after.packageSoldId as number;
  const isNew = before?.packageSoldId !== id;
  const isUsable = isNew
    ? and([
        sql`client_id = ${after.clientId}`,
        sql`deleted = ${false}`,
        sql`(expires_at IS NULL OR expires_at > ${now})`,
      ])
    : TRUE;
  const taken = await tx.run(sql`
    UPDATE package_sold SET uses_left = uses_left - ${uses} WHERE ${isAt(after, id)} AND uses_left >= ${uses} AND ${isUsable}`);
  if (taken) return;
  const terms = await soldById(tx, after.businessId, id);
  if (!terms) throw new Error(`An appointment names no package: ${id}.`);
  if (isNew) checkSold(terms, { reasonId: after.reasonId, clientId: after.clientId, now });
  throw usedUp(terms.sold, isNew ? 'packageSoldId' : 'id');
}

async function returnPackage(
  { tx }: WriteUnit,
  row: RedeemingRow,
  id: number,
  uses: number,
): Promise<void> {
  if (uses)
    await tx.run(
      sql`UPDATE package_sold SET uses_left = uses_left + ${uses} WHERE ${isAt(row, id)}`,
    );
}

async function checkClientOfPackage(
  { tx }: WriteUnit,
  { businessId, clientId }: RedeemingRow,
  id: number,
): Promise<void> {
  const sold = await findOne(tx, PackageSold, { businessId, rowId: id });
  if (sold?.clientId !== clientId) throw ofOtherClient('clientId');
}

/** Takes a use of the coupon of the appointment. */
async function takeCoupon(unit: WriteUnit, change: RedeemingChange): Promise<void> {
  const { tx, member, now } = unit;
  const { before, after } = change;
  const isNew = before?.couponId !== after.couponId;
  const isUsable = isNew
    ? and([
        sql`active = ${true}`,
        sql`(valid_from IS NULL OR valid_from <= ${now})`,
        sql`(valid_until IS NULL OR valid_until > ${now})`,
      ])
    : TRUE;
  const taken = await tx.run(sql`
    UPDATE coupon SET uses = uses + 1 WHERE ${isAt(after, after.couponId)} AND (max_uses IS NULL OR uses < max_uses) AND ${isUsable}`);
  if (!taken) {
    const terms = await couponById(tx, after.businessId, after.couponId as number);
    const { reasonId, currency } = after;
    const cause = isNew && terms && causeAgainst(terms, { reasonId, currency }, now);
    throw couponRefused(member, cause || 'All uses of this coupon are taken.');
  }
  await checkUsesPerClient(unit, change);
}

async function returnCoupon(
  { tx }: WriteUnit,
  row: RedeemingRow,
  id: number,
  uses: number,
): Promise<void> {
  if (uses) await tx.run(sql`UPDATE coupon SET uses = uses - ${uses} WHERE ${isAt(row, id)}`);
}

/**
 * Checks the maximum for one client, under the lock of the coupon. Clients with the same e-mail
 * address count as one. Counts nothing if there is no maximum.
 */
async function checkUsesPerClient(
  { tx, member }: WriteUnit,
  { after, email }: RedeemingChange,
): Promise<void> {
  const { businessId, clientId, couponId, rowId } = after;
  if (clientId === null) return;
  const address =
    email == null
      ? sql`(SELECT own.email FROM client AS own WHERE own.business_id = ${businessId} AND own.id = ${clientId})`
      : sql`${email}`;
  const [row] = await tx.all<{ max: number; used: number }>(sql`
    SELECT c.max_uses_per_client AS max, (
      SELECT count(*) FROM ${raw('appointment AS a')} JOIN ${raw('client AS p')} ON p.business_id = a.business_id AND p.id = a.client_id
      WHERE a.business_id = c.business_id AND a.coupon_id = c.id AND a.id <> ${rowId} AND ${takesUses(raw('a.status'))}
        AND (p.id = ${clientId} OR (p.email <> '' AND p.email = ${address}))) AS used
    FROM ${raw('coupon AS c')} 
    WHERE c.business_id = ${businessId} AND c.id = ${couponId} AND c.max_uses_per_client IS NOT NULL`);
  if (row && Number(row.used) >= row.max)
    throw couponRefused(member, 'The client has used this coupon as often as it permits.');
}
