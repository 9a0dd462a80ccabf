import { BusinessRule } from '../../../business-rule';
import { changedRow } from '../../../db/new-row';
import type { ExpectedVersion } from '../../../db/versions';
import {
  memberOf,
  type Context,
  type Member,
  type UnitOfWork,
  type WriteUnit,
} from '../../../context';
import { DomainError, enforce, ErrorCode, requireVersion, type Refusal } from '../../../errors';
import { parseGlobalId } from '../../../graphql/global-id';
import { unitOf } from '../../../services/unit-of-work';
import { staff as staffSource } from '../../staff/staff.list';
import { Appointment } from '../model/appointment.entity';
import type { BookingEventType } from '../model/events';
import { appointments } from '../model/list';
import { legalNext } from '../model/status';
import { idsOfStaff, readAggregate, type AppointmentAggregate } from '../model/aggregate';
import { changeAppointment, retryOnStale } from '../model/write';
import { modifierOf } from '../../../log/actors/stamps';

export interface Change {
  readonly after: AppointmentAggregate;
  readonly type: BookingEventType;
  readonly reason: string | null;
  readonly override?: boolean;
  /**
   * Completes the change before the row is written, in the same transaction. Returns the aggregate
   * to write.
   */
  readonly settle?: (
    unit: UnitOfWork,
    decided: AppointmentAggregate,
  ) => Promise<AppointmentAggregate>;
  /** Runs after the row has been written, in the same transaction. */
  readonly last?: (unit: UnitOfWork, after: AppointmentAggregate) => Promise<void>;
}

/** Returns the result of a command, within its transaction. */
export type ResultOf<R> = (after: AppointmentAggregate) => R;

/** Decides a change of an appointment. Reads, and writes nothing. */
export type Decide = (before: AppointmentAggregate, member: Member, now: number) => Promise<Change>;

/** Like `Decide`; null leaves the appointment unchanged. */
type DecideWhether = (
  before: AppointmentAggregate,
  member: Member,
  now: number,
) => Promise<Change | null>;

export interface ChangeInput extends ExpectedVersion {
  id: string;
}

/** How the appointment is found, and the result of the command. */
interface ChangeOptions<R> {
  readonly find?: (id: number, path: readonly string[]) => Promise<Appointment>;
  readonly resultOf?: ResultOf<R>;
}

const appointmentOf: ResultOf<Appointment> = ({ appointment }) => appointment;

/** Reads an appointment, calls `decide` and writes the change. */
export async function change<R = Appointment>(
  context: Context,
  input: ChangeInput,
  decide: DecideWhether,
  options: ChangeOptions<R> = {},
): Promise<R> {
  const find =
    options.find ??
    ((id: number, path: readonly string[]) => appointments.getVisible(context, id, path));
  const resultOf = options.resultOf ?? (appointmentOf as ResultOf<never>);
  const member = memberOf(context);
  const id = parseGlobalId('Appointment', input.id, ['input', 'id']);
  const load = (ids: readonly number[]) =>
    Promise.all(ids.map((staffId) => staffSource.getById(context, staffId)));
  return retryOnStale(async () => {
    appointments.clear(context, id);
    const before = await readAggregate(context, await find(id, ['input', 'id']), load);
    const now = context.now();
    requireVersion(before.appointment, input.expectedVersion);
    const decision = await decide(before, member, now);
    if (!decision) return resultOf(before);
    const {
      after: decided,
      type,
      reason,
      override = before.appointment.override,
      settle,
      last,
    } = decision;
    return context.db.transaction(async (tx) => {
      const unit = unitOf(context, tx, now);
      const after = settle ? await settle(unit, decided) : decided;
      await changeAppointment(unit, { before, after, type, reason, override });
      await last?.(unit, after);
      return resultOf(after);
    });
  });
}

/** By whom and when a row is changed. */
export type Author = Pick<WriteUnit, 'member' | 'now'>;

/** Returns the aggregate with changes to the row, as a new instance of the same class. */
export function changed(
  before: AppointmentAggregate,
  { member, now }: Author,
  changes: Partial<Appointment>,
  {
    staff = before.staff,
    blocked = before.blocked ?? [],
  }: Partial<Pick<AppointmentAggregate, 'staff' | 'blocked'>> = {},
): AppointmentAggregate {
  const appointment = changedRow(Appointment, before.appointment, {
    ...changes,
    modifiedAt: now,
    ...modifierOf(member),
  });
  // Staff who serve are blocked already.
  const only = blocked.filter(({ rowId }) => !staff.some((person) => person.rowId === rowId));
  return {
    ...before,
    appointment,
    staff,
    additionalStaffIds: idsOfStaff(staff.slice(1)),
    blocked: only,
    blockedStaffIds: idsOfStaff(only),
  };
}

/**
 * Rejects a hold at and after its expiry, whether or not the background job has ended it.
 * @throws DomainError HOLD_EXPIRED
 */
export const refuseExpired = (row: ChangeableRow, now: number): void =>
  enforce(expiredHold(row, now));

/** The columns that decide whether an appointment can change. */
export type ChangeableRow = Pick<
  Appointment,
  'status' | 'subStatusCode' | 'startAt' | 'holdExpiresAt'
>;

export const expiredHold = (
  { holdExpiresAt }: ChangeableRow,
  now: number,
  field = 'id',
): Refusal | null =>
  holdExpiresAt !== null && holdExpiresAt <= now
    ? {
        rule: BusinessRule.HOLD_EXPIRED,
        error: () =>
          new DomainError(
            ErrorCode.HOLD_EXPIRED,
            'This hold has expired. Hold the time again, or another one.',
            { path: ['input', field] },
          ),
      }
    : null;

export const state = ({ status, subStatusCode }: ChangeableRow) => ({
  status,
  subStatus: subStatusCode,
});

/** Returns ILLEGAL_TRANSITION with the legal transitions. */
export function illegal(
  appointment: ChangeableRow,
  to: string,
  now: number,
  field = 'id',
): DomainError {
  const { statuses, subStatuses } = legalNext(state(appointment), appointment.startAt <= now);
  const ways = subStatuses.length
    ? `Legal sub-statuses: ${subStatuses.join(', ')}.`
    : 'It can no longer change.';
  return new DomainError(
    ErrorCode.ILLEGAL_TRANSITION,
    `This appointment is ${appointment.subStatusCode} and cannot change to ${to}. ${ways}`,
    {
      path: ['input', field],
      from: appointment.subStatusCode,
      to,
      legal: statuses,
      legalSubStatuses: subStatuses,
    },
  );
}
