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
  description: 'The life of an appointment; sub-statuses refine it.',
});

const { PENDING, OPEN, COMPLETED, NO_SHOW, CANCELLED, DELETED } = AppointmentStatus;

/** Sub-statuses that every business has, with the status each refines. */
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
 * From each status, where it may go. A move within a status changes the sub-status alone. Staff may
 * undo the end of a visit.
 */
const NEXT: Readonly<Record<AppointmentStatus, readonly AppointmentStatus[]>> = {
  [PENDING]: [PENDING, OPEN, CANCELLED, DELETED],
  [OPEN]: [OPEN, COMPLETED, NO_SHOW, CANCELLED, DELETED],
  [COMPLETED]: [COMPLETED, OPEN, DELETED],
  [NO_SHOW]: [NO_SHOW, OPEN, DELETED],
  [CANCELLED]: [CANCELLED, OPEN, DELETED],
  [DELETED]: [],
};

/** Order of the built-in sub-statuses of OPEN: a visit does not go back. */
const VISIT = ['OPEN', 'CONFIRMED', 'CHECKEDIN', 'INPROGRESS'];

export interface State {
  readonly status: AppointmentStatus;
  readonly subStatus: string;
}

/** The statuses of a visit that has taken place, or should have. */
const ENDED: readonly AppointmentStatus[] = [COMPLETED, NO_SHOW];

/**
 * @param hasBegun whether the start of the visit has passed: before it, a visit is neither
 * completed nor missed
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

/**
 * The statuses and the built-in sub-statuses that may come next: the ways out of an
 * ILLEGAL_TRANSITION.
 */
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

/** Whether an appointment can be moved: as long as it can be cancelled. */
export const isMovable = (from: State): boolean =>
  isLegal(from, { status: CANCELLED, subStatus: CANCELLED }, true);

/**
 * Whether an appointment of this status takes time from its staff. A no-show gives the time back.
 */
export const occupies = (status: AppointmentStatus): boolean =>
  status === PENDING || status === OPEN || status === COMPLETED;
