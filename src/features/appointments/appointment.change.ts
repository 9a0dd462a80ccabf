import { memberOf, type Context, type Member } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import { parseGlobalId } from '../../shared/global-id';
import { attempt, once, requestOf } from '../../shared/idempotency';
import type { Tx } from '../../shared/db/database';
import { staff as staffSource } from '../staff/staff.source';
import type { Appointment } from './appointment.entity';
import { BookingEventType, fromJson, toJson, type Snapshot } from './appointment.events';
import { appointments } from './appointment.source';
import { legalNext } from './appointment.status';
import { replace, servedOf, untilCurrent, type Served } from './appointment.write';

export interface Change {
  readonly after: Served;
  readonly type: BookingEventType;
  readonly reason: string | null;
  readonly override?: boolean;
  /** What has to be known or there before the row is written, in the same transaction: answers what is written. */
  readonly settle?: (tx: Tx, wanted: Served) => Promise<Served>;
  /** What follows from it, in the same transaction. */
  readonly last?: (tx: Tx, after: Served) => Promise<void>;
}

/** What becomes of an appointment. Reads, and writes nothing. */
export type Decide = (before: Served, member: Member, now: number) => Promise<Change>;

export interface ChangeInput { id: string; expectedVersion?: number | null; idempotencyKey?: string | null }

/** Reads an appointment, lets `decide` say what becomes of it, and writes that; once for an idempotency key. */
export async function change(
  context: Context, command: string, input: ChangeInput, decide: Decide,
  find: (id: number, path: readonly string[]) => Promise<Appointment> = (id, path) => appointments.get(context, id, path),
): Promise<Appointment> {
  const member = memberOf(context);
  const id = parseGlobalId('Appointment', input.id, ['input', 'id']);
  const request = requestOf(context, command, input);
  const load = (ids: readonly number[]) => Promise.all(ids.map((staffId) => staffSource.referenced(context, staffId)));
  return untilCurrent(async () => {
    appointments.forget(context, id);
    const before = await servedOf(context, await find(id, ['input', 'id']), load);
    const now = context.now();
    const decision = await attempt(decide(before, member, now));
    const written = await context.db.transaction((tx) =>
      once(tx, member, request, now, async () => {
        const { after: wanted, type, reason, override = before.appointment.override, settle: made, last } = decision();
        checkVersion(before.appointment, input.expectedVersion);
        const after = made ? await made(tx, wanted) : wanted;
        await replace(tx, member, now, before, after, type, reason, override);
        await last?.(tx, after);
        return after as Snapshot;
      }, toJson, fromJson),
    );
    appointments.forget(context, id);
    return written.appointment;
  });
}

function checkVersion({ version }: Appointment, expected: number | null | undefined): void {
  if (expected != null && expected !== version) {
    throw new DomainError(ErrorCode.VERSION_CONFLICT, `Somebody changed this appointment: it is at version ${version}. Read it again before you change it.`, {
      path: ['input', 'expectedVersion'], currentVersion: version,
    });
  }
}

/** The row with changes, as a new instance of the same class. */
export function changed(before: Served, member: Member, now: number, changes: Partial<Appointment>, staff = before.staff): Served {
  const appointment = Object.assign(Object.create(Object.getPrototypeOf(before.appointment)) as Appointment, before.appointment, changes, {
    modifiedAt: now, modifiedBy: member.actorName,
  });
  const additionalStaffIds = staff.slice(1).map((person) => person.rowId).sort((one, other) => one - other);
  return { ...before, appointment, staff, additionalStaffIds };
}

/** At the instant it ends a hold is nobody's any more, swept or not. */
export function refuseExpired({ holdExpiresAt }: Appointment, now: number, field = 'id'): void {
  if (holdExpiresAt !== null && holdExpiresAt <= now) {
    throw new DomainError(ErrorCode.HOLD_EXPIRED, 'This time is no longer held. Hold it again, or another.', { path: ['input', field] });
  }
}

export const state = ({ status, subStatusCode }: Appointment) => ({ status, subStatus: subStatusCode });

/** ILLEGAL_TRANSITION, with the ways that are open. */
export function illegal(appointment: Appointment, to: string, field = 'id'): DomainError {
  const legal = legalNext(state(appointment));
  const ways = legal.length ? `From here it can go to ${legal.join(', ')}.` : 'It cannot change any more.';
  return new DomainError(ErrorCode.ILLEGAL_TRANSITION, `This appointment is ${appointment.subStatusCode} and cannot go to ${to}. ${ways}`, {
    path: ['input', field], from: appointment.subStatusCode, to, legal,
  });
}
