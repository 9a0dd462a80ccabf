import { registerEnumType } from 'type-graphql';

export enum AppointmentStatus {
  PENDING = 'PENDING',
  OPEN = 'OPEN',
  COMPLETED = 'COMPLETED',
  NO_SHOW = 'NO_SHOW',
  CANCELLED = 'CANCELLED',
  DELETED = 'DELETED',
}
registerEnumType(AppointmentStatus, {
  name: 'AppointmentStatus',
  description: 'Status of an appointment. Sub-statuses refine it.',
  valuesConfig: {
    CANCELLED: { description: 'Cancelled. Its time is free.' },
    COMPLETED: { description: 'The appointment took place.' },
    DELETED: { description: 'Removed from lists. Its time is free.' },
    NO_SHOW: { description: 'The client did not come.' },
    OPEN: { description: 'Booked.' },
    PENDING: { description: 'Holds its time: a hold, or a booking that awaits confirmation.' },
  },
});

const { PENDING, OPEN, COMPLETED, NO_SHOW, CANCELLED, DELETED } = AppointmentStatus;

/** Sub-statuses that every business has, with the status that each refines. */
export const BUILT_IN_SUB_STATUSES: ReadonlyMap<
  string,
  { label: string; status: AppointmentStatus }
> = new Map([
  ['PENDING', { label: 'Pending', status: PENDING }],
  ['PENDING_CONFIRMATION', { label: 'Waiting for staff to confirm', status: PENDING }],
  ['PENDING_WAITLIST', { label: 'Held for the waitlist', status: PENDING }],
  ['OPEN', { label: 'Open', status: OPEN }],
  ['CONFIRMED', { label: 'Confirmed', status: OPEN }],
  ['CHECKEDIN', { label: 'Checked in', status: OPEN }],
  ['INPROGRESS', { label: 'In progress', status: OPEN }],
  ['COMPLETED', { label: 'Completed', status: COMPLETED }],
  ['NO_SHOW', { label: 'No-show', status: NO_SHOW }],
  ['CANCELLED', { label: 'Cancelled', status: CANCELLED }],
  ['DELETED', { label: 'Deleted', status: DELETED }],
]);

/**
 * Legal next statuses. A transition within a status changes only the sub-status. Staff may revert
 * the end of a visit.
 */
const NEXT: Readonly<Record<AppointmentStatus, readonly AppointmentStatus[]>> = {
  [PENDING]: [PENDING, OPEN, CANCELLED, DELETED],
  [OPEN]: [OPEN, COMPLETED, NO_SHOW, CANCELLED, DELETED],
  [COMPLETED]: [COMPLETED, OPEN, DELETED],
  [NO_SHOW]: [NO_SHOW, OPEN, DELETED],
  [CANCELLED]: [CANCELLED, OPEN, DELETED],
  [DELETED]: [],
};

/** Order of the built-in sub-statuses of OPEN. Transitions go forward only. */
const VISIT = ['OPEN', 'CONFIRMED', 'CHECKEDIN', 'INPROGRESS'];

export interface State {
  readonly status: AppointmentStatus;
  readonly subStatus: string;
}

/** Statuses of a visit that took place or was missed. */
const ENDED: readonly AppointmentStatus[] = [COMPLETED, NO_SHOW];

/**
 * @param hasBegun whether the start has passed: before it, a visit is neither completed nor missed
 */
export function isLegal(from: State, to: State, hasBegun: boolean): boolean {
  if (!NEXT[from.status].includes(to.status)) return false;
  if (!hasBegun && from.status !== to.status && ENDED.includes(to.status)) return false;
  if (from.status !== to.status) return true;
  const [before, after] = [VISIT.indexOf(from.subStatus), VISIT.indexOf(to.subStatus)];
  return from.subStatus !== to.subStatus && (before < 0 || after < 0 || after > before);
}

/** The two columns of a state. */
export const stateOf = (status: AppointmentStatus, subStatusCode: string = status) => ({
  status,
  subStatusCode,
});

/** Returns the legal next statuses and built-in sub-statuses. */
export function legalNext(
  from: State,
  hasBegun: boolean,
): { statuses: AppointmentStatus[]; subStatuses: string[] } {
  const legal = [...BUILT_IN_SUB_STATUSES].filter(([code, { status }]) =>
    isLegal(from, { status, subStatus: code }, hasBegun),
  );
  return {
    statuses: [...new Set(legal.map(([, { status }]) => status))],
    subStatuses: legal.map(([code]) => code),
  };
}

/** Whether an appointment can be moved: true as long as it can be cancelled. */
export const isMovable = (from: State): boolean =>
  isLegal(from, { status: CANCELLED, subStatus: CANCELLED }, true);

/** Whether an appointment with this status takes the time of its staff. A no-show frees it. */
export const occupies = (status: AppointmentStatus): boolean =>
  status === PENDING || status === OPEN || status === COMPLETED;
