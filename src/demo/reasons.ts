import { newRow } from '../db/new-row';
import { Reason } from '../features/reasons/reason.entity';
import {
  ReasonStatus,
  ReasonType,
  RescheduleType,
  SlotAlignment,
  WorkSchedule,
} from '../features/reasons/reason-enums';
import type { DemoBusiness } from './businesses';
import { DEMO_AUTHOR, type Stamps } from './stamps';
import { modifierOf } from '../log/actors/stamps';

/** Returns the services and classes of a business, and private time as the last reason. */
export const reasonsOf = (
  demo: DemoBusiness,
  rowIds: readonly number[],
  stamps: Stamps,
): Reason[] => [
  ...demo.reasons.map(
    ({ name, minutes, before, after, price, color, detail, online, class: ofClass }, index) =>
      newReason(stamps, demo, {
        ...(ofClass ? { reasonType: ReasonType.CLASS } : {}),
        rowId: rowIds[index] as number,
        reasonDesc: name,
        visitMinutes: minutes,
        bufferBefore: before ?? 0,
        bufferAfter: after ?? 0,
        price,
        color,
        reasonDetail: detail,
        allowOnline: online ?? true,
        sortWeight: index,
      }),
  ),
  newReason(stamps, demo, {
    rowId: rowIds[demo.reasons.length] as number,
    reasonDesc: 'Time off',
    visitMinutes: 480,
    reasonType: ReasonType.PERSONAL,
    allowOnline: false,
    sortWeight: 100,
  }),
];

type GivenColumns = 'rowId' | 'reasonDesc' | 'visitMinutes' | 'sortWeight';

const newReason = (
  stamps: Stamps,
  { currency }: DemoBusiness,
  columns: Pick<Reason, GivenColumns> & Partial<Reason>,
): Reason =>
  newRow(Reason, {
    ...stamps,
    reasonType: ReasonType.SERVICE,
    status: ReasonStatus.ACTIVE,
    internalName: null,
    reasonDetail: null,
    bufferBefore: 0,
    bufferAfter: 0,
    allowOnline: true,
    apptDayMax: 90,
    apptHrMin: 2,
    rescheduleType: RescheduleType.FLEXIBLE,
    price: null,
    depositAmount: null,
    currency,
    taxable: false,
    allowPrePay: false,
    color: null,
    imageUrl: null,
    emailInstructions: null,
    emailInstructions2: null,
    durations: [],
    slotAlignment: SlotAlignment.WINDOW,
    slotStepMinutes: null,
    quota: null,
    quotaType: null,
    requiresStaffConfirmation: false,
    screeningQuestion: null,
    allowWaitList: false,
    maxWaitList: null,
    waitListHoldHours: null,
    maxWaitListPerClass: null,
    numberSessions: null,
    roundRobin: null,
    customWorkSchedule: WorkSchedule.ALL_LOCATIONS,
    ...modifierOf(DEMO_AUTHOR),
    ...columns,
  });
