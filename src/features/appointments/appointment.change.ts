import { isStaffSide, memberOf, requireRole, Role, type Context, type Member } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import { changesOf, refuseNull } from '../../shared/changes';
import { parseGlobalId, parseGlobalIds } from '../../shared/global-id';
import { once, requestOf } from '../../shared/idempotency';
import type { Tx } from '../../shared/db/database';
import { addClient } from '../clients/client.service';
import { clients } from '../clients/client.source';
import { locations } from '../locations/location.source';
import { reasons } from '../reasons/reason.source';
import type { Staff } from '../staff/staff.entity';
import { staff as staffSource } from '../staff/staff.source';
import { seatMove, seatsFor } from './appointment.class';
import { describedClient, hashOfSecret } from './appointment.create';
import type { Appointment } from './appointment.entity';
import { BookingEventType, fromJson, toJson, type Snapshot } from './appointment.events';
import type { BookAppointmentInput, CancelAppointmentInput, ConfirmAppointmentInput, RescheduleAppointmentInput, SetAppointmentStatusInput, UpdateAppointmentInput } from './appointment.inputs';
import { notifyOf } from './appointment.notify';
import { authoriseInput, authoriseLocation, authoriseOverride, authoriseStatus, checkBooking, checkReschedule, waitsForStaff } from './appointment.rules';
import { placeOf } from './appointment.seats';
import { refuseQuota, settle, type Meaning } from './appointment.settle';
import { appointments } from './appointment.source';
import { AppointmentStatus, isLegal, legalNext, occupies, stateOf } from './appointment.status';
import { endOf, startOf, timesOf } from './appointment.times';
import { replace, servedOf, untilCurrent, type Served } from './appointment.write';
import { subStatusOf } from './sub-status.service';

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

interface ChangeInput { id: string; expectedVersion?: number | null; idempotencyKey?: string | null }

/** Reads an appointment, lets `decide` say what becomes of it, and writes that; once for an idempotency key. */
async function change(
  context: Context, command: string, input: ChangeInput, decide: Decide,
  find: (id: number, path: readonly string[]) => Promise<Appointment> = (id, path) => appointments.get(context, id, path),
): Promise<Appointment> {
  const member = memberOf(context);
  const id = parseGlobalId('Appointment', input.id, ['input', 'id']);
  const request = requestOf(context, command, input);
  const load = (ids: readonly number[]) => Promise.all(ids.map((staffId) => staffSource.granted(context, staffId) as Promise<Staff>));
  return untilCurrent(async () => {
    appointments.forget(context, id);
    const before = await servedOf(context, await find(id, ['input', 'id']), load);
    const now = context.now();
    // An answer given before is given again, whatever the state is by now: so refusals wait until the key is known to be new.
    const decision = await decide(before, member, now).then((made) => ({ made }), (refusal: unknown) => ({ refusal }));
    const written = await context.db.transaction((tx) =>
      once(tx, member, request, now, async () => {
        if ('refusal' in decision) throw decision.refusal;
        const { after: wanted, type, reason, override = before.appointment.override, settle: made, last } = decision.made;
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
function changed(before: Served, member: Member, now: number, changes: Partial<Appointment>, staff = before.staff): Served {
  const appointment = Object.assign(Object.create(Object.getPrototypeOf(before.appointment)) as Appointment, before.appointment, changes, {
    modifiedAt: now, modifiedBy: member.actorName,
  });
  const additionalStaffIds = staff.slice(1).map((person) => person.rowId).sort((one, other) => one - other);
  return { ...before, appointment, staff, additionalStaffIds };
}

const NEVER_NULL = ['clientReminderHours', 'staffReminderHours', 'remindClientSmsHours', 'remindStaffSmsHours', 'clientConfirmed'] as const;

export function updateAppointment(context: Context, input: UpdateAppointmentInput): Promise<Appointment> {
  return change(context, 'updateAppointment', input, updating(context, input));
}

/** What is said of an appointment is changed; its time stays. @throws DomainError FORBIDDEN, NOT_FOUND, BAD_USER_INPUT */
export const updating = (context: Context, input: UpdateAppointmentInput): Decide => async (before, member, now) => {
  authoriseInput(member, input);
  refuseNull(input, [...NEVER_NULL, 'seats']);
  const at = (field: string) => ['input', field];
  const changes: Partial<Appointment> = changesOf(input, [
    'address', 'meetingUrl', 'note', 'price', 'taxAmount', 'transactionFee', 'paidAmount', 'paymentReference', 'clientReminderHours',
    'staffReminderHours', 'remindClientSmsHours', 'remindStaffSmsHours', 'externalEventId', 'batchId', 'invitationId', 'jobRequisitionId', 'changeReason',
  ]) as Partial<Appointment>;
  if (input.color !== undefined) changes.ownColor = input.color;
  if (input.clientConfirmed != null) changes.clientConfirmedAt = input.clientConfirmed ? before.appointment.clientConfirmedAt ?? now : null;
  if (input.clientId !== undefined) changes.clientId = await clientId(context, member, input.clientId);
  if (input.coordinatorStaffId !== undefined) {
    const path = at('coordinatorStaffId');
    changes.coordinatorStaffId = input.coordinatorStaffId === null
      ? null
      : (await staffSource.get(context, parseGlobalId('Staff', input.coordinatorStaffId, path), path)).rowId;
  }
  if (input.seats !== undefined) changes.seats = seatsFor(member, before, input);
  let { staff } = before;
  if (input.additionalStaffIds !== undefined) {
    const path = at('additionalStaffIds');
    if (before.session) throw new DomainError(ErrorCode.RULE_VIOLATED, 'Who serves a class is said of its session.', { path });
    const ids = [...new Set(parseGlobalIds('Staff', input.additionalStaffIds ?? [], path))].filter((id) => id !== before.appointment.staffId);
    staff = [before.staff[0] as Staff, ...(await Promise.all(ids.map((id) => staffSource.get(context, id, path))))];
  }
  return { after: changed(before, member, now, changes, staff), type: BookingEventType.UPDATED, reason: input.changeReason ?? null };
};

async function clientId(context: Context, member: Member, id: string | null): Promise<number | null> {
  const path = ['input', 'clientId'];
  if (member.clientId !== null) throw new DomainError(ErrorCode.FORBIDDEN, 'Only staff may give an appointment to somebody else.', { path });
  return id === null ? null : (await clients.get(context, parseGlobalId('Client', id, path), path)).rowId;
}

/** Moves the occupancy in one transaction, and counts for the side that asked. */
export function rescheduleAppointment(context: Context, input: RescheduleAppointmentInput): Promise<Appointment> {
  return change(context, 'rescheduleAppointment', input, rescheduling(context, input));
}

/** Another time, or somebody or somewhere else. @throws DomainError ILLEGAL_TRANSITION, HOLD_EXPIRED, RULE_VIOLATED, TIME_UNAVAILABLE, FORBIDDEN, NOT_FOUND, BAD_USER_INPUT */
export const rescheduling = (context: Context, input: RescheduleAppointmentInput): Decide => async (before, member, now) => {
  authoriseInput(member, input);
  authoriseOverride(member, input.override);
  const { appointment } = before;
  const at = (field: string) => ['input', field];
  if (!isLegal(state(appointment), { status: AppointmentStatus.CANCELLED, subStatus: 'CANCELLED' })) throw illegal(appointment, 'another time');
  refuseExpired(appointment, now);
  if (before.session || input.classScheduleId != null) {
    const { session, leader, meaning, changes } = await seatMove(context, member, before, input, now);
    const after = { ...changed(before, member, now, changes, [leader]), session };
    checkReschedule(member, appointment, after.appointment, meaning.reason, now);
    return {
      after, type: BookingEventType.RESCHEDULED, reason: input.changeReason ?? null, override: input.override,
      settle: async (tx) => { if (!input.override) await refuseQuota(context, tx, member, after, meaning, now); return after; },
    };
  }
  const [reason, location, person, client] = await Promise.all([
    reasons.granted(context, appointment.reasonId),
    input.locationId == null
      ? locations.granted(context, appointment.locationId)
      : locations.get(context, parseGlobalId('Location', input.locationId, at('locationId')), at('locationId')),
    input.staffId == null ? before.staff[0] : staffSource.get(context, parseGlobalId('Staff', input.staffId, at('staffId')), at('staffId')),
    appointment.clientId === null ? null : clients.granted(context, appointment.clientId),
  ]);
  if (!reason || !location || !person) throw new Error('A foreign key names no row.');
  authoriseLocation(member, location);
  const startAt = startOf(input, person.timeZoneCode);
  const usual = (appointment.endAt - appointment.startAt) / 60_000;
  const staff = [person, ...before.staff.slice(1).filter((other) => other.rowId !== person.rowId)];
  checkBooking(member, { reason, location, staff, client, startAt, address: appointment.address }, now);
  const after = changed(before, member, now, {
    ...timesOf(startAt, endOf(startAt, input, usual), reason, person.timeZoneCode, location),
    staffId: person.rowId, locationId: location.rowId, override: input.override, changeReason: input.changeReason ?? null,
    ...(member.clientId === null
      ? { staffRescheduleCount: appointment.staffRescheduleCount + 1 }
      : { clientRescheduleCount: appointment.clientRescheduleCount + 1 }),
  }, staff);
  checkReschedule(member, appointment, after.appointment, reason, now);
  return {
    after, type: BookingEventType.RESCHEDULED, reason: input.changeReason ?? null, override: input.override,
    settle: (tx, wanted) => settle(context, tx, member, before, wanted, { reason, location, client }, now),
  };
};

const EVENTS: Partial<Record<AppointmentStatus, BookingEventType>> = {
  [AppointmentStatus.CANCELLED]: BookingEventType.CANCELLED,
  [AppointmentStatus.COMPLETED]: BookingEventType.COMPLETED,
  [AppointmentStatus.NO_SHOW]: BookingEventType.NO_SHOW,
};

type StatusInput = Omit<SetAppointmentStatusInput, 'override'> & Pick<CancelAppointmentInput, 'waitlistEntryIds' | 'notifyClient' | 'notifyStaff'> & { override?: boolean };

type Invitations = (context: Context, before: Served, entryIds: readonly string[], now: number) => Promise<NonNullable<Change['last']>>;

/** How those who wait are invited to what a cancellation frees, in its transaction: said by the waitlist when it is loaded, which knows appointments. */
let invitations: Invitations | null = null;
export const setInvitations = (given: Invitations): void => void (invitations = given);

/** Any move of the state machine; the other three are this with a status of their own. */
export function setAppointmentStatus(context: Context, input: StatusInput, command = 'setAppointmentStatus', from?: string): Promise<Appointment> {
  return change(context, command, input, goingTo(context, input, from));
}

/** A move of the state machine. @throws DomainError ILLEGAL_TRANSITION, HOLD_EXPIRED, RULE_VIOLATED, FORBIDDEN */
export const goingTo = (context: Context, input: StatusInput, from?: string): Decide => async (before, member, now) => {
  const { appointment } = before;
  if (from && appointment.subStatusCode !== from) throw illegal(appointment, input.status);
  const { status } = input;
  authoriseStatus(member, appointment, status === AppointmentStatus.CANCELLED, now);
  authoriseOverride(member, input.override ?? false);
  const subStatusCode = await subStatusOf(context, status, input.subStatus ?? status);
  if (!isLegal(state(appointment), { status, subStatus: subStatusCode })) throw illegal(appointment, subStatusCode);
  if (occupies(status)) refuseExpired(appointment, now);
  const moved = status !== appointment.status;
  const why = input.reason ?? null;
  const notify = notifyOf(member, input);
  const after = { notify, ...changed(before, member, now, {
    status, subStatusCode,
    ...(subStatusCode === 'CONFIRMED' ? { clientConfirmedAt: appointment.clientConfirmedAt ?? now } : {}),
    ...(subStatusCode === 'CHECKEDIN' ? { checkedInAt: now } : {}),
    ...(subStatusCode === 'INPROGRESS' ? { startedAt: now } : {}),
    ...(moved && status === AppointmentStatus.COMPLETED ? { completedAt: now, completedReason: why } : {}),
    ...(moved && status === AppointmentStatus.NO_SHOW ? { noShowReason: why } : {}),
    ...(moved && status === AppointmentStatus.CANCELLED ? { cancelledAt: now, cancelledBy: member.actorName, cancelReason: why } : {}),
    ...(moved && status === AppointmentStatus.OPEN ? { holdExpiresAt: null, holdSecretHash: null, cancelledAt: null, cancelledBy: null, cancelReason: null, noShowReason: null, override: input.override ?? false } : {}),
    ...(moved && status === AppointmentStatus.OPEN && before.session ? placeOf(before.session) : {}),
  }) };
  const opens = moved && status === AppointmentStatus.OPEN;
  const meaning = opens && appointment.status !== AppointmentStatus.PENDING && !input.override ? await meaningOf(context, appointment) : null;
  const last = input.waitlistEntryIds?.length ? await invitations?.(context, before, input.waitlistEntryIds, now) : undefined;
  return {
    after, last, type: (moved && EVENTS[status]) || BookingEventType.STATUS_CHANGED, reason: why,
    ...(opens ? { override: input.override ?? false } : {}),
    ...(meaning ? { settle: (tx: Tx, wanted: Served) => refuseQuota(context, tx, member, wanted, meaning, now).then(() => wanted) } : {}),
  };
};

async function meaningOf(context: Context, { reasonId, locationId }: Appointment): Promise<Meaning> {
  const [reason, location] = await Promise.all([reasons.granted(context, reasonId), locations.granted(context, locationId)]);
  if (!reason || !location) throw new Error('A foreign key names no row.');
  return { reason, location, client: null };
}

/** At the instant it ends a hold is nobody's any more, swept or not. */
function refuseExpired({ holdExpiresAt }: Appointment, now: number): void {
  if (holdExpiresAt !== null && holdExpiresAt <= now) {
    throw new DomainError(ErrorCode.HOLD_EXPIRED, 'This time is no longer held. Hold it again, or another.', { path: ['input', 'id'] });
  }
}

/**
 * Makes an appointment of a hold, while it lasts.
 * @throws DomainError NOT_FOUND, HOLD_EXPIRED, ILLEGAL_TRANSITION, RULE_VIOLATED, VERSION_CONFLICT, BAD_USER_INPUT
 */
export async function bookAppointment(context: Context, input: BookAppointmentInput): Promise<Appointment> {
  const asked = memberOf(context);
  const described = await describedClient(context, asked, input);
  return change(context, 'bookAppointment', input, async (before, member, now) => {
    const { appointment } = before;
    if (appointment.status !== AppointmentStatus.PENDING || appointment.holdExpiresAt === null) throw illegal(appointment, 'OPEN');
    refuseExpired(appointment, now);
    const path = ['input', 'clientId'];
    const named = input.clientId != null ? parseGlobalId('Client', input.clientId, path) : appointment.clientId ?? member.clientId;
    const client = described?.client ?? (named === null ? null : await (named === appointment.clientId ? clients.granted(context, named) : clients.get(context, named, path)));
    const [reason, location] = await Promise.all([reasons.granted(context, appointment.reasonId), locations.granted(context, appointment.locationId)]);
    if (!reason || !location) throw new Error('A foreign key names no row.');
    if (!client && !isStaffSide(member)) throw new DomainError(ErrorCode.RULE_VIOLATED, 'Say who comes: give client with a name and an e-mail address.', { path: ['input', 'client'] });
    // Notice was asked for when the time was held.
    checkBooking(member, { reason, location, staff: before.staff, client, startAt: appointment.startAt, address: appointment.address, session: before.session }, appointment.createdAt);
    const next = waitsForStaff(member, reason) ? stateOf(AppointmentStatus.PENDING, 'PENDING_CONFIRMATION') : stateOf(AppointmentStatus.OPEN);
    const after = changed(before, member, now, {
      ...next, clientId: client?.rowId ?? null, holdExpiresAt: null, holdSecretHash: null, ...(input.note === undefined ? {} : { note: input.note }),
    });
    return { after, type: BookingEventType.BOOKED, reason: null, settle: async (tx, wanted) => { if (described?.clientIsNew) await addClient(tx, described.client, member); return wanted; } };
  }, (id, path) => heldBy(context, input, id, path));
}

/** Who gets what is held, and what else is written with it. */
interface Given { readonly changes: Pick<Appointment, 'clientId' | 'note'> & Partial<Pick<Appointment, 'address' | 'seats' | 'price'>>; readonly last: NonNullable<Change['last']> }

/**
 * Gives a hold to somebody for whom it was held: what was asked of the booking when it was held is not asked again. Of any number at once one
 * gets it. `decide` sees each state that the hold comes to.
 * @throws DomainError HOLD_EXPIRED, and what `decide` throws
 */
export function giveHold(context: Context, command: string, input: ChangeInput, decide: (held: Appointment, now: number) => Promise<Given>): Promise<Appointment> {
  return change(context, command, input, async (before, member, now) => {
    const { changes, last } = await decide(before.appointment, now);
    refuseExpired(before.appointment, now);
    const after = changed(before, member, now, { ...stateOf(AppointmentStatus.OPEN), ...changes, holdExpiresAt: null, holdSecretHash: null });
    return { after, last, type: BookingEventType.BOOKED, reason: null };
  }, async (id) => {
    appointments.forget(context, id);
    return (await appointments.granted(context, id)) as Appointment;
  });
}

/** The hold, to whoever may see it, and to whoever knows its secret. */
async function heldBy(context: Context, { holdSecret }: BookAppointmentInput, id: number, path: readonly string[]): Promise<Appointment> {
  if (holdSecret == null) return appointments.get(context, id, path);
  appointments.forget(context, id);
  const row = await appointments.granted(context, id);
  if (row && row.holdSecretHash === hashOfSecret(holdSecret)) return row;
  throw new DomainError(ErrorCode.NOT_FOUND, 'There is no hold with this id and secret.', { path });
}

/** For staff: what waits for them becomes an appointment, or is cancelled. @throws DomainError ILLEGAL_TRANSITION and as setAppointmentStatus */
export const confirmAppointment = (context: Context, input: ConfirmAppointmentInput): Promise<Appointment> =>
  answerRequest(context, input, 'confirmAppointment', AppointmentStatus.OPEN);
export const declineAppointment = (context: Context, input: ConfirmAppointmentInput): Promise<Appointment> =>
  answerRequest(context, input, 'declineAppointment', AppointmentStatus.CANCELLED);

async function answerRequest(context: Context, input: ConfirmAppointmentInput, command: string, status: AppointmentStatus): Promise<Appointment> {
  requireRole(context, Role.ADMINISTRATOR, Role.LOCATION_SUPER_USER, Role.STAFF_USER);
  return setAppointmentStatus(context, { ...input, status }, command, 'PENDING_CONFIRMATION');
}

const state = ({ status, subStatusCode }: Appointment) => ({ status, subStatus: subStatusCode });

function illegal(appointment: Appointment, to: string): DomainError {
  const legal = legalNext(state(appointment));
  const ways = legal.length ? `From here it can go to ${legal.join(', ')}.` : 'It cannot change any more.';
  return new DomainError(ErrorCode.ILLEGAL_TRANSITION, `This appointment is ${appointment.subStatusCode} and cannot go to ${to}. ${ways}`, {
    path: ['input', 'id'], from: appointment.subStatusCode, to, legal,
  });
}
