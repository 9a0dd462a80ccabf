import { createHash } from 'node:crypto';
import { isStaffSide, memberOf, Role, type Context, type Member } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import type { Tx } from '../../shared/db/database';
import { readingIn } from '../../shared/db/gather';
import { isOneOf, raw, sql, type Sql } from '../../shared/db/sql';
import { parseGlobalId, parseGlobalIds } from '../../shared/global-id';
import { once, requestOf } from '../../shared/idempotency';
import type { Interval } from '../../shared/intervals';
import { sum } from '../../shared/money';
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, parseLocalDateTime, toInstant } from '../../shared/time-zone';
import { everybodyFor } from '../availability/candidates';
import { allocate, refusals, type Person, type Thing } from '../availability/engine';
import { addOnsOf, offeredDuration, resourceFor } from '../availability/parts';
import { lockQuota } from '../availability/quota';
import { unavailable, type Refused } from '../availability/refused';
import { inTurn, policyOf, talliesOf } from '../availability/round-robin';
import { daysOf, factsOf, readStored, type Question } from '../availability/snapshot';
import { businessOf } from '../businesses/business.loaders';
import type { Business } from '../businesses/business.entity';
import type { Client } from '../clients/client.entity';
import { addClient, clientOf } from '../clients/client.service';
import { clients } from '../clients/client.source';
import type { Location } from '../locations/location.entity';
import { locations, primaryLocationOf } from '../locations/location.source';
import { RoundRobin } from '../locations/round-robin';
import { heldWhere, lockWhere } from '../occupancy/occupancy.service';
import type { Reason } from '../reasons/reason.entity';
import type { Serving } from '../reasons/reason.loaders';
import { reasons } from '../reasons/reason.source';
import { subjectsOfResources } from '../resources/resource.loaders';
import type { Staff } from '../staff/staff.entity';
import { staff as staffSource } from '../staff/staff.source';
import { Appointment } from './appointment.entity';
import { BookingEventType, fromJson, toJson, type Snapshot } from './appointment.events';
import { CreateAppointmentInput, type HoldAppointmentInput } from './appointment.inputs';
import { notifyOf } from './appointment.notify';
import { authoriseInput, authoriseLocation, authoriseOverride, checkBooking, waitsForStaff } from './appointment.rules';
import { AppointmentStatus, stateOf } from './appointment.status';
import { endOf, startOf, timesOf } from './appointment.times';
import { add, type Served } from './appointment.write';

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
  readonly addOns: readonly Reason[];
}

/** What the caller named, before anything is read. */
interface Named {
  readonly reasonId: number;
  readonly locationId: number | null;
  readonly candidateIds: readonly number[];
  readonly additionalIds: readonly number[];
  readonly coordinatorId: number | null;
  readonly resourceIds: readonly number[];
  readonly addOnIds: readonly number[];
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
export function holdFor(context: Context, command: string, input: Asked, hold: Hold): Promise<Appointment> {
  return bookOrHold(context, command, Object.assign(new CreateAppointmentInput(), { override: false }, input), hold);
}

type Asked = Omit<CreateAppointmentInput, 'override'> & { override?: boolean };

/** Comes last in the transaction of a booking. */
export type Last = (tx: Tx, made: Snapshot) => Promise<void>;

/** Books on behalf of somebody. `command` says of whom, for idempotency. @throws DomainError as createAppointment, and what `last` throws */
export function bookFor(context: Context, command: string, input: Asked, last: Last): Promise<Appointment> {
  return bookOrHold(context, command, Object.assign(new CreateAppointmentInput(), { override: false }, input), null, last);
}

async function bookOrHold(context: Context, command: string, input: CreateAppointmentInput, hold: Hold | null, last?: Last): Promise<Appointment> {
  const member = memberOf(context);
  authoriseInput(member, { ...input, durationMinutes: null });
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
      const made = await book(context, tx, member, now, input, named, rowId, described.made, hold);
      await last?.(tx, made);
      return made;
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
  context: Context, tx: Tx, member: Member, now: number, input: CreateAppointmentInput & Partial<InSeries>, given: Named, rowId: number, described: Described | null, hold: Hold | null,
  inside = insideOf(context, tx),
): Promise<Snapshot> {
  const { businessId } = member;
  const named = await settled(inside, given);
  const staffIds = [...named.candidateIds, ...named.additionalIds];
  const serves = subjectsOfStaff(businessId, staffIds);
  const guess = guessOf(input);
  // All of it is on its way at once; the database reads when it has the locks.
  const [capacities, parsed, held, stored] = await Promise.all([
    lockWhere(tx, businessId, (id) => sql`${id} IN (${subjectIdsOfStaff(businessId, staffIds)} UNION ALL ${subjectsOfResources(businessId, named.reasonId, named.resourceIds)})`, now),
    parse(inside, member, input, named, described, hold !== null),
    input.override ? [] : heldWhere(inside.db, businessId, serves, guess.startAt, guess.endAt, rowId),
    readStored(inside.db, businessId, { reasonId: named.reasonId, locationId: named.locationId, staffIds, days: daysOf(guess) }),
  ]);
  keepFor(context, parsed);
  const options = parsed.candidates.map((person) => decide(parsed, stored.serving, input, rowId, person, now, hold));
  const visits = options.map(({ appointment }) => appointment);
  const range = { startAt: Math.min(...visits.map(({ startAt }) => startAt)) - MS_PER_DAY, endAt: Math.max(...visits.map(({ endAt }) => endAt)) };
  const known = guess.startAt <= Math.min(range.startAt, ...visits.map(({ staffStartAt }) => staffStartAt)) && Math.max(...visits.map(({ staffEndAt }) => staffEndAt)) <= guess.endAt;
  const first = visits[0] as Appointment;
  await lockQuota(tx, businessId, parsed.reason);
  const question: Question = {
    ...parsed, screeningAnswer: input.screeningAnswer ?? null, staff: parsed.candidates, companions: parsed.additional, resourceIds: named.resourceIds, range, now,
    durationMinutes: Math.max(...visits.map(({ startAt, endAt }) => endAt - startAt)) / MS_PER_MINUTE,
    exceptAppointmentId: rowId,
  };
  const [facts, turns] = await Promise.all([
    factsOf(inside.db, question, known ? stored : undefined, known ? held : undefined), turnsOf(inside, parsed, stored.serving, input, first.startAt, now),
  ]);
  const refused: Refused[] = [];
  for (const index of turns) {
    const option = options[index] as Served;
    const { startAt, endAt } = option.appointment;
    const person = facts.people[index] as Person;
    // An end that is said as an instant makes visits of several lengths, where the clocks of those who could serve differ.
    const own = { ...facts, rules: { ...facts.rules, durationMs: endAt - startAt } };
    const against = input.override ? [] : refusals(own, person, startAt);
    const takes = allocate(own, startAt, input.override);
    if (against.length || !takes) {
      refused.push({ person: option.staff[0] as Staff, refusals: against });
      continue;
    }
    const served = { ...option, resources: takes.map((take) => ({ ...take, subjectId: (facts.things.get(take.resourceId) as Thing).subjectId })) };
    if (described?.clientIsNew) await addClient(tx, described.client, member);
    await add(tx, member, now, served, capacities, hold ? BookingEventType.HELD : BookingEventType.CREATED);
    await hold?.last?.(tx, served);
    return served;
  }
  throw unavailable(refused, asked(input, first.startAt));
}

/** Who serves where nobody is named: everybody who serves the reason, else everybody; and the primary location where none is. */
async function settled(context: Context, named: Named): Promise<Named & { locationId: number }> {
  const [candidateIds, location] = await Promise.all([
    named.candidateIds.length ? named.candidateIds : everybodyFor(context.db, memberOf(context).businessId, named.reasonId),
    named.locationId === null ? primaryLocationOf(context) : null,
  ]);
  return { ...named, candidateIds, locationId: named.locationId ?? (location as Location).rowId };
}

/** The places of the candidates in the order in which they are asked. @throws DomainError BAD_USER_INPUT where the caller has to choose. */
async function turnsOf(context: Context, { reason, location, candidates }: Parsed, serving: readonly Serving[], input: CreateAppointmentInput, startAt: number, now: number): Promise<number[]> {
  const policy = policyOf(reason, location);
  const names = input.staffId != null || input.candidateStaffIds?.length;
  if (!names && policy === RoundRobin.NONE) throw chooses();
  const ids = candidates.map(({ rowId }) => rowId);
  if (ids.length === 1 || policy === RoundRobin.NONE) return ids.map((_, index) => index);
  const tallies = policy === RoundRobin.RANDOM ? [] : await talliesOf(context.db, memberOf(context).businessId, reason, location, ids, startAt, now);
  return inTurn(policy, ids, serving, tallies, context.random).map((id) => ids.indexOf(id));
}

const chooses = (): DomainError =>
  new DomainError(ErrorCode.BAD_USER_INPUT, 'Give exactly one of staffId and candidateStaffIds: for this reason the caller chooses who serves.', { path: ['input', 'staffId'] });

/** What was read for the booking need not be read again for its answer. */
function keepFor(context: Context, { reason, location, candidates, client }: Parsed): void {
  reasons.keep(context, reason);
  locations.keep(context, location);
  for (const person of candidates) staffSource.keep(context, person);
  if (client) clients.keep(context, client);
}

const subjectIdsOfStaff = (businessId: number, staffIds: readonly number[]): Sql =>
  sql`SELECT subject_id FROM staff WHERE business_id = ${businessId} AND ${isOneOf(raw('staff.id'), staffIds)}`;

const subjectsOfStaff = (businessId: number, staffIds: readonly number[]) => (id: Sql): Sql => {
  const theirs = subjectIdsOfStaff(businessId, staffIds);
  return staffIds.length === 1 ? sql`${id} = (${theirs})` : sql`${id} IN (${theirs})`;
};

/** Covers the length and the buffers of most reasons. */
const AROUND_MS = 4 * MS_PER_HOUR;

/** Between which instants it will take place, before it is known how long it is and whose wall clock is meant. */
function guessOf({ start, localStart, end, durationMinutes }: CreateAppointmentInput): Interval {
  const startAt = start ?? (localStart == null ? 0 : toInstant(parseLocalDateTime(localStart), 'UTC'));
  const shift = start == null ? 16 * MS_PER_HOUR : 0;
  return { startAt: startAt - MS_PER_DAY - AROUND_MS - shift, endAt: (end ?? startAt + (durationMinutes ?? 0) * MS_PER_MINUTE) + 2 * AROUND_MS + shift };
}

/** What somebody wanted who was refused, for whoever asks why. */
const asked = ({ reasonId, locationId, staffId, candidateStaffIds, durationMinutes, addOnReasonIds, additionalStaffIds, resourceIds, screeningAnswer }: CreateAppointmentInput, start: number) =>
  ({ reasonId, locationId, start, staffIds: staffId == null ? candidateStaffIds : [staffId], durationMinutes, addOnReasonIds, additionalStaffIds, resourceIds, screeningAnswer });

/** @throws DomainError BAD_USER_INPUT */
export function nameOf(input: CreateAppointmentInput): Named {
  const at = (field: string) => ['input', field];
  if (input.staffId != null && input.candidateStaffIds?.length) {
    throw new DomainError(ErrorCode.BAD_USER_INPUT, 'Give staffId or candidateStaffIds, not both.', { path: at('staffId') });
  }
  const ofSession = (['classScheduleId', 'courseSetId', 'seats'] as const).find((field) => input[field] != null);
  if (ofSession) throw new DomainError(ErrorCode.BAD_USER_INPUT, `Seats are booked session by session: leave ${ofSession} out.`, { path: at(ofSession) });
  const unique = (type: string, ids: readonly string[] | null | undefined, field: string) => [...new Set(parseGlobalIds(type, ids ?? [], at(field)))];
  return {
    reasonId: parseGlobalId('Reason', input.reasonId, at('reasonId')),
    locationId: input.locationId == null ? null : parseGlobalId('Location', input.locationId, at('locationId')),
    candidateIds: input.staffId != null ? [parseGlobalId('Staff', input.staffId, at('staffId'))] : unique('Staff', input.candidateStaffIds, 'candidateStaffIds'),
    additionalIds: unique('Staff', input.additionalStaffIds, 'additionalStaffIds'),
    coordinatorId: input.coordinatorStaffId == null ? null : parseGlobalId('Staff', input.coordinatorStaffId, at('coordinatorStaffId')),
    resourceIds: unique('Resource', input.resourceIds, 'resourceIds'),
    addOnIds: unique('Reason', input.addOnReasonIds, 'addOnReasonIds'),
  };
}

async function parse(context: Context, member: Member, input: CreateAppointmentInput, named: Named & { locationId: number }, described: Described | null, later: boolean): Promise<Parsed> {
  const at = (field: string) => ['input', field];
  const { reasonId, locationId, candidateIds, additionalIds, coordinatorId, resourceIds, addOnIds } = named;
  const staffAt = (ids: readonly number[], field: string) => Promise.all(ids.map((id) => staffSource.get(context, id, at(field))));
  const anybody = input.staffId == null && !input.candidateStaffIds?.length;
  const [business, reason, location, candidates, additional, coordinator, client, addOns] = await Promise.all([
    businessOf(context),
    reasons.get(context, reasonId, at('reasonId')),
    locations.get(context, locationId, at('locationId')),
    anybody ? Promise.all(candidateIds.map((id) => staffSource.granted(context, id) as Promise<Staff>)) : staffAt(candidateIds, input.staffId == null ? 'candidateStaffIds' : 'staffId'),
    staffAt(additionalIds, 'additionalStaffIds'),
    coordinatorId === null ? null : staffSource.get(context, coordinatorId, at('coordinatorStaffId')),
    described?.client ?? knownClient(context, member, input, later),
    addOnsOf(context, reasonId, addOnIds),
    Promise.all(resourceIds.map((id) => resourceFor(context, reasonId, id))),
  ]);
  authoriseLocation(member, location);
  if (!candidates.length) throw new DomainError(ErrorCode.RULE_VIOLATED, 'Nobody takes appointments.', { path: at('reasonId') });
  const others = anybody ? candidates.filter((person) => !additionalIds.includes(person.rowId)) : candidates;
  const twice = others.find((person) => additionalIds.includes(person.rowId));
  if (twice) throw new DomainError(ErrorCode.BAD_USER_INPUT, `${twice.fullName} cannot be main and additional staff at once.`, { path: at('additionalStaffIds') });
  return { member, business, reason, location, candidates: others, additional, coordinatorStaffId: coordinator?.rowId ?? null, client, addOns };
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
function decide(parsed: Parsed, serving: readonly Serving[], input: CreateAppointmentInput, rowId: number, person: Staff, now: number, hold: Hold | null): Served {
  const { member, reason, location, additional, client, addOns, candidates } = parsed;
  const startAt = startOf(input, person.timeZoneCode);
  const duration = offeredDuration(member, reason, input.durationMinutes);
  const more = addOns.reduce((minutes, { visitMinutes }) => minutes + visitMinutes, 0);
  const endAt = endOf(startAt, { end: input.end, durationMinutes: input.durationMinutes == null ? null : input.durationMinutes + more }, reason.visitMinutes + more);
  checkBooking(member, { reason, location, staff: candidates.length === 1 ? [person, ...additional] : additional, client, startAt, address: input.address ?? null, screeningAnswer: input.screeningAnswer ?? null }, now);
  const price = duration?.price ?? serving.find(({ staffId }) => staffId === person.rowId)?.price ?? reason.price;
  const prices = [price, ...addOns.map((addOn) => addOn.price)].filter((amount) => amount !== null);
  const details = { ...input, price: input.price ?? (prices.length ? sum(prices) : null) };
  const appointment = bookingOf({ ...parsed, person }, { rowId, startAt, endAt }, details, now);
  if (hold) Object.assign(appointment, { ...stateOf(AppointmentStatus.PENDING, hold.subStatus), holdExpiresAt: hold.expiresAt ?? now + parsed.location.bookingTimerMinutes * MS_PER_MINUTE, holdSecretHash: hold.secretHash });
  else if (waitsForStaff(member, reason)) Object.assign(appointment, stateOf(AppointmentStatus.PENDING, 'PENDING_CONFIRMATION'));
  return {
    appointment, notify: notifyOf(member, input), additionalStaffIds: additional.map((other) => other.rowId).sort((one, other) => one - other), staff: [person, ...additional], resources: [],
    addOnReasonIds: addOns.map((addOn) => addOn.rowId).sort((one, other) => one - other),
  };
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
