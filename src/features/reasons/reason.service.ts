import { Role, requireRole, type Context, type Member } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import { changesOf, refuseNull } from '../../shared/changes';
import { find, insert, remove, update as updateRow } from '../../shared/db/table';
import { parseGlobalId } from '../../shared/global-id';
import { isNegative } from '../../shared/money';
import { sanitizeHtml } from '../../shared/text';
import { businessOf } from '../businesses/business.loaders';
import { staff } from '../staff/staff.source';
import { Reason, ReasonStatus, ReasonType, RescheduleType, ServiceStaff } from './reason.entity';
import type { CreateReasonInput, ReasonStaffInput, SetReasonStaffInput, UpdateReasonInput } from './reason.inputs';
import { reasons } from './reason.source';

/** @throws DomainError NOT_FOUND for an unknown staff member; RULE_VIOLATED for what cannot be scheduled. */
export async function create(context: Context, input: CreateReasonInput): Promise<Reason> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  refuseNegative(input);
  if (input.reasonType === ReasonType.CLASS || input.reasonType === ReasonType.COURSE) {
    throw new DomainError(ErrorCode.RULE_VIOLATED, 'Classes and courses cannot be scheduled by this version.', { path: ['input', 'reasonType'] });
  }
  const now = context.now();
  const { businessId } = member;
  const [{ currency }, rowId] = await Promise.all([businessOf(context), context.ids.next('reason')]);
  const reason = Object.assign(new Reason(), {
    businessId, rowId, reasonType: input.reasonType, status: ReasonStatus.ACTIVE, reasonDesc: input.reasonDesc, internalName: input.internalName ?? null,
    reasonDetail: input.reasonDetail ? sanitizeHtml(input.reasonDetail) : null, visitMinutes: input.visitMinutes,
    bufferBefore: input.bufferBefore ?? 0, bufferAfter: input.bufferAfter ?? 0, allowOnline: input.allowOnline ?? true,
    apptDayMax: input.apptDayMax ?? null, apptHrMin: input.apptHrMin ?? null, rescheduleType: input.rescheduleType ?? RescheduleType.FLEXIBLE,
    price: input.price ?? null, depositAmount: input.depositAmount ?? null, currency, taxable: input.taxable ?? false, allowPrePay: input.allowPrePay ?? false,
    sortWeight: input.sortWeight ?? 0, color: input.color ?? null, imageUrl: input.imageUrl ?? null, emailInstructions: input.emailInstructions ?? null,
    emailInstructions2: input.emailInstructions2 ?? null, createdAt: now, modifiedAt: now, modifiedBy: member.actorName,
  });
  const assigned = await assignments(context, member, rowId, (input.staffIds ?? []).map((staffId) => ({ staffId, active: true })), (index) => ['input', 'staffIds', String(index)]);
  await context.db.transaction(async (tx) => {
    await insert(tx, Reason, reason);
    await insert(tx, ServiceStaff, ...assigned);
  });
  return reason;
}

const NEVER_NULL = ['reasonDesc', 'visitMinutes', 'status', 'bufferBefore', 'bufferAfter', 'allowOnline', 'rescheduleType', 'taxable', 'allowPrePay', 'sortWeight'] as const;

/** @throws DomainError NOT_FOUND */
export async function update(context: Context, input: UpdateReasonInput): Promise<Reason> {
  const { businessId, actorName } = requireRole(context, Role.ADMINISTRATOR);
  refuseNull(input, NEVER_NULL);
  refuseNegative(input);
  const before = await reasons.get(context, parseGlobalId('Reason', input.id, ['input', 'id']), ['input', 'id']);
  const changes = {
    ...changesOf(input, [
      ...NEVER_NULL, 'internalName', 'apptDayMax', 'apptHrMin', 'price', 'depositAmount', 'color', 'imageUrl', 'emailInstructions', 'emailInstructions2',
    ]),
    ...(input.reasonDetail === undefined ? {} : { reasonDetail: input.reasonDetail ? sanitizeHtml(input.reasonDetail) : null }),
    modifiedAt: context.now(), modifiedBy: actorName,
  } as Partial<Reason>;
  await context.db.transaction((tx) => updateRow(tx, Reason, { businessId, rowId: before.rowId }, changes));
  return Object.assign(before, changes);
}

/** Says anew who serves a reason. @throws DomainError NOT_FOUND */
export async function setStaff(context: Context, input: SetReasonStaffInput): Promise<Reason> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  const { businessId } = member;
  const reason = await reasons.get(context, parseGlobalId('Reason', input.reasonId, ['input', 'reasonId']), ['input', 'reasonId']);
  const assigned = await assignments(context, member, reason.rowId, input.staff, (index) => ['input', 'staff', String(index), 'staffId']);
  await context.db.transaction(async (tx) => {
    const before = new Map((await find(tx, ServiceStaff, { businessId, reasonId: reason.rowId })).map((row) => [row.staffId, row.createdAt]));
    await remove(tx, ServiceStaff, { businessId, reasonId: reason.rowId });
    await insert(tx, ServiceStaff, ...assigned.map((row) => ({ ...row, createdAt: before.get(row.staffId) ?? row.createdAt })));
  });
  return reason;
}

async function assignments(
  context: Context, { businessId }: Member, reasonId: number, given: readonly Pick<ReasonStaffInput, 'staffId' | 'active' | 'price' | 'description'>[],
  pathOf: (index: number) => string[],
): Promise<ServiceStaff[]> {
  const now = context.now();
  const rows = await Promise.all(given.map(async ({ staffId, active, price, description }, index) => {
    if (price && isNegative(price)) throw new DomainError(ErrorCode.BAD_USER_INPUT, 'A price is never negative.', { path: pathOf(index) });
    const person = await staff.get(context, parseGlobalId('Staff', staffId, pathOf(index)), pathOf(index));
    return { businessId, reasonId, staffId: person.rowId, active, price: price ?? null, description: description ?? null, createdAt: now, modifiedAt: now };
  }));
  return [...new Map(rows.map((row) => [row.staffId, Object.assign(new ServiceStaff(), row)])).values()];
}

function refuseNegative(input: { price?: string | null; depositAmount?: string | null }): void {
  for (const field of ['price', 'depositAmount'] as const) {
    if (input[field] && isNegative(input[field])) throw new DomainError(ErrorCode.BAD_USER_INPUT, `${field} is never negative.`, { path: ['input', field] });
  }
}
