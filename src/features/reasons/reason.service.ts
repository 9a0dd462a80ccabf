import { changedRow, newRow } from '../../db/new-row';
import { Role, requireRole, type Context } from '../../context';
import { changesOf, refuseNull } from '../../lib/patch';
import { insert, update as updateRow } from '../../db/table';
import { parseGlobalId } from '../../graphql/global-id';
import { sanitizeHtml } from '../../graphql/inputs/text-validators';
import { businessOf } from '../businesses/business.list';
import { appendRowChange } from '../../log/row-changes';
import { Reason } from './reason.entity';
import { ReasonStatus, RescheduleType, SlotAlignment, WorkSchedule } from './reason-enums';
import type { CreateReasonInput, UpdateReasonInput } from './reason.inputs';
import { assignments } from './links/set-links';
import { checkReason, refuseNegative, toDurations, toScreening } from './reason.rules';
import { reasons } from './reason.list';
import { ServiceStaff } from './links/service-staff.entity';

/** @throws DomainError NOT_FOUND for an unknown staff member; BAD_USER_INPUT, RULE_VIOLATED */
export async function create(context: Context, input: CreateReasonInput): Promise<Reason> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  refuseNegative(input);
  const now = context.now();
  const { businessId } = member;
  const [{ currency }, rowId] = await Promise.all([
    businessOf(context),
    context.ids.next('reason'),
  ]);
  const reason = newRow(Reason, {
    businessId,
    rowId,
    reasonType: input.reasonType,
    status: ReasonStatus.ACTIVE,
    reasonDesc: input.reasonDesc,
    internalName: input.internalName ?? null,
    reasonDetail: input.reasonDetail ? sanitizeHtml(input.reasonDetail) : null,
    visitMinutes: input.visitMinutes,
    bufferBefore: input.bufferBefore ?? 0,
    bufferAfter: input.bufferAfter ?? 0,
    allowOnline: input.allowOnline ?? true,
    apptDayMax: input.apptDayMax ?? null,
    apptHrMin: input.apptHrMin ?? null,
    rescheduleType: input.rescheduleType ?? RescheduleType.FLEXIBLE,
    price: input.price ?? null,
    depositAmount: input.depositAmount ?? null,
    currency,
    taxable: input.taxable ?? false,
    allowPrePay: input.allowPrePay ?? false,
    sortWeight: input.sortWeight ?? 0,
    color: input.color ?? null,
    imageUrl: input.imageUrl ?? null,
    emailInstructions: input.emailInstructions ?? null,
    emailInstructions2: input.emailInstructions2 ?? null,
    durations: toDurations(input.durations ?? []),
    slotAlignment: input.slotAlignment ?? SlotAlignment.WINDOW,
    slotStepMinutes: input.slotStepMinutes ?? null,
    quota: input.quota ?? null,
    quotaType: input.quotaType ?? null,
    requiresStaffConfirmation: input.requiresStaffConfirmation ?? false,
    screeningQuestion: input.screeningQuestion ? toScreening(input.screeningQuestion) : null,
    allowWaitList: input.allowWaitList ?? false,
    maxWaitList: input.maxWaitList ?? null,
    waitListHoldHours: input.waitListHoldHours ?? null,
    maxWaitListPerClass: input.maxWaitListPerClass ?? null,
    numberSessions: input.numberSessions ?? null,
    roundRobin: input.roundRobin ?? null,
    customWorkSchedule: input.customWorkSchedule ?? WorkSchedule.ALL_LOCATIONS,
    createdAt: now,
    modifiedAt: now,
    modifiedBy: member.actorName,
  });
  checkReason(reason);
  const assigned = await assignments(
    context,
    member,
    rowId,
    (input.staffIds ?? []).map((staffId) => ({ staffId })),
    (index) => ['input', 'staffIds', String(index)],
  );
  return context.db.transaction(async (tx) => {
    await insert(tx, Reason, reason);
    await insert(tx, ServiceStaff, ...assigned);
    const staffIds = assigned.map(({ staffId }) => staffId);
    const after = { ...reason, staffIds } as Reason & { staffIds: number[] };
    await appendRowChange<Reason>({ tx, member, now }, { type: 'Reason', before: null, after });
    return reason;
  });
}

const NEVER_NULL = [
  'reasonDesc',
  'visitMinutes',
  'status',
  'bufferBefore',
  'bufferAfter',
  'allowOnline',
  'rescheduleType',
  'taxable',
  'allowPrePay',
  'sortWeight',
  'slotAlignment',
  'requiresStaffConfirmation',
  'allowWaitList',
  'customWorkSchedule',
] as const;

/** @throws DomainError NOT_FOUND */
export async function update(context: Context, input: UpdateReasonInput): Promise<Reason> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  const { businessId, actorName } = member;
  refuseNull(input, [...NEVER_NULL, 'durations']);
  refuseNegative(input);
  const before = await reasons.getVisible(
    context,
    parseGlobalId('Reason', input.id, ['input', 'id']),
    ['input', 'id'],
  );
  const changes = {
    ...changesOf(input, [
      ...NEVER_NULL,
      'internalName',
      'apptDayMax',
      'apptHrMin',
      'price',
      'depositAmount',
      'color',
      'imageUrl',
      'emailInstructions',
      'emailInstructions2',
      'slotStepMinutes',
      'quota',
      'quotaType',
      'maxWaitList',
      'waitListHoldHours',
      'maxWaitListPerClass',
      'numberSessions',
      'roundRobin',
    ]),
    ...(input.durations ? { durations: toDurations(input.durations) } : {}),
    ...(input.screeningQuestion === undefined
      ? {}
      : { screeningQuestion: input.screeningQuestion && toScreening(input.screeningQuestion) }),
    ...(input.reasonDetail === undefined
      ? {}
      : { reasonDetail: input.reasonDetail ? sanitizeHtml(input.reasonDetail) : null }),
    modifiedAt: context.now(),
    modifiedBy: actorName,
  } as Partial<Reason>;
  checkReason(changedRow(Reason, before, changes));
  const old = { ...before };
  const after = Object.assign(before, changes);
  return context.db.transaction(async (tx) => {
    await updateRow(tx, Reason, { businessId, rowId: before.rowId }, changes);
    await appendRowChange(
      { tx, member, now: after.modifiedAt },
      { type: 'Reason', before: old, after },
    );
    return after;
  });
}
