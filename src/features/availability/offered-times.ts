import type { Context } from '../../context';
import { lazy } from '../../lib/lazy';
import { businessOf } from '../businesses/business.list';
import type { Serving } from '../reasons/links/active-links';
import type { Resource } from '../resources/resource.entity';
import { resources as resourceSource } from '../resources/resource.list';
import type { Staff } from '../staff/staff.entity';
import { clockOf, type Clock } from './clock';
import type { Offer } from './engine/engine';
import type { AvailableTime, AvailableUnit } from './graphql/availability';
import { visitOffers } from './offers/priced-offers';
import { policyOf } from './round-robin';
import type { Wish } from './wish';

/** Bookable starts, and the assignments of staff, which have prices. */
export interface FoundOffers {
  readonly found: readonly Offer[];
  readonly serving: readonly Serving[];
}

/**
 * Maps offers to AvailableTime, by default in the words of the location and the business. Computes
 * costly fields lazily, since a month may have thousands of times.
 */
export async function availableTimesOf(
  context: Context,
  wish: Wish,
  search: FoundOffers,
  ownClock?: Clock,
): Promise<AvailableTime[]> {
  const { reason, location, staff, durationMinutes } = wish;
  const { found, serving } = search;
  const business = await businessOf(context);
  const clock = ownClock ?? clockOf({ locale: business.locale }, location);
  const byId = new Map(staff.map((person) => [person.rowId, person]));
  const roundRobin = policyOf(reason, location);
  let taken: ReturnType<typeof resourcesOf> | undefined;
  const resourcesAt = async ({ takes }: Offer): Promise<Resource[]> => {
    const known = await (taken ??= resourcesOf(context, found));
    return takes.map(({ resourceId }) => known.get(resourceId) as Resource);
  };
  const offersAt = lazy(() => visitOffers(context, wish, serving));
  const unitsOf = async (offer: Offer): Promise<AvailableUnit[]> => {
    const resources = await resourcesAt(offer);
    return offer.staffIds.map((id) => ({
      staff: byId.get(id) as Staff,
      location,
      reason,
      roundRobin,
      resources,
      resource: resources[0] ?? null,
    }));
  };
  return found.map((offer): AvailableTime => ({
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
  }));
}

/**
 * Returns the resources that each offer would take. They are visible to all viewers, as part of the
 * booking.
 */
async function resourcesOf(
  context: Context,
  found: readonly Offer[],
): Promise<ReadonlyMap<number, Resource>> {
  const ids = [...new Set(found.flatMap(({ takes }) => takes.map(({ resourceId }) => resourceId)))];
  const rows = await Promise.all(ids.map((id) => resourceSource.findById(context, id)));
  return new Map(ids.map((id, index) => [id, rows[index] as Resource]));
}
