import { memberOf, type Context, type Member } from '../../../context';
import { DomainError, ErrorCode } from '../../../errors';
import { parseGlobalId } from '../../../graphql/global-id';
import type { Tx } from '../../../db/database';
import { staff as staffSource } from '../../staff/staff.source';
import type { Appointment } from '../model/appointment.entity';
import type { BookingEventType } from '../model/events';
import { appointments } from '../model/list';
import { legalNext } from '../model/status';
import {
  idsOfStaff,
  changeAppointment,
  readAggregate,
  untilCurrent,
  type AppointmentAggregate,
} from '../model/aggregate';

export interface Change {
  readonly after: AppointmentAggregate;
  readonly type: BookingEventType;
  readonly reason: string | null;
  readonly override?: boolean;
  /**
   * What has to be known or there before the row is written, in the same transaction: answers what
   * is written.
   */
  readonly settle?: (tx: Tx, wanted: AppointmentAggregate) => Promise<AppointmentAggregate>;
  /** What follows from it, in the same transaction. */
  readonly last?: (tx: Tx, after: AppointmentAggregate) => Promise<void>;
}

/** Makes the result of a command of what it wrote, within its transaction. */
export type ResultOf<R> = (after: AppointmentAggregate) => R;

/** What becomes of an appointment. Reads, and writes nothing. */
export type Decide = (before: AppointmentAggregate, member: Member, now: number) => Promise<Change>;

/** The same; null where the appointment stays as it is. */
type DecideWhether = (
  before: AppointmentAggregate,
  member: Member,
  now: number,
) => Promise<Change | null>;

export interface ChangeInput {
  id: string;
  expectedVersion?: number | null;
}

/** How an appointment is found, and what a command makes of the one it has changed. */
interface ChangeOptions<R> {
  readonly find?: (id: number, path: readonly string[]) => Promise<Appointment>;
  readonly resultOf?: ResultOf<R>;
}

const appointmentOf: ResultOf<Appointment> = ({ appointment }) => appointment;

/** Reads an appointment, lets `decide` say what becomes of it, and writes that. */
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
  return untilCurrent(async () => {
    appointments.clear(context, id);
    const before = await readAggregate(context, await find(id, ['input', 'id']), load);
    const now = context.now();
    const decision = await decide(before, member, now);
    checkVersion(before.appointment, input.expectedVersion);
    if (!decision) return resultOf(before);
    const {
      after: wanted,
      type,
      reason,
      override = before.appointment.override,
      settle: made,
      last,
    } = decision;
    return context.db.transaction(async (tx) => {
      const after = made ? await made(tx, wanted) : wanted;
      await changeAppointment(tx, member, now, before, after, type, reason, override);
      await last?.(tx, after);
      return resultOf(after);
    });
  });
}

function checkVersion({ version }: Appointment, expected: number | null | undefined): void {
  if (expected != null && expected !== version) {
    throw new DomainError(
      ErrorCode.VERSION_CONFLICT,
      `Somebody changed this appointment: it is at version ${version}. Read it again before you change it.`,
      {
        path: ['input', 'expectedVersion'],
        currentVersion: version,
      },
    );
  }
}

/** The row with changes, as a new instance of the same class. */
export function changed(
  before: AppointmentAggregate,
  member: Member,
  now: number,
  changes: Partial<Appointment>,
  {
    staff = before.staff,
    blocked = before.blocked ?? [],
  }: Partial<Pick<AppointmentAggregate, 'staff' | 'blocked'>> = {},
): AppointmentAggregate {
  const appointment = Object.assign(
    Object.create(Object.getPrototypeOf(before.appointment)) as Appointment,
    before.appointment,
    changes,
    {
      modifiedAt: now,
      modifiedBy: member.actorName,
    },
  );
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

/** At the instant it ends a hold is nobody's any more, swept or not. */
export function refuseExpired({ holdExpiresAt }: Appointment, now: number, field = 'id'): void {
  if (holdExpiresAt !== null && holdExpiresAt <= now) {
    throw new DomainError(
      ErrorCode.HOLD_EXPIRED,
      'This time is no longer held. Hold it again, or another.',
      { path: ['input', field] },
    );
  }
}

export const state = ({ status, subStatusCode }: Appointment) => ({
  status,
  subStatus: subStatusCode,
});

/** ILLEGAL_TRANSITION, with the ways that are open. */
export function illegal(
  appointment: Appointment,
  to: string,
  now: number,
  field = 'id',
): DomainError {
  const { statuses, subStatuses } = legalNext(state(appointment), appointment.startAt <= now);
  const ways = subStatuses.length
    ? `From here it can go to ${subStatuses.join(', ')}.`
    : 'It cannot change any more.';
  return new DomainError(
    ErrorCode.ILLEGAL_TRANSITION,
    `This appointment is ${appointment.subStatusCode} and cannot go to ${to}. ${ways}`,
    {
      path: ['input', field],
      from: appointment.subStatusCode,
      to,
      legal: statuses,
      legalSubStatuses: subStatuses,
    },
  );
}
