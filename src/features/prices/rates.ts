import { moneyOf } from '../businesses/money';
import type { Reason } from '../reasons/reason.entity';
import type { Duration, ReasonDuration } from '../reasons/reason-values';
import { priceOf, type PricedVisit } from './price';

/** Whose lengths are priced: those of a reason, or of a staff member who serves it. */
type Priced = Pick<PricedVisit, 'serving' | 'staffId'> & {
  readonly reason: PricedVisit['reason'] & Pick<Reason, 'rowId' | 'currency'>;
};

/** Returns stored lengths with their prices by the price rule. */
export const durationsWithPrices = (
  durations: readonly Duration[],
  { reason, ...priced }: Priced,
): ReasonDuration[] =>
  durations.map((duration) => ({
    ...duration,
    originalPrice: moneyOf(
      priceOf({ ...priced, reason, minutes: duration.minutes }),
      reason.currency,
    ),
    reasonId: reason.rowId,
  }));
