import { memberOf, type Context } from '../../../context';
import type { SignedOffer } from '../../availability/offers/offer-token';
import type { Client } from '../../clients/client.entity';
import type { Appointment } from '../model/appointment.entity';
import { authoriseInput, authoriseOverride } from '../model/rules';
import { commitUnderLock, type BeforeCommit } from './commit-locked';
import { commitOptimistically } from './commit-optimistic';
import type { Booking, ClientDraft } from './booking';
import { delegatedBooking, holdOf, type DelegatedBooking, type Hold } from './hold';
import type { CreateAppointmentInput, HoldAppointmentInput } from './inputs';
import { describedClient } from './load-references';
import { parseBookingRequest } from './parse';

/**
 * Books the time of a staff member: optimistically if possible, else under a lock, where refusals
 * are explained.
 * @throws DomainError NOT_FOUND, BAD_USER_INPUT, FORBIDDEN, RULE_VIOLATED, TIME_UNAVAILABLE,
 * OFFER_REFUSED, IDEMPOTENCY_KEY_REUSED
 */
export async function createAppointment(
  context: Context,
  input: CreateAppointmentInput,
  offer: SignedOffer | null = null,
): Promise<Appointment> {
  const now = context.now();
  const booking = { ...(await bookingOf(context, input, null)), offer };
  const booked = await commitOptimistically(context, memberOf(context), booking, now);
  return booked ?? commitUnderLock(context, booking, now, appointmentOf);
}

/**
 * Holds a time for the duration of the location's booking timer. The client may be named later.
 * @throws DomainError as createAppointment
 */
export async function holdAppointment(
  context: Context,
  input: HoldAppointmentInput,
  offer: SignedOffer | null = null,
): Promise<Appointment> {
  const { request, hold } = holdOf(memberOf(context), input);
  return holdUnderLock(context, request, hold, offer);
}

/**
 * Holds a time on behalf of another caller.
 * @throws DomainError as createAppointment
 */
export const holdFor = (
  context: Context,
  input: DelegatedBooking,
  hold: Hold,
): Promise<Appointment> => holdUnderLock(context, delegatedBooking(input), hold);

/**
 * Books for a client on whose behalf the caller is authorised, visible to the caller or not.
 * @throws DomainError as createAppointment, and those of `last`
 */
export async function bookFor<R>(
  context: Context,
  client: Client,
  input: DelegatedBooking,
  last: BeforeCommit<R>,
): Promise<R> {
  const now = context.now();
  const draft = { client, clientIsNew: false };
  const booking = await bookingOf(context, delegatedBooking(input), null, draft);
  return commitUnderLock(context, booking, now, last);
}

const appointmentOf: BeforeCommit<Appointment> = async (_unit, { appointment }) => appointment;

async function holdUnderLock(
  context: Context,
  input: CreateAppointmentInput,
  hold: Hold,
  offer: SignedOffer | null = null,
): Promise<Appointment> {
  const now = context.now();
  const booking = { ...(await bookingOf(context, input, hold)), offer };
  return commitUnderLock(context, booking, now, appointmentOf);
}

/**
 * Authorises the input, parses its ids and takes an id for the new row.
 * @throws DomainError BAD_USER_INPUT, FORBIDDEN
 */
async function bookingOf(
  context: Context,
  input: CreateAppointmentInput,
  hold: Hold | null,
  client: ClientDraft | null = null,
): Promise<Booking> {
  const member = memberOf(context);
  authoriseInput(member, { ...input, durationMinutes: null });
  authoriseOverride(member, input.override);
  const request = parseBookingRequest(input);
  const [rowId, described] = await Promise.all([
    context.ids.next('appointment'),
    client ?? describedClient(context, member, input),
  ]);
  return { input, request, rowId, described, hold };
}
