import type { Context } from '../../context';
import { lazy } from '../../lib/lazy';
import { businessOf } from '../businesses/business.list';
import type { Serving } from '../reasons/links/active-links';
import type { Resource } from '../resources/resource.entity';
import { resources } from '../resources/resource.list';
import type { Staff } from '../staff/staff.entity';
import { clockOf, type Clock } from './clock';
import type { Offer } from './engine/engine';
import type { AvailableTime, AvailableUnit } from './graphql/availability';
import { visitOffers } from './offers/priced-offers';
import { policyOf } from './round-robin';
import type { Wish } from './wish';

/** Maps an offer to a time. */
export type TimeOfOffer = (offer: Offer) => AvailableTime;

/**
 * Returns a function that maps offers to AvailableTime, by default in the words of the location and
 * the business. Costly fields are computed lazily, since a month may have thousands of times.
 * @param serving the assignments of staff, which have prices
 */
export async function timeOfOffer(
  context: Context,
  wish: Wish,
  serving: readonly Serving[],
  ownClock?: Clock,
): Promise<TimeOfOffer> {
  const { reason, location, staff, durationMinutes } = wish;
  const business = await businessOf(context);
  const clock = ownClock ?? clockOf({ locale: business.locale }, location);
  const byId = new Map(staff.map((person) => [person.rowId, person]));
  const roundRobin = policyOf(reason, location);
  // Resources are visible to all viewers, as part of the booking.
  const resourcesAt = ({ takes }: Offer): Promise<Resource[]> =>
    Promise.all(
      takes.map(
        async ({ resourceId }) => (await resources.findById(context, resourceId)) as Resource,
      ),
    );
  const offersAt = lazy(() => visitOffers(context, wish, serving));
  const unitsOf = async (offer: Offer): Promise<AvailableUnit[]> => {
    const taken = await resourcesAt(offer);
    return offer.staffIds.map((id) => ({
      staff: byId.get(id) as Staff,
      location,
      reason,
      roundRobin,
      resources: taken,
      resource: taken[0] ?? null,
    }));
  };
  return (offer) => ({
    start: offer.startAt,
    end: offer.endAt,
    durationMinutes,
    sessionId: 0,
    locale: clock.locale,
    get localStart() {
      return clock.wallOf(offer.startAt);
    },
    get localEnd() {
      return clock.wallOf(offer.endAt);
    },
    get timeZone() {
      return clock.zoneAt(offer.startAt);
    },
    get text() {
      return clock.read(
        offer.startAt,
        offer.endAt,
        offer.staffIds.map((id) => (byId.get(id) as Staff).fullName),
      );
    },
    get offers() {
      return offersAt()(offer, () => resourcesAt(offer));
    },
    get units() {
      return unitsOf(offer);
    },
  });
}
