import { createHash } from 'node:crypto';
import { isStaffSide, memberOf, Role, type Context, type Member } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import type { Tx } from '../../shared/db/database';
import { readingIn } from '../../shared/db/gather';
import { isOneOf, raw, sql, type Sql } from '../../shared/db/sql';
import { parseGlobalId, parseGlobalIds } from '../../shared/global-id';
import { once, requestOf } from '../../shared/idempotency';
import { MS_PER_HOUR, MS_PER_MINUTE } from '../../shared/time-zone';
import { isBookable } from '../availability/availability.service';
import { businessOf } from '../businesses/business.loaders';
import type { Business } from '../businesses/business.entity';
import type { Client } from '../clients/client.entity';
import { addClient, clientOf } from '../clients/client.service';
import { clients } from '../clients/client.source';
import type { Location } from '../locations/location.entity';
import { locations, primaryLocationOf } from '../locations/location.source';
import { heldWhere, lockWhere } from '../occupancy/occupancy.service';
import type { Reason } from '../reasons/reason.entity';
import { reasons } from '../reasons/reason.source';
import type { Staff } from '../staff/staff.entity';
import { staff as staffSource } from '../staff/staff.source';
import { Appointment } from './appointment.entity';
import { BookingEventType, fromJson, toJson } from './appointment.events';
import { CreateAppointmentInput, type HoldAppointmentInput } from './appointment.inputs';
import { notifyOf } from './appointment.notify';
import { authoriseInput, authoriseLocation, authoriseOverride, checkBooking, waitsForStaff } from './appointment.rules';
import { AppointmentStatus, stateOf } from './appointment.status';
import { endOf, startOf, timesOf } from './appointment.times';
import { add, rivalsOf, takenBy, timeUnavailable, type Served } from './appointment.write';

interface Parsed {
  readonly member: Member;
  readonly business: Business;
  readonly reason: Reason;
  readonly location: Location;
  /** In order of preference; one where the caller names who serves. */
  readonly candidates: readonly Staff[];
  readonly additional: readonly Staff[];
  readonly coordinatorStaffId: number | null;
  readonly client: Client | null;
}

/** What the caller named, before anything is read. */
interface Named {
  readonly reasonId: number;
  readonly locationId: number | null;
  readonly candidateIds: readonly number[];
  readonly additionalIds: readonly number[];
  readonly coordinatorId: number | null;
}

/**
 * Books, in one transaction: lock those who could serve → read → authorise → decide → write → append to the log.
 * @throws DomainError NOT_FOUND, BAD_USER_INPUT, FORBIDDEN, RULE_VIOLATED, TIME_UNAVAILABLE, IDEMPOTENCY_KEY_REUSED
 */
export function createAppointment(context: Context, input: CreateAppointmentInput): Promise<Appointment> {
  return bookOrHold(context, 'createAppointment', input, null);
}

/** Takes a time for as long as the location's booking timer says; a client may be named later. @throws DomainError as createAppointment */
export function holdAppointment(context: Context, input: HoldAppointmentInput): Promise<Appointment> {
  const { asked, hold } = holdOf(memberOf(context), input);
  return bookOrHold(context, 'holdAppointment', asked, hold);
}

/** A hold as the booking that it may become. @throws DomainError BAD_USER_INPUT */
export function holdOf(member: Member, { holdSecret, ...input }: HoldAppointmentInput): { asked: CreateAppointmentInput; hold: Hold } {
  if (member.role === Role.PUBLIC && holdSecret == null) {
    throw new DomainError(ErrorCode.BAD_USER_INPUT, 'Make a secret and give it as holdSecret: with it you book later what you hold now.', { path: ['input', 'holdSecret'] });
  }
  return { asked: Object.assign(new CreateAppointmentInput(), { override: false }, input), hold: { secretHash: holdSecret == null ? null : hashOfSecret(holdSecret) } };
}

export const hashOfSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** A time that is held: for some minutes, for whoever knows the secret, unless more is said. */
export interface Hold {
  readonly secretHash: string | null;
  readonly expiresAt?: number;
  readonly subStatus?: string;
  /** Comes last in the same transaction. */
  readonly last?: (tx: Tx, held: Served) => Promise<void>;
}

/** Holds a time on behalf of somebody. `command` says of whom, for idempotency. @throws DomainError as createAppointment */
export function holdFor(context: Context, command: string, input: Omit<CreateAppointmentInput, 'override'>, hold: Hold): Promise<Appointment> {
  return bookOrHold(context, command, Object.assign(new CreateAppointmentInput(), { override: false }, input), hold);
}

async function bookOrHold(context: Context, command: string, input: CreateAppointmentInput, hold: Hold | null): Promise<Appointment> {
  const member = memberOf(context);
  authoriseInput(member, input);
  authoriseOverride(member, input.override);
  const named = nameOf(input);
  const now = context.now();
  // A key that was answered before gets that answer, whatever the rules say by now: so a refusal waits until the key is known to be new.
  const [rowId, described] = await Promise.all([
    context.ids.next('appointment'), describedClient(context, member, input).then((made) => ({ made }), (refusal: unknown) => ({ refusal })),
  ]);
  const { appointment } = await context.db.transaction((tx) =>
    once(tx, member, requestOf(context, command, { ...input, ...(hold ? { holdSecret: hold.secretHash } : {}) }), now, async () => {
      if ('refusal' in described) throw described.refusal;
      return book(context, tx, member, now, input, named, rowId, described.made, hold);
    }, toJson, fromJson),
  );
  return appointment;
}

/** A view of the transaction's snapshot for whoever books in it: what was read of it once is not read again. */
export const insideOf = (context: Context, tx: Tx): Context => ({ ...context, db: readingIn(tx, context.db) });

/**
 * Books one appointment in a transaction of the caller's. What is read here is read on the snapshot that the write sees: the rules hold for the booking, not for
 * a moment before it. Nothing is written where it is refused, so that whoever books several at once may go on. Locks the same subjects for the same people.
 */
export async function book(
  context: Context, tx: Tx, member: Member, now: number, input: CreateAppointmentInput & Partial<InSeries>, named: Named, rowId: number, described: Described | null, hold: Hold | null,
  inside = insideOf(context, tx),
): Promise<Pick<Served, 'appointment' | 'additionalStaffIds'>> {
  const { businessId } = member;
  const serves = subjectsOfStaff(businessId, [...named.candidateIds, ...named.additionalIds]);
  // All of it is on its way at once; the database reads when it has the lock.
  const [capacities, parsed, held] = await Promise.all([
    lockWhere(tx, businessId, serves, now), parse(inside, member, input, named, described, hold !== null), heldAround(inside, input, serves, rowId),
  ]);
  keepFor(context, parsed);
  const options = parsed.candidates.map((person) => decide(parsed, input, rowId, person, now, hold));
  let taken: Staff[] = [];
  for (const option of options) {
    const { staffStartAt, staffEndAt } = option.appointment;
    await refuseUnoffered(inside, member, parsed, option, now);
    const known = held && held.startMs <= staffStartAt && staffEndAt <= held.endMs;
    taken = input.override ? [] : takenBy(option, known ? held.occupancies : await rivalsOf(tx, option), capacities);
    if (taken.length) continue;
    if (described?.clientIsNew) await addClient(tx, described.client);
    await add(tx, member, now, option, capacities, hold ? BookingEventType.HELD : BookingEventType.CREATED);
    await hold?.last?.(tx, option);
    return option;
  }
  throw timeUnavailable(options.length > 1 ? options.map((option) => option.staff[0] as Staff) : taken);
}

/** What was read for the booking need not be read again for its answer. */
function keepFor(context: Context, { reason, location, candidates, client }: Parsed): void {
  reasons.keep(context, reason);
  locations.keep(context, location);
  for (const person of candidates) staffSource.keep(context, person);
  if (client) clients.keep(context, client);
}

/** Clients book what is offered and nothing else; staff know what they do. @throws DomainError TIME_UNAVAILABLE */
export async function refuseUnoffered(context: Context, member: Member, { reason, location }: Pick<Parsed, 'reason' | 'location'>, { appointment, staff: [person] }: Served, now: number): Promise<void> {
  if (isStaffSide(member)) return;
  const { startAt, endAt } = appointment;
  if (await isBookable(context, { reason, location, person: person as Staff, startAt, endAt }, now)) return;
  throw new DomainError(ErrorCode.TIME_UNAVAILABLE, 'This time is not offered. Choose one of those that availability answers.', { path: ['input', 'start'], staffIds: [] });
}

const subjectsOfStaff = (businessId: number, staffIds: readonly number[]) => (id: Sql): Sql => {
  const theirs = sql`SELECT subject_id FROM staff WHERE business_id = ${businessId} AND ${isOneOf(raw('staff.id'), staffIds)}`;
  return staffIds.length === 1 ? sql`${id} = (${theirs})` : sql`${id} IN (${theirs})`;
};

/** Covers the length and the buffers of most reasons. */
const AROUND_MS = 2 * MS_PER_HOUR;

/** What is held of those who serve, looked up before it is known how long they would: null where even the start depends on who it is. */
async function heldAround({ db, viewer }: Context, { start, end, durationMinutes, override }: CreateAppointmentInput, serves: (id: Sql) => Sql, rowId: number) {
  if (start == null || override) return null;
  const startMs = start - AROUND_MS;
  const endMs = (end ?? start + (durationMinutes ?? 0) * MS_PER_MINUTE) + AROUND_MS;
  return { startMs, endMs, occupancies: await heldWhere(db, viewer.businessId as number, serves, startMs, endMs, rowId) };
}

/** @throws DomainError BAD_USER_INPUT */
export function nameOf(input: CreateAppointmentInput): Named {
  const at = (field: string) => ['input', field];
  if ((input.staffId == null) === (input.candidateStaffIds == null || input.candidateStaffIds.length === 0)) {
    throw new DomainError(ErrorCode.BAD_USER_INPUT, 'Give exactly one of staffId and candidateStaffIds.', { path: at('staffId') });
  }
  return {
    reasonId: parseGlobalId('Reason', input.reasonId, at('reasonId')),
    locationId: input.locationId == null ? null : parseGlobalId('Location', input.locationId, at('locationId')),
    candidateIds: input.staffId != null
      ? [parseGlobalId('Staff', input.staffId, at('staffId'))]
      : parseGlobalIds('Staff', input.candidateStaffIds as string[], at('candidateStaffIds')),
    additionalIds: [...new Set(parseGlobalIds('Staff', input.additionalStaffIds ?? [], at('additionalStaffIds')))],
    coordinatorId: input.coordinatorStaffId == null ? null : parseGlobalId('Staff', input.coordinatorStaffId, at('coordinatorStaffId')),
  };
}

async function parse(context: Context, member: Member, input: CreateAppointmentInput, named: Named, described: Described | null, later: boolean): Promise<Parsed> {
  const at = (field: string) => ['input', field];
  const { reasonId, locationId, candidateIds, additionalIds, coordinatorId } = named;
  const staffAt = (ids: readonly number[], field: string) => Promise.all(ids.map((id) => staffSource.get(context, id, at(field))));
  const [business, reason, location, candidates, additional, coordinator, client] = await Promise.all([
    businessOf(context),
    reasons.get(context, reasonId, at('reasonId')),
    locationId === null ? primaryLocationOf(context) : locations.get(context, locationId, at('locationId')),
    staffAt(candidateIds, input.staffId == null ? 'candidateStaffIds' : 'staffId'),
    staffAt(additionalIds, 'additionalStaffIds'),
    coordinatorId === null ? null : staffSource.get(context, coordinatorId, at('coordinatorStaffId')),
    described?.client ?? knownClient(context, member, input, later),
  ]);
  authoriseLocation(member, location);
  const twice = candidates.find((person) => additionalIds.includes(person.rowId));
  if (twice) throw new DomainError(ErrorCode.BAD_USER_INPUT, `${twice.fullName} cannot be main and additional staff at once.`, { path: at('additionalStaffIds') });
  return { member, business, reason, location, candidates, additional, coordinatorStaffId: coordinator?.rowId ?? null, client };
}

export type Described = Awaited<ReturnType<typeof clientOf>>;

/** The client that the caller describes; null where one is named, or nobody comes. */
export async function describedClient(context: Context, member: Member, input: Pick<CreateAppointmentInput, 'client' | 'clientId'>): Promise<Described | null> {
  if (input.client == null) return null;
  if (input.clientId != null) throw new DomainError(ErrorCode.BAD_USER_INPUT, 'Give clientId or client, not both.', { path: ['input', 'clientId'] });
  if (member.role === Role.CLIENT) throw new DomainError(ErrorCode.FORBIDDEN, 'You book for yourself: leave client out.', { path: ['input', 'client'] });
  return clientOf(context, input.client);
}

/** The client that is named; null where nobody comes, or `later` says that who comes is said later. */
export async function knownClient(context: Context, member: Member, input: CreateAppointmentInput, later: boolean): Promise<Client | null> {
  const path = ['input', 'clientId'];
  const id = input.clientId != null ? parseGlobalId('Client', input.clientId, path) : member.role === Role.CLIENT ? member.clientId : null;
  if (id !== null) return clients.get(context, id, path);
  if (!later && !isStaffSide(member)) throw new DomainError(ErrorCode.RULE_VIOLATED, 'Say who comes: give client with a name and an e-mail address.', { path: ['input', 'client'] });
  return null;
}

/** The booking that this would be with a person. Pure. */
function decide(parsed: Parsed, input: CreateAppointmentInput, rowId: number, person: Staff, now: number, hold: Hold | null): Served {
  const { member, reason, location, additional, client } = parsed;
  const startAt = startOf(input, person.timeZoneCode);
  const endAt = endOf(startAt, input, reason.visitMinutes);
  checkBooking(member, { reason, location, staff: [person, ...additional], client, startAt, address: input.address ?? null }, now);
  const appointment = bookingOf({ ...parsed, person }, { rowId, startAt, endAt }, input, now);
  if (hold) Object.assign(appointment, { ...stateOf(AppointmentStatus.PENDING, hold.subStatus), holdExpiresAt: hold.expiresAt ?? now + parsed.location.bookingTimerMinutes * MS_PER_MINUTE, holdSecretHash: hold.secretHash });
  else if (waitsForStaff(member, reason)) Object.assign(appointment, stateOf(AppointmentStatus.PENDING, 'PENDING_CONFIRMATION'));
  return { appointment, notify: notifyOf(member, input), additionalStaffIds: additional.map((other) => other.rowId).sort((one, other) => one - other), staff: [person, ...additional] };
}

type Booked = Pick<Parsed, 'member' | 'business' | 'reason' | 'location' | 'coordinatorStaffId' | 'client'> & { readonly person: Staff };
/** Of which series it is, and where in it. */
export type InSeries = Pick<Appointment, 'recurringAppointmentId' | 'recurrenceStart'>;
type Details = Omit<CreateAppointmentInput, 'reasonId' | 'locationId' | 'start' | 'localStart' | 'end' | 'durationMinutes'> & Partial<InSeries>;

/** A new row, with what its reason and the business say of whatever is left out. Pure. */
export function bookingOf(
  { member, business, reason, location, person, coordinatorStaffId, client }: Booked, { rowId, startAt, endAt }: Pick<Appointment, 'rowId' | 'startAt' | 'endAt'>, given: Details,
  now: number,
): Appointment {
  return Object.assign(new Appointment(), {
    businessId: member.businessId, rowId, version: 1,
    locationId: location.rowId, reasonId: reason.rowId, staffId: person.rowId, coordinatorStaffId, clientId: client?.rowId ?? null, classScheduleId: null, seats: 1,
    status: AppointmentStatus.OPEN, subStatusCode: 'OPEN',
    ...timesOf(startAt, endAt, reason, person.timeZoneCode, location),
    holdExpiresAt: null, holdSecretHash: null, override: given.override, noPreference: given.staffId == null,
    address: given.address ?? null, meetingUrl: given.meetingUrl ?? null, note: given.note ?? null, ownColor: given.color ?? null,
    price: given.price ?? reason.price, currency: reason.currency, taxAmount: given.taxAmount ?? null, transactionFee: given.transactionFee ?? null,
    paidAmount: given.paidAmount ?? null, paymentReference: given.paymentReference ?? null,
    clientReminderHours: given.clientReminderHours ?? business.clientReminderHours,
    staffReminderHours: given.staffReminderHours ?? business.staffReminderHours,
    remindClientSmsHours: given.remindClientSmsHours ?? business.remindClientSmsHours,
    remindStaffSmsHours: given.remindStaffSmsHours ?? business.remindStaffSmsHours,
    clientConfirmedAt: null, checkedInAt: null, startedAt: null, completedAt: null, cancelledAt: null, cancelledBy: null, cancelReason: null,
    completedReason: null, noShowReason: null, changeReason: null, clientRescheduleCount: 0, staffRescheduleCount: 0,
    batchId: given.batchId ?? null, externalEventId: given.externalEventId ?? null, invitationId: given.invitationId ?? null,
    jobRequisitionId: given.jobRequisitionId ?? null,
    recurringAppointmentId: given.recurringAppointmentId ?? null, recurrenceStart: given.recurrenceStart ?? null,
    createdAt: now, createdBy: member.actorName, modifiedAt: now, modifiedBy: member.actorName,
  });
}
