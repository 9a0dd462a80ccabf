import { sum, times } from '../../lib/money';
import type { Serving } from './links/active-links';
import type { Reason } from './reason.entity';
import type { ReasonDuration } from './reason-values';

/**
 * The price rule. Offers, bookings, holds, seats, claims and invitations all take their prices from
 * here, so that each costs what was offered.
 */

/**
 * Returns the lengths of a reason with the prices of a staff member: that of the length, else of
 * the staff member. Null for the price of the reason.
 */
export const durationsOfStaff = (
  durations: readonly ReasonDuration[],
  own: string | null,
): ReasonDuration[] => durations.map((duration) => ({ ...duration, price: duration.price ?? own }));

/** A session or a run. Its price is that of one seat; null for the price of the reason. */
interface Priced {
  readonly price: string | null;
}

/** The parts of a visit that have a price. */
export interface PricedVisit {
  readonly reason: Reason;
  /** One of the lengths that the reason offers; null for another length. */
  readonly duration?: ReasonDuration | null;
  /** Assignments of staff to the reason, with their own prices. */
  readonly serving?: readonly Serving[];
  readonly staffId?: number;
  readonly addOns?: readonly Reason[];
}

/** Seats in a session, or in the first session of a run, which bears the price of the course. */
export interface PricedSeats {
  readonly reason: Reason;
  readonly session: Priced;
  readonly set?: Priced | null;
  readonly seats: number;
}

/**
 * Returns the price of the length, else of the staff member, else of the reason, plus those of the
 * add-ons. Null if none is set.
 */
export function priceOf({
  reason,
  duration,
  serving = [],
  staffId,
  addOns = [],
}: PricedVisit): string | null {
  const own = serving.find((one) => one.staffId === staffId)?.price;
  return total([duration?.price ?? own ?? reason.price, ...addOns.map(({ price }) => price)]);
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
 * Returns the deposit due at booking: that of the length, else of the reason, times the seats. Null
 * if none is set.
 */
export function depositOf({
  reason,
  duration,
  seats = 1,
}: Pick<PricedVisit, 'reason' | 'duration'> & { readonly seats?: number }): string | null {
  const each = duration?.deposit ?? reason.depositAmount;
  return each === null ? null : times(each, seats);
}

/** Returns the sum of the amounts that are set; null if none is. */
function total(amounts: readonly (string | null)[]): string | null {
  const set = amounts.filter((amount) => amount !== null);
  return set.length ? sum(set) : null;
}
