import { memberOf, type Context, type UnitOfWork } from '../../../context';
import { unitOf } from '../../../services/unit-of-work';
import { addClient } from '../../clients/client.service';
import type { SignedOffer } from '../../availability/offers/offer-token';
import type { Client } from '../../clients/client.entity';
import { clients } from '../../clients/client.list';
import { redeem } from '../../prices/redeem';
import { locations } from '../../locations/location.list';
import { reasons } from '../../reasons/reason.list';
import { staff as staffSource } from '../../staff/staff.list';
import type { BeforeCommit } from '../booking/commit-locked';
import { delegatedBooking, holdOf, type DelegatedBooking, type Hold } from '../booking/hold';
import type { CreateAppointmentInput, HoldAppointmentInput } from '../booking/inputs';
import { useOffer } from '../offers/book-offer';
import type { AppointmentAggregate } from '../model/aggregate';
import type { Appointment } from '../model/appointment.entity';
import { appendBatchEvent } from '../model/batch-event';
import { BookingEventType } from '../model/events';
import { authoriseInput, authoriseOverride } from '../model/rules';
import { writeAppointment } from '../model/write';
import { draftSeats, type SeatReferences } from './draft-seats';
import { loadSeatRequest, type SeatBooking, type SeatRequest } from './seat-request';

/**
 * Books seats in a session or in a run of a course. Returns all appointments booked, by start.
 * @throws DomainError as createAppointment, and SEATS_UNAVAILABLE
 */
export const createSeats = (
  context: Context,
  input: CreateAppointmentInput,
  offer: SignedOffer | null = null,
): Promise<readonly Appointment[]> =>
  bookSeats(context, { input, hold: null, client: null, offer }, allOf);

/**
 * Holds seats in one session.
 * @throws DomainError as createAppointment, and SEATS_UNAVAILABLE
 */
export async function holdSeats(
  context: Context,
  input: HoldAppointmentInput,
  offer: SignedOffer | null = null,
): Promise<Appointment> {
  const { request, hold } = holdOf(memberOf(context), input);
  return bookSeats(context, { input: request, hold, client: null, offer }, firstOf);
}

/**
 * Holds seats in one session on behalf of another caller.
 * @throws DomainError as holdSeats
 */
export function holdSeatsFor(
  context: Context,
  input: DelegatedBooking,
  hold: Hold,
): Promise<Appointment> {
  return bookSeats(context, { input: delegatedBooking(input), hold, client: null }, firstOf);
}

/**
 * Books seats in one session for a client on whose behalf the caller is authorised, visible to the
 * caller or not.
 * @throws DomainError as createSeats
 */
export function bookSeatsFor<R>(
  context: Context,
  client: Client,
  input: DelegatedBooking,
  last: BeforeCommit<R>,
): Promise<R> {
  const booking = { input: delegatedBooking(input), hold: null, client };
  return bookSeats(context, booking, (unit, [booked]) =>
    last(unit, booked as AppointmentAggregate),
  );
}

/** Runs last in the transaction that books seats. Returns the result of the command. */
type BeforeSeatsCommit<R> = (
  unit: UnitOfWork,
  booked: readonly AppointmentAggregate[],
) => Promise<R>;

const allOf: BeforeSeatsCommit<readonly Appointment[]> = async (_unit, booked) =>
  booked.map(({ appointment }) => appointment);
const firstOf: BeforeSeatsCommit<Appointment> = async (_unit, [booked]) =>
  (booked as AppointmentAggregate).appointment;

async function bookSeats<R>(
  context: Context,
  booking: SeatBooking,
  last: BeforeSeatsCommit<R>,
): Promise<R> {
  const { input } = booking;
  const member = memberOf(context);
  authoriseInput(member, input);
  authoriseOverride(member, input.override);
  const now = context.now();
  const request = await loadSeatRequest(context, member, booking);
  return context.db.transaction(async (tx) => {
    const unit = unitOf(context, tx, now);
    if (request.offer) await useOffer(unit, request.offer);
    return last(unit, await writeSeats(unit, request));
  });
}

/** Books all of the sessions or none, on the snapshot of the write. */
async function writeSeats(
  unit: UnitOfWork,
  request: SeatRequest,
): Promise<readonly AppointmentAggregate[]> {
  const { described, hold, set } = request;
  const { aggregates, references, capacities } = await draftSeats(unit, request);
  for (const { appointment } of aggregates)
    await redeem(unit, { before: null, after: appointment, email: references.client?.email });
  if (described?.clientIsNew) await addClient(unit, described.client);
  for (const one of aggregates)
    await writeAppointment(unit, one, capacities, {
      type: hold ? BookingEventType.HELD : BookingEventType.CREATED,
      longestMs: references.business.longestMs,
    });
  if (set)
    await appendBatchEvent(
      unit,
      { entityType: 'CourseSet', entityId: set.rowId },
      aggregates as [AppointmentAggregate, ...AppointmentAggregate[]],
    );
  for (const one of aggregates) await hold?.last?.(unit, one);
  primeLoaders(unit.context, references);
  return aggregates;
}

/** Primes the loaders with the rows read for the booking, for use in the response. */
function primeLoaders(context: Context, { reason, client, places }: SeatReferences): void {
  context.handOver?.((to) => {
    reasons.prime(to, reason);
    if (client) clients.prime(to, client);
    for (const { leader, location } of places) {
      staffSource.prime(to, leader);
      locations.prime(to, location);
    }
  });
}
