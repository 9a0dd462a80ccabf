import { changedRow, newRow } from '../../db/new-row';
import { Role, requireRole, type Context, type Member } from '../../context';
import { changesOf, refuseNull } from '../../lib/patch';
import { insert } from '../../db/table';
import { parseGlobalId } from '../../graphql/global-id';
import { sanitizeHtml } from '../../graphql/inputs/text-validators';
import { businessOf } from '../businesses/business.list';
import { appendRowChange } from '../../log/row-changes';
import { refuseDeleted, updateUndeleted } from '../../log/soft-deletion';
import { Reason } from './reason.entity';
import { ReasonStatus, RescheduleType, SlotAlignment, WorkSchedule } from './reason-enums';
import type { CreateReasonInput, UpdateReasonInput } from './reason.inputs';
import { newAssignments } from './links/set-links';
import { checkReason, refuseNegative, toDurations, toScreening } from './reason.rules';
import { reasons } from './reason.list';
import { ServiceStaff } from './links/service-staff.entity';
import { modifierOf } from '../../log/actors/stamps';

/** Values of the fields that the input of a new reason omits or sets to null. */
const DEFAULTS = {
  internalName: null,
  bufferBefore: 0,
  bufferAfter: 0,
  allowOnline: true,
  apptDayMax: null,
  apptHrMin: null,
  rescheduleType: RescheduleType.FLEXIBLE,
  price: null,
  depositAmount: null,
  taxable: false,
  allowPrePay: false,
  sortWeight: 0,
  color: null,
  imageUrl: null,
  emailInstructions: null,
  emailInstructions2: null,
  slotAlignment: SlotAlignment.WINDOW,
  slotStepMinutes: null,
  quota: null,
  quotaType: null,
  requiresStaffConfirmation: false,
  allowWaitList: false,
  maxWaitListPerClass: null,
  numberSessions: null,
  roundRobin: null,
  customWorkSchedule: WorkSchedule.ALL_LOCATIONS,
};

type DefaultedField = keyof typeof DEFAULTS;

const withDefaults = (input: CreateReasonInput): Pick<Reason, DefaultedField> =>
  Object.fromEntries(
    Object.entries(DEFAULTS).map(([field, value]) => [
      field,
      input[field as DefaultedField] ?? value,
    ]),
  ) as unknown as Pick<Reason, DefaultedField>;

/** Columns of a new reason that its input does not have. */
interface NewReasonColumns {
  readonly member: Member;
  readonly now: number;
  readonly rowId: number;
  readonly currency: string;
}

/** @throws DomainError BAD_USER_INPUT */
function newReason(
  input: CreateReasonInput,
  { member, now, rowId, currency }: NewReasonColumns,
): Reason {
  const values = withDefaults(input);
  return newRow(Reason, {
    businessId: member.businessId,
    rowId,
    version: 1,
    reasonType: input.reasonType,
    status: ReasonStatus.ACTIVE,
    reasonDesc: input.reasonDesc,
    internalName: values.internalName,
    reasonDetail: input.reasonDetail ? sanitizeHtml(input.reasonDetail) : null,
    visitMinutes: input.visitMinutes,
    bufferBefore: values.bufferBefore,
    bufferAfter: values.bufferAfter,
    allowOnline: values.allowOnline,
    apptDayMax: values.apptDayMax,
    apptHrMin: values.apptHrMin,
    rescheduleType: values.rescheduleType,
    price: values.price,
    depositAmount: values.depositAmount,
    currency,
    taxable: values.taxable,
    allowPrePay: values.allowPrePay,
    sortWeight: values.sortWeight,
    color: values.color,
    imageUrl: values.imageUrl,
    emailInstructions: values.emailInstructions,
    emailInstructions2: values.emailInstructions2,
    durations: toDurations(input.durations ?? []),
    slotAlignment: values.slotAlignment,
    slotStepMinutes: values.slotStepMinutes,
    quota: values.quota,
    quotaType: values.quotaType,
    requiresStaffConfirmation: values.requiresStaffConfirmation,
    screeningQuestion: input.screeningQuestion ? toScreening(input.screeningQuestion) : null,
    allowWaitList: values.allowWaitList,
    maxWaitList: input.maxWaitlist ?? null,
    waitListHoldHours: input.waitlistHoldHours ?? null,
    maxWaitListPerClass: values.maxWaitListPerClass,
    numberSessions: values.numberSessions,
    roundRobin: values.roundRobin,
    customWorkSchedule: values.customWorkSchedule,
    createdAt: now,
    modifiedAt: now,
    ...modifierOf(member),
  });
}

/** @throws DomainError NOT_FOUND for an unknown staff member; BAD_USER_INPUT, RULE_VIOLATED */
export async function create(context: Context, input: CreateReasonInput): Promise<Reason> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  refuseNegative(input);
  const now = context.now();
  const [{ currency }, rowId] = await Promise.all([
    businessOf(context),
    context.ids.next('reason'),
  ]);
  const reason = newReason(input, { member, now, rowId, currency });
  checkReason(reason);
  const assigned = await newAssignments(
    context,
    reason,
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
  const { businessId } = member;
  refuseNull(input, [...NEVER_NULL, 'durations']);
  refuseNegative(input);
  const before = await reasons.getVisible(
    context,
    parseGlobalId('Reason', input.id, ['input', 'id']),
    ['input', 'id'],
  );
  refuseDeleted(before, 'reason');
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
      'maxWaitListPerClass',
      'numberSessions',
      'roundRobin',
    ]),
    ...(input.maxWaitlist === undefined ? {} : { maxWaitList: input.maxWaitlist }),
    ...(input.waitlistHoldHours === undefined
      ? {}
      : { waitListHoldHours: input.waitlistHoldHours }),
    ...(input.durations ? { durations: toDurations(input.durations) } : {}),
    ...(input.screeningQuestion === undefined
      ? {}
      : { screeningQuestion: input.screeningQuestion && toScreening(input.screeningQuestion) }),
    ...(input.reasonDetail === undefined
      ? {}
      : { reasonDetail: input.reasonDetail ? sanitizeHtml(input.reasonDetail) : null }),
    modifiedAt: context.now(),
    ...modifierOf(member),
  } as Partial<Reason>;
  checkReason(changedRow(Reason, before, changes));
  const old = { ...before };
  const after = Object.assign(before, changes);
  return context.db.transaction(async (tx) => {
    const key = { businessId, rowId: before.rowId };
    const { expectedVersion } = input;
    after.version = await updateUndeleted(tx, Reason, key, {
      changes,
      expectedVersion,
      noun: 'reason',
    });
    await appendRowChange(
      { tx, member, now: after.modifiedAt },
      { type: 'Reason', before: old, after },
    );
    return after;
  });
}
