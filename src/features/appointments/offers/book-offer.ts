import { memberOf, type Context, type UnitOfWork } from '../../../context';
import { at, badInput, DomainError, InputProblemCode, withPaths } from '../../../errors';
import { parseGlobalId, toGlobalId } from '../../../graphql/global-id';
import { recordUse, type SingleUse } from '../../../services/single-use';
import { OfferRefusal, offerRefused } from '../../availability/offers/offer.errors';
import {
  readOffer,
  type OfferTerms,
  type SignedOffer,
} from '../../availability/offers/offer-token';
import { isZero, minus, sum } from '../../../lib/money';
import { depositOf, type PricedVisit } from '../../prices/price';
import type { AppointmentAggregate } from '../model/aggregate';
import { HoldAppointmentInput, type CreateAppointmentInput } from '../booking/inputs';

/** Input fields whose values an offer states. */
const STATED = [
  'start',
  'localStart',
  'end',
  'durationMinutes',
  'locationId',
  'reasonId',
  'staffId',
  'candidateStaffIds',
  'additionalStaffIds',
  'addOnReasonIds',
  'resourceIds',
  'classScheduleId',
  'courseSetId',
  'seats',
  'price',
] as const;

type OfferInput = CreateAppointmentInput | HoldAppointmentInput;

/**
 * Runs a booking with the values of its offer, if the input has one. Refusals of those values are
 * at the path of the offer.
 * @throws DomainError OFFER_REFUSED, BAD_USER_INPUT for a value that an offer states, or without a
 * reason, and those of `book`
 */
export async function withOffer<I extends OfferInput, R>(
  context: Context,
  input: I,
  book: (input: I, offer: SignedOffer | null) => Promise<R>,
): Promise<R> {
  if (input.offer == null) {
    if (input.reasonId == null)
      throw badInput(InputProblemCode.REQUIRED, 'Give reasonId, or an offer.', 'reasonId');
    return book(input, null);
  }
  const offer = readOffer(context, memberOf(context), input.offer);
  rejectStated(input, offer.terms);
  try {
    return await book({ ...input, ...statedBy(offer.terms) }, offer);
  } catch (error) {
    throw error instanceof DomainError ? atOffer(error) : error;
  }
}

/** @throws DomainError BAD_USER_INPUT */
function rejectStated(input: OfferInput, { clientId, courseSetId }: OfferTerms): void {
  const given = input as Partial<CreateAppointmentInput>;
  const field = STATED.find((name) => given[name] != null) ?? (given.override ? 'override' : null);
  if (field)
    throw badInput(
      InputProblemCode.NOT_ALLOWED,
      `The offer states what is booked: leave ${field} out.`,
      field,
    );
  if (courseSetId !== null && input instanceof HoldAppointmentInput)
    throw badInput(
      InputProblemCode.NOT_ALLOWED,
      'A course cannot be held: book its offer with createAppointment.',
      'offer',
    );
  if (clientId === null) return;
  if (given.client != null)
    throw badInput(
      InputProblemCode.NOT_ALLOWED,
      'The offer names the client: leave it out.',
      'client',
    );
  if (
    given.clientId != null &&
    parseGlobalId('Client', given.clientId, at('clientId')) !== clientId
  )
    throw badInput(
      InputProblemCode.NOT_ALLOWED,
      'The offer was made for another client.',
      'clientId',
    );
}

const globalIds = (type: string, ids: readonly number[]): string[] | undefined =>
  ids.length ? ids.map((id) => toGlobalId(type, id)) : undefined;

function statedBy(terms: OfferTerms): Partial<CreateAppointmentInput> & { reasonId: string } {
  const { reasonId, clientId, classScheduleId, courseSetId, seats } = terms;
  const common = {
    reasonId: toGlobalId('Reason', reasonId),
    ...(clientId === null ? {} : { clientId: toGlobalId('Client', clientId) }),
  };
  if (classScheduleId !== null)
    return { ...common, seats, classScheduleId: toGlobalId('ClassSchedule', classScheduleId) };
  if (courseSetId !== null)
    return { ...common, seats, courseSetId: toGlobalId('CourseSet', courseSetId) };
  const resourceIds = terms.takes.map(({ resourceId }) => resourceId);
  return {
    ...common,
    locationId: toGlobalId('Location', terms.locationId),
    staffId: toGlobalId('Staff', terms.staffId),
    start: terms.startAt,
    durationMinutes: terms.minutes,
    additionalStaffIds: globalIds('Staff', terms.additionalIds),
    addOnReasonIds: globalIds('Reason', terms.addOnIds),
    resourceIds: globalIds('Resource', resourceIds),
  };
}

/** Returns an error at the path of the offer, if it is at a field that the offer states. */
function atOffer(error: DomainError): DomainError {
  const [, field] = error.details.path ?? [];
  return STATED.some((name) => name === field) ? withPaths(error, () => at('offer')) : error;
}

export const useOf = (businessId: number, { signature }: SignedOffer): SingleUse => ({
  businessId,
  purpose: 'offer',
  token: signature,
});

/**
 * Records the use of an offer in the transaction that books it.
 * @throws DomainError OFFER_REFUSED for an offer that was used
 */
export async function useOffer(
  { tx, member, now }: Pick<UnitOfWork, 'tx' | 'member' | 'now'>,
  offer: SignedOffer,
): Promise<void> {
  if (!(await recordUse(tx, useOf(member.businessId, offer), now)))
    throw offerRefused(OfferRefusal.USED);
}

/**
 * Checks that a booking is what its offer states. Of a run, the first appointment has the price.
 * @throws DomainError OFFER_REFUSED
 */
export function checkOffered(
  { terms }: SignedOffer,
  { appointment, resources }: Pick<AppointmentAggregate, 'appointment' | 'resources'>,
  priced: Pick<PricedVisit, 'reason' | 'serving'>,
): void {
  const isSession = terms.classScheduleId !== null || terms.courseSetId !== null;
  const isAsOffered =
    (['startAt', 'endAt', 'staffId', 'locationId', 'currency'] as const).every(
      (name) => appointment[name] === terms[name],
    ) &&
    costs(appointment, terms.price) &&
    depositOf({ ...terms, ...priced }) === terms.deposit &&
    (isSession || takesOf(resources) === takesOf(terms.takes));
  if (!isAsOffered) throw offerRefused(OfferRefusal.CHANGED);
}

/** Whether an appointment costs the offered price before its coupon or its package. */
const costs = (
  { price, discount }: AppointmentAggregate['appointment'],
  offered: string | null,
): boolean =>
  price === null || offered === null || discount === null
    ? price === offered
    : isZero(minus(offered, sum([price, discount])));

const takesOf = (takes: OfferTerms['takes']): string =>
  takes
    .map(({ resourceId, units }) => `${resourceId}:${units}`)
    .sort()
    .join();
