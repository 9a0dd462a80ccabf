import { sum, times } from '../../lib/money';
import type { Serving } from '../reasons/links/active-links';
import type { Reason } from '../reasons/reason.entity';
import type { Duration } from '../reasons/reason-values';

/**
 * The price rule. Offers, bookings, holds, seats, claims and invitations all take their prices from
 * here, so that each costs what was offered.
 */

/** A session or a run. Its price is that of one seat; null for the price of the reason. */
interface Priced {
  readonly price: string | null;
}

/** The parts of a visit that have a price. */
export interface PricedVisit {
  readonly reason: Pick<Reason, 'price' | 'depositAmount' | 'visitMinutes' | 'durations'>;
  /** Length without add-ons; null for the length of the reason. */
  readonly minutes?: number | null;
  /** Assignments of staff to the reason, with their own prices. */
  readonly serving?: readonly Pick<Serving, 'staffId' | 'price' | 'durations'>[];
  readonly staffId?: number;
  readonly addOns?: readonly Pick<Reason, 'price'>[];
}

/** Seats in a session, or in the first session of a run, which bears the price of the course. */
export interface PricedSeats {
  readonly reason: Pick<Reason, 'price'>;
  readonly session: Priced;
  readonly set?: Priced | null;
  readonly seats: number;
}

/**
 * Returns the price of the length with the staff member, else of the length, else of the staff
 * member, else of the reason, plus those of the add-ons. Null if none is set.
 */
export const priceOf = (visit: PricedVisit): string | null =>
  total([reasonPriceOf(visit), ...(visit.addOns ?? []).map(({ price }) => price)]);

/** Returns the price of a visit without its add-ons. */
function reasonPriceOf(visit: PricedVisit): string | null {
  const { own, rate, duration } = ratesOf(visit);
  return rate?.price ?? duration?.price ?? own?.price ?? visit.reason.price;
}

/** Returns the assignment of the staff member, its rate for the length, and the length. */
function ratesOf({ reason, minutes = null, serving = [], staffId }: PricedVisit) {
  const own = serving.find((one) => one.staffId === staffId);
  const isBooked = (length: number) => (one: Duration) => one.minutes === length;
  return {
    own,
    rate: own?.durations.find(isBooked(minutes ?? reason.visitMinutes)),
    duration: minutes === null ? undefined : reason.durations.find(isBooked(minutes)),
  };
}

/**
 * Returns the price of each seat, of the run or session, else of the reason, times the seats. Null
 * if none is set.
 */
export function priceOfSeats({ reason, session, set, seats }: PricedSeats): string | null {
  const each = (set ? set.price : session.price) ?? reason.price;
  return each === null ? null : times(each, seats);
}

/**
 * Returns the deposit due at booking: that of the length with the staff member, else of the length,
 * else of the reason, times the seats. Null if none is set.
 */
export function depositOf({
  seats = 1,
  ...visit
}: PricedVisit & { readonly seats?: number }): string | null {
  const { rate, duration } = ratesOf(visit);
  const each = rate?.deposit ?? duration?.deposit ?? visit.reason.depositAmount;
  return each === null ? null : times(each, seats);
}

/** Returns the sum of the amounts that are set; null if none is. */
function total(amounts: readonly (string | null)[]): string | null {
  const set = amounts.filter((amount) => amount !== null);
  return set.length ? sum(set) : null;
}
