import type { Context } from '../../context';
import { badInput, InputProblemCode } from '../../errors';
import { refuseBoth } from '../../lib/choice';
import type { Interval } from '../../lib/intervals';
import { addDays } from '../../lib/time-zone';
import { businessOf } from '../businesses/business.list';
import type { Serving } from '../reasons/links/active-links';
import { ReasonType } from '../reasons/reason-enums';
import type { Staff } from '../staff/staff.entity';
import { boundOf } from './engine/bounds';
import { MAX_DAYS, type Availability, type AvailabilityInput } from './graphql/availability';
import { clockOf } from './clock';
import { offers, type Offer } from './engine/engine';
import { sessionTimes } from './sessions';
import { loadEngineFacts } from './facts/engine-facts';
import type { AvailabilityQuery } from './facts/query';
import { FoundTimes } from './found-times';
import { timeOfOffer } from './offered-times';
import { wishOf, type Wish } from './wish';

/** An appointment for which another time is sought. Its own claims do not count. */
export interface MovedAppointment {
  readonly rowId: number;
  /** Staff who do not serve, but whose time it blocks. */
  readonly blocked: readonly Staff[];
}

export const exceptOf = (
  moved: MovedAppointment | null,
): Pick<AvailabilityQuery, 'exceptAppointmentId' | 'blocked'> => ({
  exceptAppointmentId: moved?.rowId ?? 0,
  blocked: moved?.blocked ?? [],
});

/**
 * Returns the times that can be booked, or to which an appointment can move.
 * @throws DomainError NOT_FOUND, BAD_USER_INPUT, RULE_VIOLATED; fields of the result throw
 * QUERY_TOO_COMPLEX beyond the limits of one response
 */
export async function availability(
  context: Context,
  input: AvailabilityInput,
  moved: MovedAppointment | null = null,
): Promise<Availability> {
  if (input.to < input.from)
    throw badInput(
      InputProblemCode.OUT_OF_RANGE,
      'The last day must not be before the first.',
      'to',
    );
  if (addDays(input.from, MAX_DAYS) <= input.to)
    throw badInput(
      InputProblemCode.OUT_OF_RANGE,
      `Request at most ${MAX_DAYS} days at once.`,
      'to',
    );
  refuseBoth(input, 'timeZone', 'tzOffset');
  const [request, business] = await Promise.all([
    wishOf(context, input, moved !== null),
    businessOf(context),
  ]);
  // The screening question was answered when the appointment was booked.
  const wish: Wish = {
    ...request,
    ...exceptOf(moved),
    screeningAnswer: moved ? undefined : request.screeningAnswer,
  };
  const { reason, location } = wish;
  const clock = clockOf(
    { ...input, locale: input.locale ?? wish.client?.locale ?? business.locale },
    location,
  );
  const range = { startAt: clock.startOf(input.from), endAt: clock.startOf(addDays(input.to, 1)) };
  if (reason.reasonType === ReasonType.CLASS || reason.reasonType === ReasonType.COURSE) {
    const leaderIds = input.staffIds?.length ? wish.staff.map(({ rowId }) => rowId) : null;
    const times = await sessionTimes(
      context,
      { query: { ...wish, range }, seats: input.seats ?? 1, leaderIds },
      clock,
    );
    return { found: new FoundTimes(times, clock) };
  }
  const { found, serving } = await search(context, wish, range, boundOf());
  const timeOf = await timeOfOffer(context, wish, serving, clock);
  return { found: new FoundTimes(mapped(found, timeOf), clock) };
}

function* mapped<T, R>(items: Iterable<T>, map: (item: T) => R): Generator<R> {
  for (const item of items) yield map(item);
}

/**
 * Returns the bookable starts of a service between two instants, in order, computed lazily. Empty
 * for other types.
 */
export const offersWithin = async (
  context: Context,
  wish: Wish,
  range: Interval,
): Promise<Iterable<Offer>> => (await search(context, wish, range)).found;

async function search(
  context: Context,
  wish: Wish,
  range: Interval,
  look?: (people: number) => void,
): Promise<{ found: Iterable<Offer>; serving: readonly Serving[] }> {
  if (wish.reason.reasonType !== ReasonType.SERVICE) return { found: [], serving: [] };
  const facts = await loadEngineFacts(context.db, { ...wish, range }, { lists: true });
  const from = Math.max(range.startAt, wish.now + 1);
  const found = offers(facts, { startAt: from, endAt: range.endAt }, { look });
  return { found, serving: facts.serving };
}
