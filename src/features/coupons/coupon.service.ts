import { requireRole, Role, type Context, type WriteUnit } from '../../context';
import { orConflict } from '../../db/errors';
import { lockRow } from '../../db/lock-row';
import { changedRow, newRow } from '../../db/new-row';
import { find, findOne, insert, remove } from '../../db/table';
import { updateVersion } from '../../db/versions';
import { at, badInput, InputProblemCode } from '../../errors';
import { parseGlobalId } from '../../graphql/global-id';
import { changesOf, refuseNull } from '../../lib/patch';
import { appendRowChange } from '../../log/row-changes';
import { deleteRow, refuseDeleted, restoreRow } from '../../log/soft-deletion';
import { businessOf } from '../businesses/business.list';
import { reasonIdsToRefer } from '../reasons/reason-ids';
import { codeKeyOf, codeOf } from './coupon-code';
import { Coupon, CouponReason } from './coupon.entity';
import type {
  CreateCouponInput,
  DeleteCouponInput,
  RestoreCouponInput,
  UpdateCouponInput,
} from './coupon.inputs';
import { coupons } from './coupon.list';
import { checkWindow, discountColumns } from './coupon.rules';

/** @throws DomainError BAD_USER_INPUT, NOT_FOUND, CONFLICT for a code that is taken */
export async function create(context: Context, input: CreateCouponInput): Promise<Coupon> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  const { businessId } = member;
  const now = context.now();
  const discount = discountColumns(input.discount);
  const [{ currency }, reasonIds, rowId] = await Promise.all([
    businessOf(context),
    reasonIdsToRefer(context, input.reasonIds ?? []),
    context.ids.next('coupon'),
  ]);
  const coupon = newRow(Coupon, {
    businessId,
    rowId,
    version: 1,
    code: codeOf(input.code),
    codeKey: codeKeyOf(input.code),
    ...discount,
    currency,
    validFrom: input.validFrom ?? null,
    validUntil: input.validUntil ?? null,
    maxUses: input.maxUses ?? null,
    maxUsesPerClient: input.maxUsesPerClient ?? null,
    uses: 0,
    active: input.active,
    deleted: false,
    createdAt: now,
    modifiedAt: now,
  });
  checkWindow(coupon);
  return context.db.transaction(async (tx) => {
    const unit = { tx, member, now };
    await orCodeConflict(insert(tx, Coupon, coupon), coupon);
    await link(unit, coupon, reasonIds);
    await appendRowChange<WithReasons>(unit, {
      type: 'Coupon',
      before: null,
      after: withReasons(coupon, reasonIds),
    });
    return coupon;
  });
}

/** A coupon as the log records it. */
type WithReasons = Coupon & { readonly reasonIds?: readonly number[] };

const withReasons = (row: Coupon, reasonIds?: readonly number[]): WithReasons =>
  Object.assign(changedRow(Coupon, row, {}), { reasonIds });

const NEVER_NULL = ['code', 'discount', 'active', 'reasonIds'] as const;

/** @throws DomainError as create, and RULE_VIOLATED for a deleted coupon */
export async function update(context: Context, input: UpdateCouponInput): Promise<Coupon> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  refuseNull(input, NEVER_NULL);
  const { businessId } = member;
  const now = context.now();
  const { rowId } = await couponOf(context, input.id);
  const reasonIds = input.reasonIds ? await reasonIdsToRefer(context, input.reasonIds) : null;
  const changes = {
    ...changesOf(input, ['validFrom', 'validUntil', 'maxUses', 'maxUsesPerClient', 'active']),
    ...(input.code == null ? {} : { code: codeOf(input.code), codeKey: codeKeyOf(input.code) }),
    ...(input.discount ? discountColumns(input.discount) : {}),
    modifiedAt: now,
  } as Partial<Coupon>;
  return context.db.transaction(async (tx) => {
    const unit = { tx, member, now };
    const key = { businessId, rowId };
    // Under the lock, no booking takes a use before the new maximum is written.
    const before = (await lockRow(tx, Coupon, key)) as Coupon;
    refuseDeleted(before, 'coupon');
    const after = changedRow(Coupon, before, changes);
    checkWindow(after);
    refuseTaken(after);
    const { expectedVersion } = input;
    after.version = await orCodeConflict(
      updateVersion(tx, Coupon, key, { changes, expectedVersion }),
      after,
    );
    const linked = reasonIds ? await relink(unit, after, reasonIds) : undefined;
    await appendRowChange<WithReasons>(unit, {
      type: 'Coupon',
      before: withReasons(before, linked),
      after: withReasons(after, reasonIds ?? undefined),
    });
    coupons.clear(context, rowId);
    return after;
  });
}

/** Deletes a coupon; appointments keep it. @throws DomainError NOT_FOUND */
export async function deleteCoupon(context: Context, input: DeleteCouponInput): Promise<Coupon> {
  requireRole(context, Role.ADMINISTRATOR);
  const before = await couponOf(context, input.id);
  const changes = { deleted: true, active: false, modifiedAt: context.now() };
  const { expectedVersion } = input;
  return deleteRow(context, { entity: Coupon, before, changes, expectedVersion });
}

/** Restores a deleted coupon, which is inactive. @throws DomainError NOT_FOUND */
export async function restoreCoupon(context: Context, input: RestoreCouponInput): Promise<Coupon> {
  requireRole(context, Role.ADMINISTRATOR);
  const before = await couponOf(context, input.id);
  const changes = { deleted: false, modifiedAt: context.now() };
  const { expectedVersion } = input;
  return restoreRow(context, { entity: Coupon, before, changes, expectedVersion });
}

const couponOf = (context: Context, id: string): Promise<Coupon> =>
  coupons.getVisible(context, parseGlobalId('Coupon', id, at('id')), at('id'));

/** @throws DomainError BAD_USER_INPUT for a maximum below the uses */
function refuseTaken({ uses, maxUses }: Coupon): void {
  if (maxUses !== null && maxUses < uses)
    throw badInput(
      InputProblemCode.OUT_OF_RANGE,
      `${uses} appointments have this coupon: give at least ${uses}.`,
      'maxUses',
    );
}

const orCodeConflict = <T>(write: Promise<T>, { businessId, codeKey }: Coupon): Promise<T> =>
  orConflict(write, {
    path: at('code'),
    message: 'Another coupon has this code. A deleted coupon keeps its code.',
    existing: (db) => findOne(db, Coupon, { businessId, codeKey }),
  });

const link = (
  { tx }: WriteUnit,
  { businessId, rowId: couponId }: Coupon,
  reasonIds: readonly number[],
): Promise<void> =>
  insert(tx, CouponReason, ...reasonIds.map((reasonId) => ({ businessId, couponId, reasonId })));

/** Replaces the reasons and returns the earlier ones. */
async function relink(
  unit: WriteUnit,
  coupon: Coupon,
  reasonIds: readonly number[],
): Promise<number[]> {
  const key = { businessId: coupon.businessId, couponId: coupon.rowId };
  const before = await find(unit.tx, CouponReason, key);
  await remove(unit.tx, CouponReason, key);
  await link(unit, coupon, reasonIds);
  return before.map(({ reasonId }) => reasonId).sort((one, other) => one - other);
}
