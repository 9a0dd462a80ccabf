import { sum } from '../../../lib/money';
import type { Reason } from '../../reasons/reason.entity';
import type { Serving } from '../../reasons/links/active-links';
import type { ReasonDuration } from '../../reasons/reason-values';

/** The parts of a booking that have a price. */
export interface PricedParts {
  readonly reason: Reason;
  /** One of the lengths that the reason offers; null for another length. */
  readonly duration: ReasonDuration | null;
  readonly serving: readonly Serving[];
  readonly staffId: number;
  readonly addOns: readonly Reason[];
}

/**
 * Returns the price of the length, else of the staff member, else of the reason, plus those of the
 * add-ons. Null if none is set.
 */
export function priceOf({
  reason,
  duration,
  serving,
  staffId,
  addOns,
}: PricedParts): string | null {
  const own = serving.find((one) => one.staffId === staffId)?.price;
  const prices = [duration?.price ?? own ?? reason.price, ...addOns.map(({ price }) => price)];
  const amounts = prices.filter((amount) => amount !== null);
  return amounts.length ? sum(amounts) : null;
}
