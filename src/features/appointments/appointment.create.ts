import { isStaffSide, memberOf, Role, type Context, type Member } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import type { Tx } from '../../shared/db/database';
import { parseGlobalId, parseGlobalIds } from '../../shared/global-id';
import { once, requestOf } from '../../shared/idempotency';
import { businessOf } from '../businesses/business.loaders';
import type { Business } from '../businesses/business.entity';
import type { Client } from '../clients/client.entity';
import { addClient, clientOf } from '../clients/client.service';
import { clients } from '../clients/client.source';
import type { Location } from '../locations/location.entity';
import { locations, primaryLocationOf } from '../locations/location.source';
import { lockSubjects, type Occupancy } from '../occupancy/occupancy.service';
import type { Reason } from '../reasons/reason.entity';
import { reasons } from '../reasons/reason.source';
import type { Staff } from '../staff/staff.entity';
import { staff as staffSource } from '../staff/staff.source';
import { Appointment } from './appointment.entity';
import { fromJson, toJson } from './appointment.events';
import type { CreateAppointmentInput } from './appointment.inputs';
import { authoriseInput, authoriseLocation, authoriseOverride, checkBooking } from './appointment.rules';
import { AppointmentStatus } from './appointment.status';
import { endOf, startOf, timesOf } from './appointment.times';
import { add, rivalsOf, subjectsOf, takenBy, timeUnavailable, type Served } from './appointment.write';

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
  /** The client is new and is added with the booking. */
  readonly clientIsNew: boolean;
}

/**
 * Books: parse → authorise → decide → write in one transaction → append to the log.
 * @throws DomainError NOT_FOUND, BAD_USER_INPUT, FORBIDDEN, RULE_VIOLATED, TIME_UNAVAILABLE, IDEMPOTENCY_KEY_REUSED
 */
export async function createAppointment(context: Context, input: CreateAppointmentInput): Promise<Appointment> {
  const member = memberOf(context);
  authoriseInput(member, input);
  authoriseOverride(member, input.override);
  const now = context.now();
  // A key that was answered before gets that answer, whatever the rules say by now: so refusals wait until the key is known to be new.
  const plan = await prepare(context, member, input, now).then((made) => ({ made }), (refusal: unknown) => ({ refusal }));

  const { appointment } = await context.db.transaction((tx) =>
    once(tx, member, requestOf(context, 'createAppointment', input), now, async () => {
      if ('refusal' in plan) throw plan.refusal;
      return book(tx, member, now, plan.made.parsed, plan.made.options, input.override);
    }, toJson, fromJson),
  );
  return appointment;
}

/** What was asked for, and the booking that it would be with each candidate. */
async function prepare(context: Context, member: Member, input: CreateAppointmentInput, now: number) {
  const [parsed, rowId] = await Promise.all([parse(context, member, input), context.ids.next('appointment')]);
  return { parsed, options: parsed.candidates.map((person) => decide(parsed, input, rowId, person, now)) };
}

/** The first of the options whose staff are all free. */
async function book(
  tx: Tx, member: Member, now: number, { client, clientIsNew }: Parsed, options: readonly Served[], override: boolean,
): Promise<Pick<Served, 'appointment' | 'additionalStaffIds'>> {
  // What is held is asked for right behind the lock: it is read once the lock is there, and nobody waits in between.
  const [capacities, ...rivals] = await Promise.all([
    lockSubjects(tx, member.businessId, [...new Set(options.flatMap(subjectsOf))]), ...options.map((option) => (override ? [] : rivalsOf(tx, option))),
  ]);
  let taken: Staff[] = [];
  for (const [index, option] of options.entries()) {
    taken = takenBy(option, rivals[index] as readonly Occupancy[], capacities);
    if (taken.length) continue;
    if (client && clientIsNew) await addClient(tx, client);
    await add(tx, member, now, option, capacities);
    return option;
  }
  throw timeUnavailable(options.length > 1 ? options.map((option) => option.staff[0] as Staff) : taken);
}

async function parse(context: Context, member: Member, input: CreateAppointmentInput): Promise<Parsed> {
  const at = (field: string) => ['input', field];
  if ((input.staffId == null) === (input.candidateStaffIds == null || input.candidateStaffIds.length === 0)) {
    throw new DomainError(ErrorCode.BAD_USER_INPUT, 'Give exactly one of staffId and candidateStaffIds.', { path: at('staffId') });
  }
  const candidateIds = input.staffId != null
    ? [parseGlobalId('Staff', input.staffId, at('staffId'))]
    : parseGlobalIds('Staff', input.candidateStaffIds as string[], at('candidateStaffIds'));
  const additionalIds = [...new Set(parseGlobalIds('Staff', input.additionalStaffIds ?? [], at('additionalStaffIds')))];
  const staffAt = (ids: readonly number[], field: string) => Promise.all(ids.map((id) => staffSource.get(context, id, at(field))));
  const locationId = input.locationId == null ? null : parseGlobalId('Location', input.locationId, at('locationId'));

  const [business, reason, location, candidates, additional, coordinator, { client, clientIsNew }] = await Promise.all([
    businessOf(context),
    reasons.get(context, parseGlobalId('Reason', input.reasonId, at('reasonId')), at('reasonId')),
    locationId === null ? primaryLocationOf(context) : locations.get(context, locationId, at('locationId')),
    staffAt(candidateIds, input.staffId == null ? 'candidateStaffIds' : 'staffId'),
    staffAt(additionalIds, 'additionalStaffIds'),
    input.coordinatorStaffId == null ? null : staffSource.get(context, parseGlobalId('Staff', input.coordinatorStaffId, at('coordinatorStaffId')), at('coordinatorStaffId')),
    parseClient(context, member, input),
  ]);
  authoriseLocation(member, location);
  const twice = candidates.find((person) => additionalIds.includes(person.rowId));
  if (twice) throw new DomainError(ErrorCode.BAD_USER_INPUT, `${twice.fullName} cannot be main and additional staff at once.`, { path: at('additionalStaffIds') });
  return { member, business, reason, location, candidates, additional, coordinatorStaffId: coordinator?.rowId ?? null, client, clientIsNew };
}

async function parseClient(context: Context, member: Member, input: CreateAppointmentInput): Promise<{ client: Client | null; clientIsNew: boolean }> {
  const path = ['input', 'clientId'];
  if (input.clientId != null && input.client != null) throw new DomainError(ErrorCode.BAD_USER_INPUT, 'Give clientId or client, not both.', { path });
  if (input.client != null) {
    if (member.role === Role.CLIENT) throw new DomainError(ErrorCode.FORBIDDEN, 'You book for yourself: leave client out.', { path: ['input', 'client'] });
    return clientOf(context, input.client);
  }
  const id = input.clientId != null ? parseGlobalId('Client', input.clientId, path) : member.role === Role.CLIENT ? member.clientId : null;
  if (id !== null) return { client: await clients.get(context, id, path), clientIsNew: false };
  if (!isStaffSide(member)) throw new DomainError(ErrorCode.RULE_VIOLATED, 'Say who comes: give client with a name and an e-mail address.', { path: ['input', 'client'] });
  return { client: null, clientIsNew: false };
}

/** The booking that this would be with a person. Pure. */
function decide(parsed: Parsed, input: CreateAppointmentInput, rowId: number, person: Staff, now: number): Served {
  const { member, reason, location, additional, client } = parsed;
  const startAt = startOf(input, person.timeZoneCode);
  const endAt = endOf(startAt, input, reason.visitMinutes);
  checkBooking(member, { reason, location, staff: [person, ...additional], client, startAt, address: input.address ?? null }, now);
  const appointment = bookingOf({ ...parsed, person }, { rowId, startAt, endAt }, input, now);
  return { appointment, additionalStaffIds: additional.map((other) => other.rowId).sort((one, other) => one - other), staff: [person, ...additional] };
}

type Booked = Pick<Parsed, 'member' | 'business' | 'reason' | 'location' | 'coordinatorStaffId' | 'client'> & { readonly person: Staff };
type Details = Omit<CreateAppointmentInput, 'reasonId' | 'locationId' | 'start' | 'localStart' | 'end' | 'durationMinutes'>;

/** A new row, with what its reason and the business say of whatever is left out. Pure. */
export function bookingOf(
  { member, business, reason, location, person, coordinatorStaffId, client }: Booked, { rowId, startAt, endAt }: { rowId: number; startAt: number; endAt: number }, given: Details, now: number,
): Appointment {
  return Object.assign(new Appointment(), {
    businessId: member.businessId, rowId, version: 1,
    locationId: location.rowId, reasonId: reason.rowId, staffId: person.rowId, coordinatorStaffId, clientId: client?.rowId ?? null,
    status: AppointmentStatus.OPEN, subStatusCode: 'OPEN',
    ...timesOf(startAt, endAt, reason, person.timeZoneCode, location),
    override: given.override, noPreference: given.staffId == null,
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
    createdAt: now, createdBy: member.actorName, modifiedAt: now, modifiedBy: member.actorName,
  });
}
