import { badInput, InputProblemCode, type DomainError } from '../../../errors';
import {
  allocate,
  refusals,
  type Candidate,
  type EngineFacts,
  type ResourcePool,
} from '../../availability/engine/engine';
import { loadEngineFacts } from '../../availability/facts/engine-facts';
import { inTurn, policyOf, talliesOf } from '../../availability/round-robin';
import { unavailable, type RefusedCandidate } from '../../availability/unavailable-error';
import { RoundRobin } from '../../locations/round-robin';
import type { Staff } from '../../staff/staff.entity';
import type { AppointmentAggregate } from '../model/aggregate';
import { availabilityQueryFor, lookAround } from './availability-query';
import type { Booking, BookingDraft, BookingView, LoadedBooking } from './booking';
import type { CreateAppointmentInput } from './inputs';
import { loadReferences } from './load-references';
import { draftAppointment } from './new-appointment';
import { checkOffered } from '../offers/book-offer';
import { withDefaults } from './parse';

/**
 * Reads and decides a booking; writes nothing.
 * @throws DomainError NOT_FOUND, BAD_USER_INPUT, FORBIDDEN, RULE_VIOLATED,
 * TIME_UNAVAILABLE, OFFER_REFUSED
 */
export async function draftBooking(view: BookingView, booking: Booking): Promise<BookingDraft> {
  const loaded = await load(view, booking);
  await view.admit(loaded);
  const query = availabilityQueryFor(loaded, view.now);
  const [facts, turns] = await Promise.all([
    loadEngineFacts(view.context.db, query, view.knownFacts(loaded, query)),
    turnsOf(view, loaded),
  ]);
  const { references } = loaded;
  const { reason } = references;
  const aggregate = firstFree(facts, turns, loaded);
  if (booking.offer)
    checkOffered(booking.offer, aggregate, { reason, serving: loaded.stored.serving });
  return { aggregate, references };
}

async function load(view: BookingView, booking: Booking): Promise<LoadedBooking> {
  const request = await withDefaults(view.context, booking.request);
  const around = lookAround(booking.input);
  // Occupancy comes first: a locked view locks before it reads.
  const [held, references, stored] = await Promise.all([
    view.occupancy(request, around),
    loadReferences(view, booking, request),
    view.schedule(request, around),
  ]);
  const loaded = { booking, request, references, stored, held, around, options: [] };
  return {
    ...loaded,
    options: references.candidates.map((person) => draftAppointment(loaded, person, view.now)),
  };
}

/**
 * Returns the first bookable candidate in turn, with the resources that the visit takes.
 * @throws DomainError TIME_UNAVAILABLE
 */
function firstFree(
  facts: EngineFacts,
  turns: readonly number[],
  { booking: { input }, options }: LoadedBooking,
): AppointmentAggregate {
  const refused: RefusedCandidate[] = [];
  for (const index of turns) {
    const option = options[index] as AppointmentAggregate;
    const { startAt, endAt } = option.appointment;
    // An end given as an instant results in visits of different lengths, if the time zones of the
    // candidates differ.
    const own = { ...facts, rules: { ...facts.rules, durationMs: endAt - startAt } };
    const against = input.override ? [] : refusals(own, facts.people[index] as Candidate, startAt);
    const takes = allocate(own, startAt, input.override);
    if (takes && !against.length)
      return {
        ...option,
        resources: takes.map((take) => ({
          ...take,
          subjectId: (facts.things.get(take.resourceId) as ResourcePool).subjectId,
        })),
      };
    refused.push({ person: option.staff[0] as Staff, refusals: against });
  }
  throw unavailable(
    refused,
    explanationInputOf(input, (options[0] as AppointmentAggregate).appointment.startAt),
  );
}

/**
 * Returns the indexes of the candidates in the order in which they are considered.
 * @throws DomainError BAD_USER_INPUT if the caller must choose
 */
async function turnsOf(
  { context, member, now }: BookingView,
  { booking: { input }, references, stored, options }: LoadedBooking,
): Promise<number[]> {
  const { reason, location, candidates } = references;
  const policy = policyOf(reason, location);
  const names = input.staffId != null || input.candidateStaffIds?.length;
  if (!names && policy === RoundRobin.NONE) throw choiceRequired();
  const ids = candidates.map(({ rowId }) => rowId);
  if (ids.length === 1 || policy === RoundRobin.NONE) return ids.map((_, index) => index);
  const { startAt } = (options[0] as AppointmentAggregate).appointment;
  const tallies =
    policy === RoundRobin.RANDOM
      ? []
      : await talliesOf(context.db, { businessId: member.businessId, reason, location }, ids, {
          startAt,
          now,
        });
  const order = inTurn(policy, ids, { serving: stored.serving, tallies }, context.random);
  return order.map((id) => ids.indexOf(id));
}

const choiceRequired = (): DomainError =>
  badInput(
    InputProblemCode.REQUIRED,
    'Give exactly one of staffId and candidateStaffIds: the caller chooses the staff ' +
      'member for this reason.',
    'staffId',
  );

/** Returns the refused request as the input of an explanation. */
const explanationInputOf = (
  {
    reasonId,
    locationId,
    staffId,
    candidateStaffIds,
    durationMinutes,
    addOnReasonIds,
    additionalStaffIds,
    resourceIds,
    screeningAnswer,
  }: CreateAppointmentInput,
  start: number,
) => ({
  reasonId,
  locationId,
  start,
  staffIds: staffId == null ? candidateStaffIds : [staffId],
  durationMinutes,
  addOnReasonIds,
  additionalStaffIds,
  resourceIds,
  screeningAnswer,
});
